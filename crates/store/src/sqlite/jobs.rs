//! Calls to make, in SQLite.

use super::{convert::Columns, parts::after_failure};
use crate::{Job, Lane, Result, Retry};
use model::{ConnectionId, Timestamp, UserId};
use rusqlite::{Connection, params};

pub(super) fn insert(
    connection: &Connection,
    user: UserId,
    link: ConnectionId,
    fetch: &str,
    now: Timestamp,
) -> Result<()> {
    let lane = Lane::of_user(user);
    let position: i64 = connection
        .prepare_cached("update lane_position set jobs = jobs + 1 where lane = ?1 returning jobs")?
        .query_row([lane.0], |row| row.get(0))?;
    connection
        .prepare_cached(
            "insert into job (lane, position, user_id, connection_id, fetch, run_at, created_at)
             values (?1, ?2, ?3, ?4, ?5, ?6, ?6)",
        )?
        .execute(params![lane.0, position, user.as_bytes(), link.as_bytes(), fetch, now.as_micros()])?;
    Ok(())
}

pub(super) fn any_due(connection: &Connection, now: Timestamp) -> Result<bool> {
    Ok(connection
        .prepare_cached("select 1 from job where state = 0 and run_at <= ?1 limit 1")?
        .exists([now.as_micros()])?)
}

pub(super) fn claim(connection: &Connection, now: Timestamp, lease: Timestamp, limit: u32) -> Result<Vec<Job>> {
    let mut select = connection.prepare_cached(
        "select lane, position, user_id, connection_id, fetch, created_at, attempts from job
         where state = 0 and run_at <= ?1 order by run_at, lane, position limit ?2",
    )?;
    let found = select
        .query_map(params![now.as_micros(), limit], |row| {
            Ok(Job {
                lane: Lane(row.get(0)?),
                position: row.get(1)?,
                user_id: UserId::from_uuid(row.uuid(2)?),
                connection_id: ConnectionId::from_uuid(row.uuid(3)?),
                fetch: row.json(4)?,
                created_at: row.time(5)?,
                attempts: row.get(6)?,
            })
        })?
        .collect::<rusqlite::Result<Vec<_>>>()?;
    let mut update =
        connection.prepare_cached("update job set run_at = ?3, claimed = 1 where lane = ?1 and position = ?2")?;
    for job in &found {
        update.execute(params![job.lane.0, job.position, lease.as_micros()])?;
    }
    Ok(found)
}

pub(super) fn finish(connection: &Connection, lane: Lane, position: i64) -> Result<()> {
    connection
        .prepare_cached("delete from job where lane = ?1 and position = ?2")?
        .execute(params![lane.0, position])?;
    Ok(())
}

pub(super) fn fail(connection: &Connection, lane: Lane, position: i64, error: &str, retry: &Retry) -> Result<()> {
    let (state, run_at) = after_failure(retry);
    connection
        .prepare_cached(
            "update job set state = ?3, run_at = ?4, claimed = 0, error = ?5, attempts = attempts + 1 where lane = ?1 and position = ?2",
        )?
        .execute(params![lane.0, position, state, run_at, error])?;
    Ok(())
}
