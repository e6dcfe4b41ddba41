//! Claiming intervals within the budget. A request counts from its claim until a minute after its answer,
//! so that however the provider cuts its minutes, none holds more than the budget.

use super::super::transaction::Transaction;
use super::super::value::params;
use super::rows::{self, INTERVAL};
use crate::{Budget, Claimed, Claims, Result};
use model::Timestamp;

/// A minute, and a little for clocks that differ.
const WINDOW_S: i64 = 62;

/// Credentials and the apps that use them.
struct Credentials {
    provider: String,
    client_id: String,
    apps: Vec<[u8; 16]>,
}

fn credentials(tx: &dyn Transaction, provider: &str) -> Result<Vec<Credentials>> {
    let select = tx.sql("select provider, client_id, id from provider_app where provider = ?1 order by client_id");
    let mut found: Vec<Credentials> = Vec::new();
    for (provider, client_id, app) in
        select.rows(params![provider], |row| Ok((row.get::<String>(0)?, row.get::<String>(1)?, row.bytes16(2)?)))?
    {
        match found.last_mut().filter(|last| last.provider == provider && last.client_id == client_id) {
            Some(last) => last.apps.push(app),
            None => found.push(Credentials { provider, client_id, apps: vec![app] }),
        }
    }
    Ok(found)
}

pub(super) fn any_due(tx: &dyn Transaction, now: Timestamp) -> Result<bool> {
    tx.sql("select 1 from backfill_interval where state <= 1 and run_at <= ?1 limit 1").exists(params![now.as_micros()])
}

pub(super) fn claim(
    tx: &dyn Transaction,
    provider: &str,
    times: (Timestamp, Timestamp),
    budget: Budget,
) -> Result<Claims> {
    let now = times.0;
    tx.sql("delete from backfill_spent where until <= ?1").execute(params![now.as_micros()])?;
    let mut claims = Claims::default();
    for credentials in credentials(tx, provider)? {
        claim_for(tx, &credentials, times, budget, &mut claims)?;
    }
    Ok(claims)
}

fn claim_for(
    tx: &dyn Transaction,
    credentials: &Credentials,
    (now, lease): (Timestamp, Timestamp),
    budget: Budget,
    claims: &mut Claims,
) -> Result<()> {
    let (spent, mut ticket): (i64, i64) = tx
        .sql(
            "select cast(coalesce(sum(days), 0) as bigint), coalesce(max(ticket), 0) from backfill_spent
             where provider = ?1 and client_id = ?2",
        )
        .one(params![credentials.provider, credentials.client_id], |row| Ok((row.get(0)?, row.get(1)?)))?;
    let mut room = i64::from(budget.days_per_minute) - spent;
    for app in &credentials.apps {
        let free = budget.limit.saturating_sub(u32::try_from(claims.claimed.len()).unwrap_or(u32::MAX));
        let select = tx.sql(format!(
            "select {INTERVAL} from backfill_interval where app_id = ?1 and state <= 1 and run_at <= ?2
             order by age, lane, account, part_type, number limit ?3"
        ));
        let due = select.rows(params![app, now.as_micros(), free], rows::interval)?;
        for interval in due {
            let days = i64::from(interval.days());
            if days > room {
                claims.room_at = earlier(claims.room_at, room_at(tx, credentials, now)?);
                break;
            }
            room -= days;
            ticket += 1;
            take(tx, credentials, &Claimed { interval: interval.clone(), ticket }, (now, lease))?;
            claims.claimed.push(Claimed { interval, ticket });
        }
    }
    Ok(())
}

fn earlier(one: Option<Timestamp>, other: Timestamp) -> Option<Timestamp> {
    Some(one.map_or(other, |one| one.min(other)))
}

/// When something of what was spent comes back.
fn room_at(tx: &dyn Transaction, credentials: &Credentials, now: Timestamp) -> Result<Timestamp> {
    let at: Option<i64> = tx
        .sql("select min(until) from backfill_spent where provider = ?1 and client_id = ?2 and is_open = 0")
        .one(params![credentials.provider, credentials.client_id], |row| row.get(0))?;
    Ok(at.map_or_else(|| now.plus_seconds(1), Timestamp::from_micros))
}

fn take(
    tx: &dyn Transaction,
    credentials: &Credentials,
    claimed: &Claimed,
    (now, lease): (Timestamp, Timestamp),
) -> Result<()> {
    let (interval, account) = (&claimed.interval, &claimed.interval.account);
    tx.sql(
        "insert into backfill_spent (provider, client_id, ticket, days, until, is_open) values (?1, ?2, ?3, ?4, ?5, 1)",
    )
    .execute(params![
        credentials.provider,
        credentials.client_id,
        claimed.ticket,
        interval.days(),
        lease.plus_seconds(WINDOW_S).as_micros()
    ])?;
    tx.sql(format!(
        "update backfill_interval set state = 1, run_at = ?6, asked_at = ?7 where {} and state <= 1",
        rows::OF_INTERVAL
    ))
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
pub(super) fn answered(tx: &dyn Transaction, claimed: &Claimed, now: Timestamp) -> Result<()> {
    tx.sql(format!(
        "update backfill_spent set is_open = 0, until = ?3 where {CREDENTIALS_OF_APP} and ticket = ?2 and is_open = 1"
    ))
    .execute(params![
        claimed.interval.account.app_id.as_bytes(),
        claimed.ticket,
        now.plus_seconds(WINDOW_S).as_micros()
    ])?;
    Ok(())
}

/// Nothing more is asked with these credentials until then.
pub(super) fn exhaust(tx: &dyn Transaction, claimed: &Claimed, until: Timestamp) -> Result<()> {
    tx.sql(format!(
        "update backfill_spent set is_open = 0, days = {}, until = case when until > ?3 then until else ?3 end
             where {CREDENTIALS_OF_APP} and ticket = ?2",
        i32::MAX
    ))
    .execute(params![claimed.interval.account.app_id.as_bytes(), claimed.ticket, until.as_micros()])?;
    Ok(())
}

/// Ends the claims of a process that is gone. The provider may have heard each request until now.
pub(in super::super) fn release(tx: &dyn Transaction, now: Timestamp) -> Result<()> {
    tx.sql("update backfill_interval set run_at = ?1 where state = 1").execute(params![now.as_micros()])?;
    tx.sql("update backfill_spent set is_open = 0, until = ?1 where is_open = 1")
        .execute(params![now.plus_seconds(WINDOW_S).as_micros()])?;
    // whether a run ended with the last thing that was done is looked at again
    tx.sql("update backfill set gaps_at = 0 where state = 0").execute(params![])?;
    Ok(())
}
