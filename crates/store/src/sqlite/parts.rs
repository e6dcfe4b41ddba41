//! Parts in SQLite: kept once, claimed in order within their user, replayed.

use super::convert::{Columns, NOBODY, body_columns, to_json};
use crate::{CompletedPart, Connection as Link, DeliveryKind, Lane, Part, PartKey, ReplayQuery, Result, Retry};
use model::{ConnectionId, ProviderAppId, TeamId, Timestamp, UserId};
use rusqlite::{Connection, Row, ToSql, params};
use std::collections::HashSet;

const PART: &str = "lane, receipt, number, user_id, team_id, connection_id, app_id, account, provider, kind, part_type,
    meta, body, spool, size, received_at, attempts, quiet";
/// How many waiting parts of a lane are looked at to find some that may be claimed.
const LOOK_AHEAD: u32 = 2000;

fn part(row: &Row<'_>) -> rusqlite::Result<Part> {
    Ok(Part {
        lane: Lane(row.get(0)?),
        receipt: row.get(1)?,
        number: row.get(2)?,
        user_id: Some(UserId::from_uuid(row.uuid(3)?)).filter(|id| *id.as_bytes() != NOBODY),
        team_id: row.uuid_opt(4)?.map(TeamId::from_uuid),
        connection_id: row.uuid_opt(5)?.map(ConnectionId::from_uuid),
        app_id: row.uuid_opt(6)?.map(ProviderAppId::from_uuid),
        account: row.get(7)?,
        provider: row.provider(8)?,
        kind: DeliveryKind::from_stored(row.get(9)?).unwrap_or(DeliveryKind::Webhook),
        part_type: row.get(10)?,
        meta: row.json(11)?,
        body: row.body(12, 13)?,
        size: row.get(14)?,
        received_at: row.time(15)?,
        attempts: row.get(16)?,
        quiet: row.get(17)?,
    })
}

fn user_column(user: Option<UserId>) -> [u8; 16] {
    user.map_or(NOBODY, |id| *id.as_bytes())
}

/// State and time of the next try.
pub(super) fn after_failure(retry: &Retry) -> (i64, i64) {
    match retry {
        Retry::At(at) => (0, at.as_micros()),
        Retry::Dead => (2, 0),
    }
}

pub(super) fn insert(connection: &Connection, parts: &[Part]) -> Result<()> {
    let mut insert = connection.prepare_cached(&format!(
        "insert or ignore into part ({PART}, state, run_at)
         values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, 0)"
    ))?;
    for part in parts {
        let (body, spool) = body_columns(&part.body);
        insert.execute(params![
            part.lane.0,
            part.receipt,
            part.number,
            user_column(part.user_id),
            part.team_id.map(|id| *id.as_bytes()),
            part.connection_id.map(|id| *id.as_bytes()),
            part.app_id.map(|id| *id.as_bytes()),
            part.account,
            part.provider.as_str(),
            part.kind.as_stored(),
            part.part_type,
            to_json(&part.meta)?,
            body,
            spool,
            part.size,
            part.received_at.as_micros(),
            part.attempts,
            part.quiet,
            if part.user_id.is_some() { 0 } else { 3 }
        ])?;
    }
    Ok(())
}

pub(super) fn any_waiting(connection: &Connection, lane: Lane, now: Timestamp) -> Result<bool> {
    Ok(connection
        .prepare_cached("select 1 from part where lane = ?1 and state = 0 and run_at <= ?2 limit 1")?
        .exists(params![lane.0, now.as_micros()])?)
}

pub(super) fn claim(
    connection: &Connection,
    lane: Lane,
    now: Timestamp,
    lease: Timestamp,
    limit: u32,
) -> Result<Vec<Part>> {
    // keys first: bodies of parts that cannot be claimed are not read
    let mut keys = connection.prepare_cached(
        "select receipt, number, user_id, run_at from part where lane = ?1 and state = 0 order by receipt, number limit ?2",
    )?;
    let mut blocked: HashSet<[u8; 16]> = HashSet::new();
    let mut chosen = Vec::new();
    for row in keys.query_map(params![lane.0, LOOK_AHEAD], |row| {
        Ok((row.get::<_, i64>(0)?, row.get::<_, u32>(1)?, row.bytes16(2)?, row.get::<_, i64>(3)?))
    })? {
        let (receipt, number, user, run_at) = row?;
        if run_at > now.as_micros() {
            blocked.insert(user);
        } else if !blocked.contains(&user) {
            chosen.push((receipt, number, user));
            if chosen.len() >= limit as usize {
                break;
            }
        }
    }
    let mut update = connection.prepare_cached(&format!(
        "update part set run_at = ?5 where lane = ?1 and receipt = ?2 and number = ?3 and user_id = ?4 returning {PART}"
    ))?;
    let mut claimed = Vec::with_capacity(chosen.len());
    for (receipt, number, user) in chosen {
        claimed.push(update.query_row(params![lane.0, receipt, number, user, lease.as_micros()], part)?);
    }
    Ok(claimed)
}

