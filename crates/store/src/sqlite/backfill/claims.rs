//! Claiming intervals within the budget. A request counts from its claim until a minute after its answer,
//! so that however the provider cuts its minutes, none holds more than the budget.

use super::rows::{self, INTERVAL};
use crate::{Budget, Claimed, Claims, Result};
use model::Timestamp;
use rusqlite::{Connection, params};

/// A minute, and a little for clocks that differ.
const WINDOW_S: i64 = 62;

/// Credentials and the apps that use them.
struct Credentials {
    provider: String,
    client_id: String,
    apps: Vec<Vec<u8>>,
}

fn credentials(connection: &Connection, provider: &str) -> Result<Vec<Credentials>> {
    let mut select = connection
        .prepare_cached("select provider, client_id, id from provider_app where provider = ?1 order by client_id")?;
    let mut rows = select.query([provider])?;
    let mut found: Vec<Credentials> = Vec::new();
    while let Some(row) = rows.next()? {
        let (provider, client_id, app): (String, String, Vec<u8>) = (row.get(0)?, row.get(1)?, row.get(2)?);
        match found.last_mut().filter(|last| last.provider == provider && last.client_id == client_id) {
            Some(last) => last.apps.push(app),
            None => found.push(Credentials { provider, client_id, apps: vec![app] }),
        }
    }
    Ok(found)
}

pub(super) fn any_due(connection: &Connection, now: Timestamp) -> Result<bool> {
    Ok(connection
        .prepare_cached("select 1 from backfill_interval where state <= 1 and run_at <= ?1 limit 1")?
        .exists([now.as_micros()])?)
}

pub(super) fn claim(
    connection: &Connection,
    provider: &str,
    times: (Timestamp, Timestamp),
    budget: Budget,
) -> Result<Claims> {
    let now = times.0;
    connection.prepare_cached("delete from backfill_spent where until <= ?1")?.execute([now.as_micros()])?;
    let mut claims = Claims::default();
    for credentials in credentials(connection, provider)? {
        claim_for(connection, &credentials, times, budget, &mut claims)?;
    }
    Ok(claims)
}

fn claim_for(
    connection: &Connection,
    credentials: &Credentials,
    (now, lease): (Timestamp, Timestamp),
    budget: Budget,
    claims: &mut Claims,
) -> Result<()> {
    let key = params![credentials.provider, credentials.client_id];
    let (spent, mut ticket): (i64, i64) = connection
        .prepare_cached(
            "select coalesce(sum(days), 0), coalesce(max(ticket), 0) from backfill_spent
             where provider = ?1 and client_id = ?2",
        )?
        .query_row(key, |row| Ok((row.get(0)?, row.get(1)?)))?;
    let mut room = i64::from(budget.days_per_minute) - spent;
    for app in &credentials.apps {
        let free = budget.limit.saturating_sub(u32::try_from(claims.claimed.len()).unwrap_or(u32::MAX));
        let mut select = connection.prepare_cached(&format!(
            "select {INTERVAL} from backfill_interval where app_id = ?1 and state <= 1 and run_at <= ?2
             order by age, lane, account, part_type, number limit ?3"
        ))?;
        let due = select.query_map(params![app, now.as_micros(), free], rows::interval)?;
        for interval in due.collect::<rusqlite::Result<Vec<_>>>()? {
            let days = i64::from(interval.days());
            if days > room {
                claims.room_at = earlier(claims.room_at, room_at(connection, credentials, now)?);
                break;
            }
            room -= days;
            ticket += 1;
            take(connection, credentials, &Claimed { interval: interval.clone(), ticket }, (now, lease))?;
            claims.claimed.push(Claimed { interval, ticket });
        }
    }
    Ok(())
}

fn earlier(one: Option<Timestamp>, other: Timestamp) -> Option<Timestamp> {
    Some(one.map_or(other, |one| one.min(other)))
}

/// When something of what was spent comes back.
fn room_at(connection: &Connection, credentials: &Credentials, now: Timestamp) -> Result<Timestamp> {
    let at: Option<i64> = connection
        .prepare_cached("select min(until) from backfill_spent where provider = ?1 and client_id = ?2 and is_open = 0")?
        .query_row(params![credentials.provider, credentials.client_id], |row| row.get(0))?;
    Ok(at.map_or_else(|| now.plus_seconds(1), Timestamp::from_micros))
}

fn take(
    connection: &Connection,
    credentials: &Credentials,
    claimed: &Claimed,
    (now, lease): (Timestamp, Timestamp),
) -> Result<()> {
    let (interval, account) = (&claimed.interval, &claimed.interval.account);
    connection
        .prepare_cached(
            "insert into backfill_spent (provider, client_id, ticket, days, until, is_open) values (?1, ?2, ?3, ?4, ?5, 1)",
        )?
        .execute(params![
            credentials.provider,
            credentials.client_id,
            claimed.ticket,
            interval.days(),
            lease.plus_seconds(WINDOW_S).as_micros()
        ])?;
    connection
        .prepare_cached(&format!(
            "update backfill_interval set state = 1, run_at = ?6, asked_at = ?7 where {}",
            rows::OF_INTERVAL
        ))?
        .execute(params![
            account.lane().0,
            account.app_id.as_bytes(),
            account.id,
            interval.part_type,
            interval.number,
            lease.as_micros(),
            now.as_micros()
        ])?;
    Ok(())
}

const CREDENTIALS_OF_APP: &str =
    "(provider, client_id) = (select p.provider, p.client_id from provider_app p where p.id = ?1)";

/// The answer is there: its share of the budget comes back a minute from now.
pub(super) fn answered(connection: &Connection, claimed: &Claimed, now: Timestamp) -> Result<()> {
    connection
        .prepare_cached(&format!(
            "update backfill_spent set is_open = 0, until = ?3 where {CREDENTIALS_OF_APP} and ticket = ?2 and is_open = 1"
        ))?
        .execute(params![
            claimed.interval.account.app_id.as_bytes(),
            claimed.ticket,
            now.plus_seconds(WINDOW_S).as_micros()
        ])?;
    Ok(())
}

/// Nothing more is asked with these credentials until then.
pub(super) fn exhaust(connection: &Connection, claimed: &Claimed, until: Timestamp) -> Result<()> {
    connection
        .prepare_cached(&format!(
            "update backfill_spent set is_open = 0, days = {}, until = max(until, ?3)
             where {CREDENTIALS_OF_APP} and ticket = ?2",
            i32::MAX
        ))?
        .execute(params![claimed.interval.account.app_id.as_bytes(), claimed.ticket, until.as_micros()])?;
    Ok(())
}

/// Ends the claims of a process that is gone. The provider may have heard each request until now.
pub(in super::super) fn release(connection: &Connection, now: Timestamp) -> Result<()> {
    connection.execute("update backfill_interval set run_at = ?1 where state = 1", [now.as_micros()])?;
    connection.execute(
        "update backfill_spent set is_open = 0, until = ?1 where is_open = 1",
        [now.plus_seconds(WINDOW_S).as_micros()],
    )?;
    // whether a run ended with the last thing that was done is looked at again
    connection.execute("update backfill set gaps_at = 0 where state = 0", [])?;
    Ok(())
}
