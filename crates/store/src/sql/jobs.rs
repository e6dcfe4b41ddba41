//! Calls to make,: each once for its account, and once however often notice of it comes.

use super::transaction::Transaction;
use super::value::{Row, owned, params};
use super::{awaited_files, changes, connections, convert::to_json};
use crate::{FetchOrder, Job, JobEnd, Lane, Result, StoreError, Told};
use model::{FetchKind, FetchRequest, ProviderAppId, Timestamp, UserId, derived_id};

const JOB: &str = "lane, position, app_id, account, provider, request, created_at, attempts";
/// What can be had only so much longer goes before everything else.
const URGENT_S: i64 = 600;

fn job(row: &Row<'_>) -> Result<Job> {
    Ok(Job {
        lane: Lane(row.get(0)?),
        position: row.get(1)?,
        app_id: ProviderAppId::from_uuid(row.uuid(2)?),
        account: row.get(3)?,
        provider: row.provider(4)?,
        fetch: row.json(5)?,
        created_at: row.time(6)?,
        attempts: row.get(7)?,
    })
}

/// The lane of an account's work.
pub(super) fn lane_of(app: ProviderAppId, account: &str) -> Lane {
    Lane::of_bytes(&[app.as_bytes(), account.as_bytes()].concat())
}

/// What a call is about within its account: a file by the workout it is of, as each notice of it has another
/// address; anything else by its address.
fn identity(app: ProviderAppId, account: &str, fetch: &FetchRequest) -> [u8; 16] {
    let (kind, name, format) = match &fetch.kind {
        FetchKind::File { meta } => match &meta.external_id {
            Some(id) => ("file", id.as_str(), meta.format.map_or("", model::FileFormat::as_str)),
            None => ("url", fetch.url.as_str(), ""),
        },
        FetchKind::Summaries { .. } => ("url", fetch.url.as_str(), ""),
    };
    let parts =
        [b"job", app.as_bytes().as_slice(), account.as_bytes(), kind.as_bytes(), name.as_bytes(), format.as_bytes()];
    *derived_id(&parts).as_bytes()
}

/// A job's place in its lane: any number will do that two jobs do not share, and so no counter is held.
fn position_of(identity: [u8; 16]) -> i64 {
    let [a, b, c, d, e, f, g, h, ..] = identity;
    i64::from_be_bytes([a & 0x7f, b, c, d, e, f, g, h])
}

/// A job for the same thing that is there already.
struct Known {
    position: i64,
    state: i64,
    fetch: FetchRequest,
    ended_at: Option<Timestamp>,
    error: Option<String>,
}

fn find_known(tx: &dyn Transaction, lane: Lane, identity: [u8; 16]) -> Result<Option<Known>> {
    tx.sql("select position, state, request, ended_at, error from job where lane = ?1 and identity = ?2").find(
        params![lane.0, identity],
        |row| {
            Ok(Known {
                position: row.get(0)?,
                state: row.get(1)?,
                fetch: row.json(2)?,
                ended_at: row.time_opt(3)?,
                error: row.get(4)?,
            })
        },
    )
}

pub(super) fn insert(tx: &dyn Transaction, user: UserId, order: &FetchOrder, now: Timestamp) -> Result<()> {
    let link = connections::find(tx, user, order.connection_id)?.ok_or(StoreError::NotFound("connection"))?;
    let account = link.provider_user_id.ok_or(StoreError::NotFound("account"))?;
    let (app, lane) = (link.app_id, lane_of(link.app_id, &account));
    let identity = identity(app, &account, &order.fetch);
    let wait = |position: i64, missed: Option<&str>| {
        awaited_files::note(tx, user, &link.provider, &account, order, (lane, position), missed)
    };
    if let Some(known) = find_known(tx, lane, identity)? {
        if is_news(tx, app, &account, &known, order)? {
            renew(tx, lane, &known, order, now)?;
            return wait(known.position, None);
        }
        return match known.state {
            0 => wait(known.position, None),
            1 => Ok(()),
            _ => wait(known.position, Some(known.error.as_deref().unwrap_or_default())),
        };
    }
    let position = position_of(identity);
    tx.sql(
        "insert into job (lane, position, app_id, account, provider, identity, request, run_at, expires_at, created_at)
             values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
    )
    .execute(params![
        lane.0,
        position,
        app.as_bytes(),
        account,
        link.provider.as_str(),
        identity,
        to_json(&order.fetch)?,
        now.as_micros(),
        expires_at(order),
        order.noticed_at.as_micros()
    ])?;
    wait(position, None)
}

fn expires_at(order: &FetchOrder) -> Option<i64> {
    order.fetch.expires_s.map(|seconds| order.noticed_at.plus_seconds(seconds).as_micros())
}

/// Whether a notice of what is known already asks for more than was done.
fn is_news(tx: &dyn Transaction, app: ProviderAppId, account: &str, known: &Known, order: &FetchOrder) -> Result<bool> {
    let has_other_address = known.fetch.url != order.fetch.url;
    let came_after = known.ended_at.is_none_or(|ended_at| order.noticed_at > ended_at);
    Ok(match known.state {
        // the address that was told last is the one that still answers
        0 => has_other_address,
        // summaries may say more by now; a file is the same, and only whoever connected since has not got it yet
        1 => {
            came_after && {
                if matches!(order.fetch.kind, FetchKind::Summaries { .. }) {
                    return Ok(true);
                }
                let links = connections::of_account(tx, app, account)?;
                links.iter().any(|link| known.ended_at.is_some_and(|ended_at| link.standing.connected_at > ended_at))
            }
        }
        // what can be had once is not asked for twice at the same address
        _ => came_after && (has_other_address || matches!(order.fetch.kind, FetchKind::Summaries { .. })),
    })
}