pub(super) fn fail(connection: &Connection, key: PartKey, error: &str, retry: &Retry) -> Result<()> {
    let (state, run_at) = after_failure(retry);
    connection
        .prepare_cached(
            "update part set state = ?5, run_at = ?6, error = ?7, attempts = attempts + 1
             where lane = ?1 and receipt = ?2 and number = ?3 and user_id = ?4 and state = 0",
        )?
        .execute(params![key.lane.0, key.receipt, key.number, user_column(key.user_id), state, run_at, error])?;
    Ok(())
}

pub(super) fn complete(connection: &Connection, parts: &[CompletedPart]) -> Result<()> {
    let mut update = connection.prepare_cached(
        "update part set state = 1, error = null, items = ?5, issues = ?6, quiet = 0
         where lane = ?1 and receipt = ?2 and number = ?3 and user_id = ?4",
    )?;
    for part in parts {
        let issues = if part.issues.is_empty() { None } else { Some(to_json(&part.issues)?) };
        update.execute(params![
            part.key.lane.0,
            part.key.receipt,
            part.key.number,
            user_column(part.key.user_id),
            part.items,
            issues
        ])?;
    }
    Ok(())
}

/// Gives parts that waited for this account to its user.
pub(super) fn adopt_unmatched(connection: &Connection, link: &Link, account: &str) -> Result<()> {
    connection
        .prepare_cached(
            "update or ignore part set lane = ?3, user_id = ?4, team_id = ?5, connection_id = ?6, state = 0, run_at = 0
             where app_id = ?1 and account = ?2 and state = 3",
        )?
        .execute(params![
            link.app_id.as_bytes(),
            account,
            Lane::of_user(link.user_id).0,
            link.user_id.as_bytes(),
            link.team_id.as_bytes(),
            link.id.as_bytes()
        ])?;
    Ok(())
}

pub(super) fn expire(connection: &Connection, before: Timestamp, limit: u32) -> Result<Vec<String>> {
    let mut update = connection.prepare_cached(
        "update part set body = null, spool = null where rowid in (
             select rowid from part where received_at < ?1 and (body is not null or spool is not null)
             and state in (1, 2) order by received_at limit ?2)
         returning spool",
    )?;
    // RETURNING shows the row as it became, so spooled names are read first
    let mut select = connection.prepare_cached(
        "select spool from part where rowid in (
             select rowid from part where received_at < ?1 and (body is not null or spool is not null)
             and state in (1, 2) order by received_at limit ?2) and spool is not null",
    )?;
    let names = select
        .query_map(params![before.as_micros(), limit], |row| row.get(0))?
        .collect::<rusqlite::Result<Vec<String>>>()?;
    let mut rows = update.query(params![before.as_micros(), limit])?;
    while rows.next()?.is_some() {}
    Ok(names)
}

pub(super) fn replay(connection: &Connection, query: &ReplayQuery, now: Timestamp) -> Result<u64> {
    let mut text = "update part set state = 0, run_at = 0, attempts = 0, error = null, quiet = ?1
        where (body is not null or spool is not null) and state in (1, 2)"
        .to_owned();
    let mut values: Vec<Box<dyn ToSql>> = vec![Box::new(!query.emit)];
    let mut add = |condition: &str, value: Box<dyn ToSql>| {
        values.push(value);
        text.push_str(&format!(" and {condition} = ?{}", values.len()));
    };
    if let Some(user) = query.user_id {
        add("user_id", Box::new(user.as_bytes().to_vec()));
    }
    if let Some(provider) = &query.provider {
        add("provider", Box::new(provider.as_str().to_owned()));
    }
    if let Some(part_type) = &query.part_type {
        add("part_type", Box::new(part_type.clone()));
    }
    if query.dead_only {
        add("state", Box::new(2));
    }
    let values: Vec<&dyn ToSql> = values.iter().map(AsRef::as_ref).collect();
    let mut replayed = connection.prepare(&text)?.execute(&*values)?;
    if query.user_id.is_none() && query.part_type.is_none() {
        replayed += connection
            .prepare("update inbox set state = 0, run_at = ?1, attempts = 0, error = null where state = 2")?
            .execute([now.as_micros()])?;
    }
    Ok(replayed as u64)
}
