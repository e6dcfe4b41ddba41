//! Parts: kept once, listed in order within their user, replayed.

use super::Scope;
use super::transaction::Transaction;
use super::value::{Row, ToValue, Value, owned, params};
use super::{
    connections,
    convert::{NOBODY, body_columns, to_json},
    erasure_reports::OF_USERS_THERE,
    resumable,
    standing::{self, Absent},
};
use crate::{
    Body, CompletedPart, Connection as Link, Delivery, DeliveryKind, Lane, Part, PartKey, PartOutcome, ReplayQuery,
    Result, Retry, StoreError,
};
use model::{ConnectionId, Issue, IssueCode, ProviderAppId, TeamId, Timestamp, UserId};
use std::{
    collections::{BTreeSet, HashSet},
    ops::ControlFlow,
};

const PART: &str = "lane, receipt, number, user_id, team_id, connection_id, app_id, account, provider, kind, part_type,
    meta, body, spool, size, received_at, attempts, quiet";
/// The place of `run_at` behind them.
const RUN_AT: usize = 18;
/// The first of them.
const KEY: &str = "lane, receipt, number, user_id";
const KEY_RUN_AT: usize = 4;

fn part(row: &Row<'_>) -> Result<Part> {
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

/// How many parts are looked at a time, where many wait behind those that wait for a retry.
const MANY: usize = 1024;

/// State and time of the next try.
pub(super) fn after_failure(retry: &Retry) -> (i64, i64) {
    match retry {
        Retry::At(at) => (0, at.as_micros()),
        Retry::Dead => (2, 0),
    }
}

/// The lanes of parts to be kept. Where they matched nobody, nobody must be connected to their account meanwhile.
pub(super) fn scope(parts: &[Part]) -> Scope {
    let account = |part: &Part| Scope::key(part.account.as_deref().unwrap_or_default().as_bytes());
    parts.iter().fold(Scope::NONE, |scope, part| {
        let account = if part.user_id.is_none() { account(part) } else { Scope::NONE };
        scope.and(Scope::lane(part.lane)).and(account)
    })
}

/// Keeps parts. Those of a user who is gone are left out; those that no connection matched, or whose connection
/// ended since, go to the connections that were made since the delivery was split.
pub(super) fn insert(tx: &dyn Transaction, parts: &[Part]) -> Result<()> {
    require_deliveries(tx, parts)?;
    let left = insert_connected(tx, parts)?;
    if left.is_empty() {
        return Ok(());
    }
    let (users, links) = still_there(tx, &left)?;
    let mut matched = Vec::with_capacity(left.len());
    for part in left {
        match (part.user_id, part.connection_id) {
            (None, _) => insert_unmatched(tx, part)?,
            (Some(user), _) if !users.contains(user.as_bytes()) => {}
            (Some(user), Some(link)) if !links.contains(&(*user.as_bytes(), *link.as_bytes())) => {
                let part = nobodys(part);
                tx.hold(Scope::lane(part.lane))?;
                insert_unmatched(tx, &part)?;
            }
            (Some(_), _) => matched.push(part),
        }
    }
    insert_all(tx, matched)
}

/// What is handed in may be cancelled while it is cut: then nothing more of it is kept.
fn require_deliveries(tx: &dyn Transaction, parts: &[Part]) -> Result<()> {
    let handed_in = parts.iter().filter(|part| part.kind == DeliveryKind::Upload).map(|part| part.receipt);
    for receipt in handed_in.collect::<BTreeSet<i64>>() {
        let there = tx
            .sql("select 1 from inbox where lane = ?1 and receipt = ?2 and state = 0")
            .exists(params![Delivery::lane(receipt).0, receipt])?;
        if !there {
            return Err(StoreError::NotFound("delivery"));
        }
    }
    Ok(())
}

/// Keeps the parts of connections that are active, as nearly all are; returns those that it did not keep.
fn insert_connected<'p>(tx: &dyn Transaction, parts: &'p [Part]) -> Result<Vec<&'p Part>> {
    let (connected, mut left): (Vec<&Part>, Vec<&Part>) = parts.iter().partition(|part| part.connection_id.is_some());
    let rows = connected.iter().map(|part| part_values(part)).collect::<Result<Vec<_>>>()?;
    let kept = tx
        .sql(format!(
            "insert into part ({PART}, state, run_at)
             select ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, 0
             from connection where user_id = ?4 and id = ?6 and status = 'active' on conflict do nothing"
        ))
        .execute_all(&rows)?;
    left.extend(connected.into_iter().zip(kept).filter(|(_, kept)| *kept == 0).map(|(part, _)| part));
    Ok(left)
}

type Pair = ([u8; 16], [u8; 16]);

