//! What became of requests, and whether the data came.

use super::super::transaction::Transaction;
use super::super::value::params;
use super::{
    claims, coverage, pending, plans,
    rows::{self, INTERVAL, OF_ACCOUNT, OF_INTERVAL},
};
use crate::{Account, Answer, Claimed, Interval, IntervalState as State, Look, Result, Verdict};
use model::{LocalDate, Timestamp};
use std::collections::HashMap;

const SECOND: i64 = 1_000_000;

pub(super) fn note(tx: &dyn Transaction, claimed: &Claimed, answer: &Answer, now: Timestamp) -> Result<()> {
    claims::answered(tx, claimed, now)?;
    let asked = &claimed.interval;
    if let Answer::Limited { until } = answer {
        claims::exhaust(tx, claimed, *until)?;
    }
    let Some(kept) = plans::find_interval(tx, asked)?.filter(|kept| kept.state == State::Requested) else {
        return Ok(());
    };
    match answer {
        Answer::Accepted { look_at } => set(tx, &Interval { run_at: *look_at, ..kept }, State::Accepted, None),
        Answer::Duplicate { from, to, look_at } => split_duplicate(tx, &kept, (*from, *to), *look_at, now),
        Answer::Floor(floor) => learn_floor(tx, &kept, *floor, now),
        Answer::Held { all_types, error } => stop_unasked(tx, &kept, State::Held, error, *all_types),
        Answer::Failed { whole_type: true, error } => stop_unasked(tx, &kept, State::Failed, error, false),
        Answer::Failed { whole_type: false, error } => set(tx, &kept, State::Failed, Some(error)),
        Answer::Later { at, error } => {
            let attempts = kept.attempts.saturating_add(1);
            set(tx, &Interval { run_at: *at, attempts, ..kept }, State::Waiting, Some(error))
        }
        Answer::Limited { until } => set(tx, &Interval { run_at: *until, ..kept }, State::Waiting, None),
        Answer::NotConnected => {
            plans::cancel(tx, &kept.account, now)?;
            set(tx, &kept, State::Cancelled, None)
        }
    }
}

/// Keeps an interval as it stands now.
fn set(tx: &dyn Transaction, interval: &Interval, state: State, error: Option<&str>) -> Result<()> {
    let account = &interval.account;
    tx.sql(format!(
        "update backfill_interval set state = ?6, run_at = ?7, attempts = ?8, from_at = ?9, to_at = ?10, cuts = ?11,
             error = ?12 where {OF_INTERVAL}"
    ))
    .execute(params![
        account.lane().0,
        account.app_id.as_bytes(),
        account.id,
        interval.part_type,
        interval.number,
        rows::number(state),
        interval.run_at.as_micros(),
        interval.attempts,
        interval.from.as_micros(),
        interval.to.as_micros(),
        interval.cuts,
        error
    ])?;
    Ok(())
}

/// A piece of an interval, to be asked on its own.
fn put_piece(tx: &dyn Transaction, whole: &Interval, from: Timestamp, to: Timestamp, now: Timestamp) -> Result<()> {
    rows::add(
        tx,
        &Interval { from, to, state: State::Waiting, run_at: now, attempts: 0, data_at: None, ..whole.clone() },
    )
}

/// The part of the interval that had been asked before is its own from now on; the rest is asked again.
fn split_duplicate(
    tx: &dyn Transaction,
    kept: &Interval,
    (from, to): (Timestamp, Timestamp),
    look_at: Timestamp,
    now: Timestamp,
) -> Result<()> {
    let (from, to) = (from.max(kept.from), to.min(kept.to));
    let (from, to) = if from > to { (kept.from, kept.to) } else { (from, to) };
    // what is less than a minute is an edge, not history
    if from.as_micros() - kept.from.as_micros() >= 60 * SECOND {
        put_piece(tx, kept, kept.from, from.plus_seconds(-1), now)?;
    }
    if kept.to.as_micros() - to.as_micros() >= 60 * SECOND {
        put_piece(tx, kept, to.plus_seconds(1), kept.to, now)?;
    }
    set(tx, &Interval { from, to, run_at: look_at, ..kept.clone() }, State::Duplicate, None)
}

