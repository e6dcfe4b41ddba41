//! Rows of the history tables, to and from the trait's types.

use super::super::transaction::Transaction;
use super::super::value::{Row, params};
use crate::{Account, Backfill, Interval, IntervalState, Result, RunState};
use model::{ProviderAppId, RunId, Timestamp};

pub(super) const BACKFILL: &str =
    "app_id, account, provider, run_id, state, is_retry, from_at, to_at, since, started_at,
    ended_at, error, told, gaps_at, ver";
pub(super) const INTERVAL: &str =
    "app_id, account, part_type, number, age, from_at, to_at, state, is_gap, attempts, cuts,
    run_at, asked_at, data_at, error";
/// What names an account's rows: lane, app, account.
pub(super) const OF_ACCOUNT: &str = "lane = ?1 and app_id = ?2 and account = ?3";
/// What names an interval's row: the account, then type and number.
pub(super) const OF_INTERVAL: &str = "lane = ?1 and app_id = ?2 and account = ?3 and part_type = ?4 and number = ?5";

const RUN_STATES: [RunState; 4] = [RunState::Running, RunState::Complete, RunState::Failed, RunState::Cancelled];

pub(super) fn run_number(state: RunState) -> i64 {
    RUN_STATES.iter().position(|one| *one == state).map_or(0, |place| place as i64)
}

pub(super) fn number(state: IntervalState) -> i64 {
    IntervalState::ALL.iter().position(|one| *one == state).map_or(0, |place| place as i64)
}

fn find<T: Copy>(all: &[T], row: &Row<'_>, column: usize) -> Result<T> {
    let number: i64 = row.get(column)?;
    let found = usize::try_from(number).ok().and_then(|place| all.get(place));
    found.copied().ok_or_else(|| row.wrong(column, "not a known state"))
}

pub(super) fn account(row: &Row<'_>) -> Result<Account> {
    Ok(Account { app_id: ProviderAppId::from_uuid(row.uuid(0)?), id: row.get(1)? })
}

pub(super) fn backfill(row: &Row<'_>) -> Result<Backfill> {
    Ok(Backfill {
        account: account(row)?,
        provider: row.provider(2)?,
        run_id: RunId::from_uuid(row.uuid(3)?),
        state: find(&RUN_STATES, row, 4)?,
        is_retry: row.get(5)?,
        from: row.time(6)?,
        to: row.time(7)?,
        since: row.time(8)?,
        started_at: row.time(9)?,
        ended_at: row.time_opt(10)?,
        error: row.get(11)?,
        told: row.get(12)?,
        gaps_at: row.time(13)?,
        ver: row.get(14)?,
    })
}

pub(super) fn interval(row: &Row<'_>) -> Result<Interval> {
    Ok(Interval {
        account: account(row)?,
        part_type: row.get(2)?,
        number: row.get(3)?,
        age: row.get(4)?,
        from: row.time(5)?,
        to: row.time(6)?,
        state: find(&IntervalState::ALL, row, 7)?,
        is_gap: row.get(8)?,
        attempts: row.get(9)?,
        cuts: row.get(10)?,
        run_at: row.time(11)?,
        asked_at: row.time_opt(12)?,
        data_at: row.time_opt(13)?,
        error: row.get(14)?,
    })
}

/// Adds an interval under the next number of its account and type.
pub(super) fn add(tx: &dyn Transaction, wanted: &Interval) -> Result<()> {
    let account = &wanted.account;
    let lane = account.lane().0;
    let number_: i32 = tx
        .sql(format!(
            "select coalesce(max(number), 0) + 1 from backfill_interval where {OF_ACCOUNT} and part_type = ?4"
        ))
        .one(params![lane, account.app_id.as_bytes(), account.id, wanted.part_type], |row| row.get(0))?;
    tx.sql(format!(
        "insert into backfill_interval (lane, {INTERVAL})
             values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16)"
    ))
    .execute(params![
        lane,
        account.app_id.as_bytes(),
        account.id,
        wanted.part_type,
        number_,
        wanted.age,
        wanted.from.as_micros(),
        wanted.to.as_micros(),
        number(wanted.state),
        wanted.is_gap,
        wanted.attempts,
        wanted.cuts,
        wanted.run_at.as_micros(),
        wanted.asked_at.map(Timestamp::as_micros),
        wanted.data_at.map(Timestamp::as_micros),
        wanted.error
    ])?;
    Ok(())
}

pub(super) fn list(tx: &dyn Transaction, account: &Account) -> Result<Vec<Interval>> {
    let select =
        tx.sql(format!("select {INTERVAL} from backfill_interval where {OF_ACCOUNT} order by part_type, number"));
    select.rows(params![account.lane().0, account.app_id.as_bytes(), account.id], interval)
}