/// Of the users and connections of these parts those that are there and active.
fn still_there(tx: &dyn Transaction, parts: &[&Part]) -> Result<(HashSet<[u8; 16]>, HashSet<Pair>)> {
    let users: BTreeSet<[u8; 16]> = parts.iter().filter_map(|part| part.user_id).map(|id| *id.as_bytes()).collect();
    let links: BTreeSet<Pair> =
        parts.iter().filter_map(|part| Some((*part.user_id?.as_bytes(), *part.connection_id?.as_bytes()))).collect();
    let users: Vec<_> = users.into_iter().map(|id| vec![owned(id)]).collect();
    let links: Vec<_> = links.into_iter().map(|(user, id)| vec![owned(user), owned(id)]).collect();
    let users = tx.sql("select id from app_user where id = ?1").rows_of_all(&users, |row| row.bytes16(0))?;
    let links = tx
        .sql("select user_id, id from connection where user_id = ?1 and id = ?2 and status = 'active'")
        .rows_of_all(&links, |row| Ok((row.bytes16(0)?, row.bytes16(1)?)))?;
    Ok((users.into_iter().collect(), links.into_iter().collect()))
}

fn nobodys(part: &Part) -> Part {
    let lane = Lane::of_bytes(part.account.as_deref().unwrap_or_default().as_bytes());
    Part { lane, user_id: None, team_id: None, connection_id: None, ..part.clone() }
}

fn insert_unmatched(tx: &dyn Transaction, part: &Part) -> Result<()> {
    let (Some(app), Some(account)) = (part.app_id, &part.account) else { return insert_one(tx, part) };
    let links = connections::of_account(tx, app, account)?;
    if links.is_empty() {
        return match standing::of_absent(tx, app, account)? {
            // a notice of what is known already
            Absent::Ended | Absent::Erased if part.is_notice => {
                insert_settled(tx, &Part { body: Body::Expired, ..part.clone() }, None)
            }
            Absent::Erased => {
                let gone = Part { body: Body::Expired, ..part.clone() };
                let issue = Issue::new(IssueCode::NotPermitted, &*part.part_type, "its person withdrew their consent");
                insert_settled(tx, &gone, Some(&[issue]))
            }
            Absent::Ended | Absent::Unknown => insert_one(tx, part),
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
        insert_one(tx, &matched)?;
    }
    Ok(())
}

/// Keeps a part for the record alone: there is nothing to be done with it.
fn insert_settled(tx: &dyn Transaction, part: &Part, issues: Option<&[Issue]>) -> Result<()> {
    insert_one(tx, part)?;
    tx.sql("update part set state = 1, issues = ?5 where lane = ?1 and receipt = ?2 and number = ?3 and user_id = ?4")
        .execute(params![
            part.lane.0,
            part.receipt,
            part.number,
            user_column(part.user_id),
            issues.map(|issues| to_json(&issues)).transpose()?
        ])?;
    Ok(())
}

pub(super) fn insert_one(tx: &dyn Transaction, part: &Part) -> Result<()> {
    insert_all(tx, vec![part])
}

fn insert_all(tx: &dyn Transaction, parts: Vec<&Part>) -> Result<()> {
    let rows = parts.into_iter().map(part_values).collect::<Result<Vec<_>>>()?;
    tx.sql(format!(
        "insert into part ({PART}, state, run_at)
         values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, 0)
         on conflict do nothing"
    ))
    .execute_all(&rows)?;
    Ok(())
}

fn part_values(part: &Part) -> Result<Vec<Value<'_>>> {
    let (body, spool) = body_columns(&part.body);
    Ok(vec![
        owned(part.lane.0),
        owned(part.receipt),
        owned(part.number),
        owned(user_column(part.user_id)),
        owned(part.team_id.map(|id| *id.as_bytes())),
        owned(part.connection_id.map(|id| *id.as_bytes())),
        owned(part.app_id.map(|id| *id.as_bytes())),
        part.account.to_value(),
        Value::Text(part.provider.as_str().into()),
        owned(part.kind.as_stored()),
        part.part_type.to_value(),
        owned(to_json(&part.meta)?),
        body.map_or(Value::Null, |body| Value::Bytes(body.into())),
        spool.map_or(Value::Null, |name| Value::Text(name.into())),
        owned(part.size),
        owned(part.received_at.as_micros()),
        owned(part.attempts),
        owned(part.quiet),
        owned(if part.user_id.is_some() { 0_i16 } else { 3 }),
    ])
}

/// The first parts of a lane that may be applied, in order.
pub(super) fn list(tx: &dyn Transaction, lane: Lane, now: Timestamp, limit: usize) -> Result<Vec<Part>> {
    waiting(tx, PART, RUN_AT, (lane, now, limit), part)
}

