//! Parts in SQLite: kept once, claimed in order within their user, replayed.

use super::{
    connections,
    convert::{Columns, NOBODY, body_columns, to_json},
    standing::{self, Absent},
    users,
};
use crate::{
    Body, CompletedPart, Connection as Link, DeliveryKind, Lane, Part, PartKey, PartOutcome, ReplayQuery, Result,
    Retry, StoreError,
};
use model::{ConnectionId, Issue, IssueCode, ProviderAppId, TeamId, Timestamp, UserId};
use rusqlite::{Connection, Row, ToSql, params};
use std::collections::HashSet;

const PART: &str = "lane, receipt, number, user_id, team_id, connection_id, app_id, account, provider, kind, part_type,
    meta, body, spool, size, received_at, attempts, quiet";

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
        is_notice: false,
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

/// Keeps parts. Those of a user who is gone are left out; those that no connection matched, or whose connection
/// ended since, go to the connections that were made since the delivery was split.
pub(super) fn insert(connection: &Connection, parts: &[Part]) -> Result<()> {
    for part in parts {
        match (part.user_id, part.connection_id) {
            (None, _) => insert_unmatched(connection, part)?,
            (Some(user), _) if !users::exists(connection, user)? => {}
            (Some(user), Some(link)) if has_ended(connection, user, link)? => {
                insert_unmatched(connection, &nobodys(part))?;
            }
            (Some(_), _) => insert_one(connection, part)?,
        }
    }
    Ok(())
}

fn has_ended(connection: &Connection, user: UserId, link: ConnectionId) -> Result<bool> {
    Ok(!connection
        .prepare_cached("select 1 from connection where user_id = ?1 and id = ?2 and status = 'active'")?
        .exists(params![user.as_bytes(), link.as_bytes()])?)
}

fn nobodys(part: &Part) -> Part {
    let lane = Lane::of_bytes(part.account.as_deref().unwrap_or_default().as_bytes());
    Part { lane, user_id: None, team_id: None, connection_id: None, ..part.clone() }
}

fn insert_unmatched(connection: &Connection, part: &Part) -> Result<()> {
    let (Some(app), Some(account)) = (part.app_id, &part.account) else { return insert_one(connection, part) };
    let links = connections::of_account(connection, app, account)?;
    if links.is_empty() {
        return match standing::of_absent(connection, app, account)? {
            // a notice of what is known already
            Absent::Ended | Absent::Erased if part.is_notice => {
                insert_settled(connection, &Part { body: Body::Expired, ..part.clone() }, None)
            }
            Absent::Erased => {
                let gone = Part { body: Body::Expired, ..part.clone() };
                let issue = Issue::new(IssueCode::NotPermitted, &*part.part_type, "its person withdrew their consent");
                insert_settled(connection, &gone, Some(&[issue]))
            }
            Absent::Ended | Absent::Unknown => insert_one(connection, part),
        };
    }
    for link in links {
        let matched = Part {
            lane: Lane::of_user(link.user_id),
            user_id: Some(link.user_id),
            team_id: Some(link.team_id),
            connection_id: Some(link.id),
            ..part.clone()
        };
        insert_one(connection, &matched)?;
    }
    Ok(())
}

/// Keeps a part for the record alone: there is nothing to be done with it.
fn insert_settled(connection: &Connection, part: &Part, issues: Option<&[Issue]>) -> Result<()> {
    insert_one(connection, part)?;
    connection
        .prepare_cached(
            "update part set state = 1, issues = ?5 where lane = ?1 and receipt = ?2 and number = ?3 and user_id = ?4",
        )?
        .execute(params![
            part.lane.0,
            part.receipt,
            part.number,
            user_column(part.user_id),
            issues.map(|issues| to_json(&issues)).transpose()?
        ])?;
    Ok(())
}

