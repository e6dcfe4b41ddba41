//! Customers' endpoints and the tries to reach them,.

use super::transaction::Transaction;
use super::value::{Row, params};
use super::{convert::to_json, erasure_reports::OF_USERS_THERE};
use crate::{Attempt, Endpoint, Result, StoreError};
use model::{DeliveryId, EndpointId, TeamId, UserId};

const ENDPOINT: &str = "id, team_id, url, description, filter_types, user_id, secret, enabled, created_at, updated_at";

fn endpoint(row: &Row<'_>) -> Result<Endpoint> {
    Ok(Endpoint {
        id: EndpointId::from_uuid(row.uuid(0)?),
        team_id: TeamId::from_uuid(row.uuid(1)?),
        url: row.get(2)?,
        description: row.get(3)?,
        filter_types: row.json(4)?,
        user_id: row.uuid_opt(5)?.map(UserId::from_uuid),
        secret: row.get(6)?,
        enabled: row.get(7)?,
        created_at: row.time(8)?,
        updated_at: row.time(9)?,
    })
}

pub(super) fn put(tx: &dyn Transaction, wanted: &Endpoint) -> Result<()> {
    let changed = tx
        .sql(format!(
            "insert into endpoint ({ENDPOINT}) values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)
             on conflict (id) do update set url = excluded.url, description = excluded.description,
             filter_types = excluded.filter_types, user_id = excluded.user_id, secret = excluded.secret,
             enabled = excluded.enabled, updated_at = excluded.updated_at where endpoint.team_id = excluded.team_id"
        ))
        .execute(params![
            wanted.id.as_bytes(),
            wanted.team_id.as_bytes(),
            wanted.url,
            wanted.description,
            to_json(&wanted.filter_types)?,
            wanted.user_id.map(|id| *id.as_bytes()),
            wanted.secret,
            wanted.enabled,
            wanted.created_at.as_micros(),
            wanted.updated_at.as_micros()
        ])?;
    if changed == 0 { Err(StoreError::NotFound("endpoint")) } else { Ok(()) }
}

pub(super) fn exists(tx: &dyn Transaction, team: TeamId, id: EndpointId) -> Result<bool> {
    tx.sql("select 1 from endpoint where id = ?1 and team_id = ?2").exists(params![id.as_bytes(), team.as_bytes()])
}

pub(super) fn list(tx: &dyn Transaction, team: TeamId) -> Result<Vec<Endpoint>> {
    let select = tx.sql(format!("select {ENDPOINT} from endpoint where team_id = ?1 order by created_at, id"));
    select.rows(params![team.as_bytes()], endpoint)
}

pub(super) fn delete(tx: &dyn Transaction, team: TeamId, id: EndpointId) -> Result<bool> {
    let deleted = tx
        .sql("delete from endpoint where id = ?1 and team_id = ?2")
        .execute(params![id.as_bytes(), team.as_bytes()])?;
    if deleted == 1 {
        for table in ["message", "attempt"] {
            tx.sql(format!("delete from {table} where endpoint_id = ?1")).execute(params![id.as_bytes()])?;
        }
    }
    Ok(deleted == 1)
}

pub(super) fn put_attempt(tx: &dyn Transaction, team: TeamId, user: UserId, attempt: &Attempt) -> Result<()> {
    tx
        .sql("insert into attempt (endpoint_id, at, message_id, number, team_id, user_id, event_type, status, error, took_ms)
             values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)
             on conflict (endpoint_id, at, message_id, number) do update set team_id = excluded.team_id,
             user_id = excluded.user_id, event_type = excluded.event_type, status = excluded.status,
             error = excluded.error, took_ms = excluded.took_ms")
        .execute(params![
            attempt.endpoint_id.as_bytes(),
            attempt.at.as_micros(),
            attempt.message_id.as_bytes(),
            attempt.number,
            team.as_bytes(),
            user.as_bytes(),
            attempt.event_type,
            attempt.status,
            attempt.error,
            attempt.took_ms
        ])?;
    Ok(())
}

pub(super) fn list_attempts(tx: &dyn Transaction, team: TeamId, id: EndpointId, limit: u32) -> Result<Vec<Attempt>> {
    let select = tx.sql(format!(
        "select message_id, event_type, at, status, error, took_ms, number from attempt
         where endpoint_id = ?1 and team_id = ?2 and {OF_USERS_THERE} order by at desc, number desc limit ?3"
    ));
    select.rows(params![id.as_bytes(), team.as_bytes(), limit], |row| {
        Ok(Attempt {
            message_id: DeliveryId::from_uuid(row.uuid(0)?),
            endpoint_id: id,
            event_type: row.get(1)?,
            at: row.time(2)?,
            status: row.get(3)?,
            error: row.get(4)?,
            took_ms: row.get(5)?,
            number: row.get(6)?,
        })
    })
}