/// Whether a lane has parts that may be applied; their bodies are not read for it.
pub(super) fn any_waiting(tx: &dyn Transaction, lane: Lane, now: Timestamp) -> Result<bool> {
    Ok(!waiting(tx, KEY, KEY_RUN_AT, (lane, now, 1), |_| Ok(()))?.is_empty())
}

/// These columns, which begin with the key, of the first parts that may be applied: a user whose first part waits is
/// left out with all that follows it, however much that is.
fn waiting<T>(
    tx: &dyn Transaction,
    columns: &str,
    run_at: usize,
    (lane, now, limit): (Lane, Timestamp, usize),
    read: impl Fn(&Row<'_>) -> Result<T>,
) -> Result<Vec<T>> {
    let rows = tx.sql(format!(
        "select {columns}, run_at from part where lane = ?1 and state = 0
         and (receipt, number, user_id) > (?2, ?3, ?4) and {OF_USERS_THERE} order by receipt, number, user_id limit ?5"
    ));
    let (mut blocked, mut found) = (HashSet::new(), Vec::new());
    let mut last = (0_i64, 0_u32, NOBODY);
    let mut page = limit;
    loop {
        let after = [owned(last.0), owned(last.1), owned(last.2), owned(u32::try_from(page).unwrap_or(u32::MAX))];
        let values: Vec<Value<'_>> = std::iter::once(owned(lane.0)).chain(after).collect();
        let mut seen = 0;
        rows.walk(&values, |row| {
            (seen, last) = (seen + 1, (row.get(1)?, row.get(2)?, row.bytes16(3)?));
            if row.get::<i64>(run_at)? > now.as_micros() {
                blocked.insert(last.2);
            } else if !blocked.contains(&last.2) {
                found.push(read(row)?);
            }
            Ok(if found.len() < limit { ControlFlow::Continue(()) } else { ControlFlow::Break(()) })
        })?;
        if found.len() >= limit || seen < page {
            return Ok(found);
        }
        // many wait behind those that wait for a retry
        page = page.saturating_mul(4).min(MANY);
    }
}

/// The lanes in which parts wait: one step in the index for each.
pub(super) fn lanes(tx: &dyn Transaction) -> Result<Vec<Lane>> {
    let found: Vec<Option<i16>> = tx
        .sql(
            "with recursive waiting (lane) as (
                 select min(lane) from part where state = 0
                 union all
                 select (select min(p.lane) from part p where p.state = 0 and p.lane > waiting.lane)
                 from waiting where waiting.lane is not null)
             select lane from waiting",
        )
        .rows(params![], |row| row.get(0))?;
    Ok(found.into_iter().flatten().map(Lane).collect())
}

pub(super) fn fail(tx: &dyn Transaction, key: PartKey, error: &str, retry: &Retry) -> Result<()> {
    let (state, run_at) = after_failure(retry);
    tx.sql(
        "update part set state = ?5, run_at = ?6, error = ?7, attempts = attempts + 1
             where lane = ?1 and receipt = ?2 and number = ?3 and user_id = ?4 and state = 0",
    )
    .execute(params![key.lane.0, key.receipt, key.number, user_column(key.user_id), state, run_at, error])?;
    Ok(())
}

pub(super) fn complete(tx: &dyn Transaction, parts: &[CompletedPart]) -> Result<()> {
    let mut sets = Vec::with_capacity(parts.len());
    for part in parts {
        let issues = if part.issues.is_empty() { None } else { Some(to_json(&part.issues)?) };
        sets.push(vec![
            owned(part.key.lane.0),
            owned(part.key.receipt),
            owned(part.key.number),
            owned(user_column(part.key.user_id)),
            owned(part.items),
            owned(issues),
            owned(part.is_refused),
        ]);
    }
    let completed = tx
        .sql(
            "update part set state = 1, error = null, items = ?5, issues = ?6, quiet = 0,
             body = case when ?7 then null else body end, spool = case when ?7 then null else spool end
             where lane = ?1 and receipt = ?2 and number = ?3 and user_id = ?4 and state = 0",
        )
        .execute_all(&sets)?;
    // erased while it was being applied: what it said must not come back. Or applied by another process meanwhile
    if completed.contains(&0) { Err(StoreError::NotFound("part")) } else { Ok(()) }
}

