//! Days of which data came: bits, 32 days a row.

use super::{answers::days_of, rows::OF_ACCOUNT};
use crate::{Account, Coverage, CoveredDays, Interval, Result};
use model::LocalDate;
use rusqlite::{Connection, params};
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
pub(in super::super) fn note(connection: &Connection, coverage: &[Coverage]) -> Result<()> {
    for seen in coverage {
        put(connection, &seen.account, &seen.part_type, spans(seen.days.iter().copied()), false)?;
        let last = seen.last.min(seen.received_at.plus_seconds(-LIVE_S));
        if seen.first > last {
            continue;
        }
        connection
            .prepare_cached(&format!(
                "update backfill_interval set data_at = ?5, state = case state when 5 then 4 else state end
                 where {OF_ACCOUNT} and part_type = ?4 and state in (1, 2, 3, 5) and from_at <= ?7 and to_at >= ?6"
            ))?
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
    connection: &Connection,
    account: &Account,
    part_type: &str,
    spans: BTreeMap<i32, i64>,
    in_vain: bool,
) -> Result<()> {
    for (span, bits) in spans {
        let (days, in_vain) = if in_vain { (0, bits) } else { (bits, 0) };
        connection
            .prepare_cached(
                "insert into coverage (lane, app_id, account, part_type, span, days, in_vain)
                 values (?1, ?2, ?3, ?4, ?5, ?6, ?7)
                 on conflict (lane, app_id, account, part_type, span) do update
                 set days = days | excluded.days, in_vain = in_vain | excluded.in_vain
                 where days | excluded.days <> days or in_vain | excluded.in_vain <> in_vain",
            )?
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
pub(super) fn note_in_vain(connection: &Connection, interval: &Interval) -> Result<()> {
    put(connection, &interval.account, &interval.part_type, spans(days_of(interval)), true)
}

pub(super) fn days(
    connection: &Connection,
    account: &Account,
    part_type: &str,
    first: LocalDate,
    last: LocalDate,
) -> Result<CoveredDays> {
    let mut select = connection.prepare_cached(&format!(
        "select span, days, in_vain from coverage where {OF_ACCOUNT} and part_type = ?4 and span between ?5 and ?6
         order by span"
    ))?;
    let key =
        params![account.lane().0, account.app_id.as_bytes(), account.id, part_type, place(first).0, place(last).0];
    let mut rows = select.query(key)?;
    let mut covered = CoveredDays::default();
    while let Some(row) = rows.next()? {
        let (span, days, in_vain): (i32, i64, i64) = (row.get(0)?, row.get(1)?, row.get(2)?);
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