fn renew(tx: &dyn Transaction, lane: Lane, known: &Known, order: &FetchOrder, now: Timestamp) -> Result<()> {
    let again = known.state != 0;
    tx.sql(
        "update job set request = ?3, expires_at = ?4, created_at = ?5, state = 0, ended_at = null,
             attempts = case when ?6 then 0 else attempts end, run_at = case when ?6 then ?7 else run_at end
             where lane = ?1 and position = ?2",
    )
    .execute(params![
        lane.0,
        known.position,
        to_json(&order.fetch)?,
        expires_at(order),
        order.noticed_at.as_micros(),
        again,
        now.as_micros()
    ])?;
    awaited_files::wait_again(tx, (lane, known.position), expires_at(order))
}

pub(super) fn any_due(tx: &dyn Transaction, now: Timestamp) -> Result<bool> {
    tx.sql("select 1 from job where state = 0 and run_at <= ?1 limit 1").exists(params![now.as_micros()])
}

pub(super) fn claim(
    tx: &dyn Transaction,
    now: Timestamp,
    lease: Timestamp,
    claimant: i16,
    limit: u32,
) -> Result<Vec<Job>> {
    let soon = now.plus_seconds(URGENT_S);
    let mut found = tx
        .sql(format!(
            "select {JOB} from job where state = 0 and expires_at is not null and expires_at <= ?1 and run_at <= ?2
             order by expires_at limit ?3"
        ))
        .rows(params![soon.as_micros(), now.as_micros(), limit], job)?;
    let left = limit.saturating_sub(u32::try_from(found.len()).unwrap_or(u32::MAX));
    let others = tx.sql(format!(
        "select {JOB} from job where state = 0 and run_at <= ?1 and (expires_at is null or expires_at > ?2)
         order by run_at, lane, position limit ?3"
    ));
    found.extend(others.rows(params![now.as_micros(), soon.as_micros(), left], job)?);
    let keys: Vec<_> = found
        .iter()
        .map(|job| vec![owned(job.lane.0), owned(job.position), owned(lease.as_micros()), owned(claimant)])
        .collect();
    tx.sql("update job set run_at = ?3, claimed = ?4 where lane = ?1 and position = ?2").execute_all(&keys)?;
    Ok(found)
}

/// Marks a job as done; false when it had ended already.
pub(super) fn complete(tx: &dyn Transaction, lane: Lane, position: i64, now: Timestamp) -> Result<bool> {
    let completed = tx
        .sql(
            "update job set state = 1, claimed = 0, error = null, ended_at = ?3
             where lane = ?1 and position = ?2 and state = 0",
        )
        .execute(params![lane.0, position, now.as_micros()])?;
    Ok(completed == 1)
}

pub(super) fn retry(tx: &dyn Transaction, job: &Job, error: &str, at: Timestamp) -> Result<()> {
    tx.sql(
        "update job set run_at = ?3, claimed = 0, error = ?4, attempts = attempts + 1
             where lane = ?1 and position = ?2 and state = 0",
    )
    .execute(params![job.lane.0, job.position, at.as_micros(), error])?;
    Ok(())
}

pub(super) fn end(tx: &dyn Transaction, job: &Job, end: &JobEnd, told: &[&Told], now: Timestamp) -> Result<()> {
    let (state, error) = match end {
        JobEnd::Done => (1, None),
        JobEnd::Dead(error) => (2, Some(error)),
        JobEnd::Skipped(error) => (3, Some(error)),
    };
    // a notice with another address came while the call was made: that one may still answer
    let renewed = tx
        .sql(
            "update job set run_at = ?4, claimed = 0, attempts = 0
             where lane = ?1 and position = ?2 and state = 0 and request <> ?3",
        )
        .execute(params![job.lane.0, job.position, to_json(&job.fetch)?, now.as_micros()])?;
    if renewed == 1 && state != 1 {
        return Ok(());
    }
    tx.sql(
        "update job set state = ?3, claimed = 0, error = ?4, ended_at = ?5, attempts = attempts + 1
             where lane = ?1 and position = ?2 and state <> 1",
    )
    .execute(params![job.lane.0, job.position, state, error, now.as_micros()])?;
    if let Some(reason) = error {
        awaited_files::miss(tx, (job.lane, job.position), reason)?;
    }
    for told in told {
        changes::put_sync_events(tx, told.team_id, told.user_id, std::slice::from_ref(&told.event))?;
        changes::emit(tx, told.team_id, told.user_id, now, &told.emissions)?;
    }
    Ok(())
}

/// Ends what waits for an account that nobody is linked to any more.
pub(super) fn end_all(tx: &dyn Transaction, app: ProviderAppId, account: &str, now: Timestamp) -> Result<()> {
    const REASON: &str = "nobody is connected to the account any more";
    let ended = tx
        .sql(
            "update job set state = 3, claimed = 0, error = ?4, ended_at = ?3
             where app_id = ?1 and account = ?2 and state = 0 returning lane, position",
        )
        .rows(params![app.as_bytes(), account, now.as_micros(), REASON], |row| Ok((Lane(row.get(0)?), row.get(1)?)))?;
    for job in ended {
        awaited_files::miss(tx, job, REASON)?;
    }
    Ok(())
}