/// Gives parts that waited for this account to its user.
pub(super) fn adopt_unmatched(tx: &dyn Transaction, link: &Link, account: &str) -> Result<()> {
    tx.sql(
        "update part set lane = ?3, user_id = ?4, team_id = ?5, connection_id = ?6, state = 0, run_at = 0
         where app_id = ?1 and account = ?2 and state = 3 and (body is not null or spool is not null)
         and not exists (select 1 from part own where own.lane = ?3 and own.receipt = part.receipt
             and own.number = part.number and own.user_id = ?4)",
    )
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

/// Drops bodies of a team, or of those that did not decide how long theirs stay, older than `before`, but for those still to be applied; returns the spooled names that
/// nothing refers to any more.
pub(super) fn expire(tx: &dyn Transaction, team: Option<TeamId>, before: Timestamp, limit: u32) -> Result<Vec<String>> {
    let undecided = "(team_id is null or team_id not in
         (select team_id from retention_policy where raw_days is not null))";
    let whose = if team.is_some() { "team_id = ?3" } else { undecided };
    let mut values = vec![owned(before.as_micros()), owned(limit)];
    values.extend(team.map(|team| owned(team.as_bytes())));
    // RETURNING shows the row as it became, so spooled names are read first
    let expired = tx
        .sql(format!(
            "select lane, receipt, number, user_id, spool from part
             where received_at < ?1 and (body is not null or spool is not null)
             and state <> 0 and {whose} order by received_at limit ?2"
        ))
        .rows(&values, |row| {
            let key = vec![
                owned(row.get::<i16>(0)?),
                owned(row.get::<i64>(1)?),
                owned(row.get::<u32>(2)?),
                owned(row.bytes16(3)?),
            ];
            Ok((key, row.get(4)?))
        })?;
    let (keys, names): (Vec<_>, Vec<Option<String>>) = expired.into_iter().unzip();
    tx.sql(
        "update part set body = null, spool = null
         where lane = ?1 and receipt = ?2 and number = ?3 and user_id = ?4",
    )
    .execute_all(&keys)?;
    unreferenced(tx, names.into_iter().flatten().collect())
}

/// Whether a spooled name is the body of a delivery or a part.
pub(super) fn is_body(tx: &dyn Transaction, name: &str) -> Result<bool> {
    Ok(tx.sql("select 1 from part where spool = ?1 limit 1").exists(params![name])?
        || tx.sql("select 1 from inbox where spool = ?1 limit 1").exists(params![name])?)
}

/// Which of these spooled names no row refers to; each once.
pub(super) fn unreferenced(tx: &dyn Transaction, mut names: Vec<String>) -> Result<Vec<String>> {
    names.sort_unstable();
    names.dedup();
    let mut free = Vec::new();
    for name in names {
        if !is_body(tx, &name)? && !resumable::is_needed(tx, &name)? {
            free.push(name);
        }
    }
    Ok(free)
}

/// Puts parts, and deliveries that were given up, back to be worked on again.
pub(super) fn replay(tx: &dyn Transaction, query: &ReplayQuery, now: Timestamp) -> Result<u64> {
    let mut conditions = String::new();
    let mut values: Vec<Value<'static>> = Vec::new();
    let mut add = |column: &str, value: Option<Value<'static>>| {
        if let Some(value) = value {
            values.push(value);
            conditions.push_str(&format!(" and {column} = ?{}", values.len() + 1));
        }
    };
    add("user_id", query.user_id.map(|user| owned(user.as_bytes())));
    add("provider", query.provider.as_ref().map(|name| owned(name.as_str())));
    add("part_type", query.part_type.as_ref().map(owned));
    let states = if query.dead_only { "state = 2" } else { "state in (1, 2)" };
    let replayed = replay_one(
        tx,
        &format!(
            "update part set state = 0, run_at = 0, attempts = 0, error = null, quiet = ?1
             where (body is not null or spool is not null) and {states}{conditions}"
        ),
        owned(!query.emit),
        &values,
    )?;
    let split_again = replay_one(
        tx,
        &format!("update inbox set state = 0, run_at = ?1, attempts = 0, error = null where state = 2{conditions}"),
        owned(now.as_micros()),
        &values,
    )?;
    Ok((replayed + split_again) as u64)
}

fn replay_one(tx: &dyn Transaction, text: &str, first: Value<'static>, rest: &[Value<'static>]) -> Result<usize> {
    let values: Vec<Value<'static>> = std::iter::once(first).chain(rest.iter().cloned()).collect();
    tx.sql(text).execute(&values)
}

/// What became of a delivery's parts.
pub(super) fn outcomes(tx: &dyn Transaction, lane: Lane, receipt: i64) -> Result<Vec<PartOutcome>> {
    let select = tx.sql(
        "select number, user_id, part_type, state, coalesce(items, 0), coalesce(issues, '[]'), error
         from part where lane = ?1 and receipt = ?2 order by number, user_id",
    );
    let rows = select.rows(params![lane.0, receipt], |row| {
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
    Ok(rows)
}