fn insert_one(connection: &Connection, part: &Part) -> Result<()> {
    let (body, spool) = body_columns(&part.body);
    connection
        .prepare_cached(&format!(
            "insert or ignore into part ({PART}, state, run_at)
             values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, 0)"
        ))?
        .execute(params![
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
    Ok(())
}

/// The first parts of a lane that may be claimed, in order: a user whose first part waits is left out
/// with all that follows it, however much that is.
fn choose(connection: &Connection, lane: Lane, now: Timestamp, limit: usize) -> Result<Vec<(i64, u32, [u8; 16])>> {
    let mut keys = connection.prepare_cached(
        "select receipt, number, user_id, run_at from part where lane = ?1 and state = 0
         order by receipt, number, user_id",
    )?;
    let mut blocked: HashSet<[u8; 16]> = HashSet::new();
    let mut chosen = Vec::new();
    let mut rows = keys.query([lane.0])?;
    while chosen.len() < limit
        && let Some(row) = rows.next()?
    {
        let user = row.bytes16(2)?;
        if row.get::<_, i64>(3)? > now.as_micros() {
            blocked.insert(user);
        } else if !blocked.contains(&user) {
            chosen.push((row.get(0)?, row.get(1)?, user));
        }
    }
    Ok(chosen)
}

pub(super) fn any_claimable(connection: &Connection, lane: Lane, now: Timestamp) -> Result<bool> {
    Ok(!choose(connection, lane, now, 1)?.is_empty())
}

pub(super) fn claim(
    connection: &Connection,
    lane: Lane,
    now: Timestamp,
    lease: Timestamp,
    limit: u32,
) -> Result<Vec<Part>> {
    let mut update = connection.prepare_cached(&format!(
        "update part set run_at = ?5, claimed = 1
         where lane = ?1 and receipt = ?2 and number = ?3 and user_id = ?4 returning {PART}"
    ))?;
    let mut claimed = Vec::new();
    for (receipt, number, user) in choose(connection, lane, now, limit as usize)? {
        claimed.push(update.query_row(params![lane.0, receipt, number, user, lease.as_micros()], part)?);
    }
    Ok(claimed)
}

pub(super) fn fail(connection: &Connection, key: PartKey, error: &str, retry: &Retry) -> Result<()> {
    let (state, run_at) = after_failure(retry);
    connection
        .prepare_cached(
            "update part set state = ?5, run_at = ?6, claimed = 0, error = ?7, attempts = attempts + 1
             where lane = ?1 and receipt = ?2 and number = ?3 and user_id = ?4 and state = 0",
        )?
        .execute(params![key.lane.0, key.receipt, key.number, user_column(key.user_id), state, run_at, error])?;
    Ok(())
}

pub(super) fn complete(connection: &Connection, parts: &[CompletedPart]) -> Result<()> {
    let mut update = connection.prepare_cached(
        "update part set state = 1, claimed = 0, error = null, items = ?5, issues = ?6, quiet = 0,
         body = case when ?7 then null else body end, spool = case when ?7 then null else spool end
         where lane = ?1 and receipt = ?2 and number = ?3 and user_id = ?4",
    )?;
    for part in parts {
        let issues = if part.issues.is_empty() { None } else { Some(to_json(&part.issues)?) };
        let completed = update.execute(params![
            part.key.lane.0,
            part.key.receipt,
            part.key.number,
            user_column(part.key.user_id),
            part.items,
            issues,
            part.is_refused
        ])?;
        if completed == 0 {
            // erased while it was being applied: what it said must not come back
            return Err(StoreError::NotFound("part"));
        }
    }
    Ok(())
}

/// Gives parts that waited for this account to its user.
pub(super) fn adopt_unmatched(connection: &Connection, link: &Link, account: &str) -> Result<()> {
    connection
        .prepare_cached(
            "update or ignore part set lane = ?3, user_id = ?4, team_id = ?5, connection_id = ?6, state = 0, run_at = 0
             where app_id = ?1 and account = ?2 and state = 3 and (body is not null or spool is not null)",
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

/// Drops bodies older than `before`, but for those still to be applied; returns the spooled names that
/// nothing refers to any more.
pub(super) fn expire(connection: &Connection, before: Timestamp, limit: u32) -> Result<Vec<String>> {
    // RETURNING shows the row as it became, so spooled names are read first
    let expired = connection
        .prepare_cached(
            "select rowid, spool from part where received_at < ?1 and (body is not null or spool is not null)
             and state <> 0 order by received_at limit ?2",
        )?
        .query_map(params![before.as_micros(), limit], |row| Ok((row.get(0)?, row.get(1)?)))?
        .collect::<rusqlite::Result<Vec<(i64, Option<String>)>>>()?;
    let mut update = connection.prepare_cached("update part set body = null, spool = null where rowid = ?1")?;
    for (row, _) in &expired {
        update.execute([row])?;
    }
    unreferenced(connection, expired.into_iter().filter_map(|(_, name)| name).collect())
}

/// Which of these spooled names no row refers to; each once.
pub(super) fn unreferenced(connection: &Connection, mut names: Vec<String>) -> Result<Vec<String>> {
    let mut in_part = connection.prepare_cached("select 1 from part where spool = ?1 limit 1")?;
    let mut in_inbox = connection.prepare_cached("select 1 from inbox where spool = ?1 limit 1")?;
    names.sort_unstable();
    names.dedup();
    let mut free = Vec::new();
    for name in names {
        if !in_part.exists([&name])? && !in_inbox.exists([&name])? {
            free.push(name);
        }
    }
    Ok(free)
}

/// Puts parts, and deliveries that were given up, back to be worked on again.
pub(super) fn replay(connection: &Connection, query: &ReplayQuery, now: Timestamp) -> Result<u64> {
    let mut conditions = String::new();
    let mut values: Vec<Box<dyn ToSql>> = Vec::new();
    let mut add = |column: &str, value: Option<Box<dyn ToSql>>| {
        if let Some(value) = value {
            values.push(value);
            conditions.push_str(&format!(" and {column} = ?{}", values.len() + 1));
        }
    };
    add("user_id", query.user_id.map(|user| Box::new(user.as_bytes().to_vec()) as Box<dyn ToSql>));
    add("provider", query.provider.as_ref().map(|name| Box::new(name.as_str().to_owned()) as Box<dyn ToSql>));
    add("part_type", query.part_type.clone().map(|part_type| Box::new(part_type) as Box<dyn ToSql>));
    let states = if query.dead_only { "state = 2" } else { "state in (1, 2)" };
    let replayed = replay_one(
        connection,
        &format!(
            "update part set state = 0, run_at = 0, attempts = 0, error = null, quiet = ?1
             where (body is not null or spool is not null) and {states}{conditions}"
        ),
        &!query.emit,
        &values,
    )?;
    let split_again = replay_one(
        connection,
        &format!("update inbox set state = 0, run_at = ?1, attempts = 0, error = null where state = 2{conditions}"),
        &now.as_micros(),
        &values,
    )?;
    Ok((replayed + split_again) as u64)
}

fn replay_one(connection: &Connection, text: &str, first: &dyn ToSql, rest: &[Box<dyn ToSql>]) -> Result<usize> {
    let values: Vec<&dyn ToSql> = std::iter::once(first).chain(rest.iter().map(AsRef::as_ref)).collect();
    Ok(connection.prepare(text)?.execute(&*values)?)
}

/// What became of a delivery's parts.
pub(super) fn outcomes(connection: &Connection, lane: Lane, receipt: i64) -> Result<Vec<PartOutcome>> {
    let mut select = connection.prepare_cached(
        "select number, user_id, part_type, state, coalesce(items, 0), coalesce(issues, '[]'), error
         from part where lane = ?1 and receipt = ?2 order by number, user_id",
    )?;
    let rows = select.query_map(params![lane.0, receipt], |row| {
        let user = Some(UserId::from_uuid(row.uuid(1)?)).filter(|id| *id.as_bytes() != NOBODY);
        let state: i64 = row.get(3)?;
        Ok(PartOutcome {
            key: PartKey { lane, receipt, number: row.get(0)?, user_id: user },
            part_type: row.get(2)?,
            is_done: state == 1,
            is_dead: state == 2,
            items: row.get(4)?,
            issues: row.json(5)?,
            error: row.get(6)?,
        })
    })?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}
