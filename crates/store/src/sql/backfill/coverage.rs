//! Days of which data came: bits, 32 days a row.

use super::super::transaction::Transaction;
use super::super::value::{owned, params};
use super::{answers::days_of, rows::OF_ACCOUNT};
use crate::{Account, Coverage, CoveredDays, Interval, Result};
use model::LocalDate;
use std::collections::BTreeMap;

const SPAN: i32 = 32;
/// What was recorded this long before it arrived is history; the rest may be today's own notification.
const LIVE_S: i64 = 36 * 3600;

fn place(day: LocalDate) -> (i32, i64) {
    (day.as_days().div_euclid(SPAN), 1 << day.as_days().rem_euclid(SPAN))
}

fn spans(days: impl Iterator<Item = LocalDate>) -> BTreeMap<i32, i64> {
    let mut spans = BTreeMap::new();
    for (span, bit) in days.map(place) {
        *spans.entry(span).or_default() |= bit;
    }
    spans
}

/// Notes what came: the days, and that intervals which asked for them got something.
pub(in super::super) fn note(tx: &dyn Transaction, coverage: &[Coverage]) -> Result<()> {
    for seen in coverage {
        put(tx, &seen.account, &seen.part_type, spans(seen.days.iter().copied()), false)?;
        let last = seen.last.min(seen.received_at.plus_seconds(-LIVE_S));
        if seen.first > last {
            continue;
        }
        tx.sql(format!(
            "update backfill_interval set data_at = ?5, state = case state when 5 then 4 else state end
                 where {OF_ACCOUNT} and part_type = ?4 and state in (1, 2, 3, 5) and from_at <= ?7 and to_at >= ?6"
        ))
        .execute(params![
            seen.account.lane().0,
            seen.account.app_id.as_bytes(),
            seen.account.id,
            seen.part_type,
            seen.received_at.as_micros(),
            seen.first.as_micros(),
            last.as_micros()
        ])?;
    }
    Ok(())
}

fn put(
    tx: &dyn Transaction,
    account: &Account,
    part_type: &str,
    spans: BTreeMap<i32, i64>,
    in_vain: bool,
) -> Result<()> {
    for (span, bits) in spans {
        let (days, in_vain) = if in_vain { (0, bits) } else { (bits, 0) };
        tx.sql(
            "insert into coverage (lane, app_id, account, part_type, span, days, in_vain)
                 values (?1, ?2, ?3, ?4, ?5, ?6, ?7)
                 on conflict (lane, app_id, account, part_type, span) do update
                 set days = coverage.days | excluded.days, in_vain = coverage.in_vain | excluded.in_vain
                 where coverage.days | excluded.days <> coverage.days
                 or coverage.in_vain | excluded.in_vain <> coverage.in_vain",
        )
        .execute(params![
            account.lane().0,
            account.app_id.as_bytes(),
            account.id,
            part_type,
            span,
            days,
            in_vain
        ])?;
    }
    Ok(())
}

/// Remembers that asking again for these days brought nothing.
pub(super) fn note_in_vain(tx: &dyn Transaction, interval: &Interval) -> Result<()> {
    put(tx, &interval.account, &interval.part_type, spans(days_of(interval)), true)
}

pub(super) fn days(
    tx: &dyn Transaction,
    account: &Account,
    part_type: &str,
    first: LocalDate,
    last: LocalDate,
) -> Result<CoveredDays> {
    let select = tx.sql(format!(
        "select span, days, in_vain from coverage where {OF_ACCOUNT} and part_type = ?4 and span between ?5 and ?6
         order by span"
    ));
    let key = [
        owned(account.lane().0),
        owned(account.app_id.as_bytes()),
        owned(&account.id),
        owned(part_type),
        owned(place(first).0),
        owned(place(last).0),
    ];
    let spans = select.rows(&key, |row| Ok((row.get::<i32>(0)?, row.get::<i64>(1)?, row.get::<i64>(2)?)))?;
    let mut covered = CoveredDays::default();
    for (span, days, in_vain) in spans {
        for offset in 0..SPAN {
            let day = LocalDate::from_days(span.saturating_mul(SPAN).saturating_add(offset));
            if day < first || day > last {
                continue;
            }
            let bit = 1 << offset;
            if days & bit != 0 {
                covered.days.push(day);
            }
            if in_vain & bit != 0 {
                covered.in_vain.push(day);
            }
        }
    }
    Ok(covered)
}