/// What lies before the floor is unavailable; an interval on it is cut and asked again.
fn learn_floor(tx: &dyn Transaction, kept: &Interval, floor: Timestamp, now: Timestamp) -> Result<()> {
    let account = &kept.account;
    tx.sql(
        "insert into backfill_floor (lane, app_id, account, part_type, floor_at) values (?1, ?2, ?3, ?4, ?5)
             on conflict (lane, app_id, account, part_type) do update set floor_at = excluded.floor_at",
    )
    .execute(params![
        account.lane().0,
        account.app_id.as_bytes(),
        account.id,
        kept.part_type,
        floor.as_micros()
    ])?;
    for older in rows::list(tx, account)? {
        let is_waiting = older.number == kept.number || older.state == State::Waiting;
        if older.part_type != kept.part_type || !is_waiting || older.from >= floor {
            continue;
        }
        if older.to.as_micros() - floor.as_micros() < 60 * SECOND {
            set(tx, &older, State::Unavailable, None)?;
            continue;
        }
        let cut = Interval { to: floor.plus_seconds(-1), ..older.clone() };
        rows::add(tx, &Interval { state: State::Unavailable, error: None, ..cut })?;
        let cuts = older.cuts.saturating_add(1);
        set(tx, &Interval { from: floor, run_at: now, cuts, ..older }, State::Waiting, None)?;
    }
    Ok(())
}

/// Stops all that was not asked yet of the type, or of all types.
fn stop_unasked(tx: &dyn Transaction, kept: &Interval, state: State, error: &str, all_types: bool) -> Result<()> {
    let account = &kept.account;
    tx.sql(format!(
        "update backfill_interval set state = ?6, error = ?7
             where {OF_ACCOUNT} and state <= 1 and (?5 or part_type = ?4)"
    ))
    .execute(params![
        account.lane().0,
        account.app_id.as_bytes(),
        account.id,
        kept.part_type,
        all_types,
        rows::number(state),
        error
    ])?;
    Ok(())
}

pub(super) fn list_looks(tx: &dyn Transaction, now: Timestamp, limit: u32) -> Result<Vec<Look>> {
    let select = tx.sql(format!(
        "select {INTERVAL} from backfill_interval where (state = 2 or state = 3) and run_at <= ?1
         order by run_at limit ?2"
    ));
    let due = select.rows(params![now.as_micros(), limit], rows::interval)?;
    let (mut looks, mut busy) = (Vec::new(), HashMap::new());
    for interval in due {
        let (first, last) = (interval.from.local_date(0).plus_days(-1), interval.to.local_date(0).plus_days(1));
        let days = coverage::days(tx, &interval.account, &interval.part_type, first, last)?.days;
        let account_data_at = last_data(tx, &interval.account)?;
        let is_busy = match busy.get(&interval.account) {
            Some(known) => *known,
            None => {
                let found = pending::is_busy(tx, &interval.account, now)?;
                busy.insert(interval.account.clone(), found);
                found
            }
        };
        looks.push(Look { interval, days, account_data_at, is_busy });
    }
    Ok(looks)
}

fn last_data(tx: &dyn Transaction, account: &Account) -> Result<Option<Timestamp>> {
    let at: Option<i64> = tx
        .sql(format!("select max(data_at) from backfill_interval where {OF_ACCOUNT} and state in (1, 2, 3)"))
        .one(params![account.lane().0, account.app_id.as_bytes(), account.id], |row| row.get(0))?;
    Ok(at.map(Timestamp::from_micros))
}

pub(super) fn note_verdict(tx: &dyn Transaction, seen: &Interval, verdict: &Verdict) -> Result<()> {
    let Some(kept) = plans::find_interval(tx, seen)?.filter(|kept| kept.state == seen.state) else {
        return Ok(());
    };
    if kept.is_gap && !matches!(verdict, Verdict::Later(_)) {
        // whatever of it did not come now is not asked for a third time
        coverage::note_in_vain(tx, &kept)?;
    }
    match verdict {
        Verdict::Received => set(tx, &kept, State::Received, None),
        Verdict::Later(at) => set(tx, &Interval { run_at: *at, ..kept.clone() }, kept.state, None),
        Verdict::Empty => {
            let before = (kept.state == State::Duplicate).then_some("it had been asked before");
            set(tx, &kept, State::Empty, before)
        }
    }
}

/// The local days that an interval speaks of, whatever the offset.
pub(super) fn days_of(interval: &Interval) -> impl Iterator<Item = LocalDate> + use<> {
    let (first, last) = (interval.from.local_date(0).as_days(), interval.to.local_date(0).as_days());
    (first..=last).map(LocalDate::from_days)
}
