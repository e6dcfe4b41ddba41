//! Of which days data came: what the planner of history measures completeness by.

use super::mapping::MappedPart;
use model::{LocalDate, LocalOffset, Record, Timestamp};
use std::collections::BTreeSet;
use store::{Account, Coverage};

/// A span of days longer than this is an odd date, not history.
const LONGEST_DAYS: i32 = 120;

/// What each part tells of, if it is of a type whose history can be asked for. A replay tells nothing.
pub(super) fn of(mapped: &[MappedPart], now: Timestamp) -> Vec<Coverage> {
    mapped.iter().filter(|part| !part.part.quiet).filter_map(|part| of_part(part, now)).collect()
}

fn of_part(mapped: &MappedPart, now: Timestamp) -> Option<Coverage> {
    let part = &mapped.part;
    let manifest = providers::find(part.provider.as_str())?.manifest();
    manifest.types.get(&part.part_type)?.backfill_path.as_ref()?;
    let account = Account { app_id: part.app_id?, id: part.account.clone()? };
    let mut days = BTreeSet::new();
    let (mut first, mut last) = (Timestamp::MAX, Timestamp::MIN);
    for (from, to, offset) in mapped.mapped.records.iter().filter_map(span) {
        (first, last) = (first.min(from), last.max(to));
        let date = |at: Timestamp| at.local_date(offset.map_or(0, |offset| offset.seconds)).as_days();
        let (from, to) = (date(from), date(to));
        days.extend((from..=to.min(from.saturating_add(LONGEST_DAYS))).map(LocalDate::from_days));
    }
    (!days.is_empty()).then(|| Coverage {
        account,
        part_type: part.part_type.clone(),
        first,
        last,
        days: days.into_iter().collect(),
        received_at: now,
    })
}

/// From when to when a record says something, and the offset there.
fn span(record: &Record) -> Option<(Timestamp, Timestamp, Option<LocalOffset>)> {
    match record {
        Record::Workout(workout) => workout.start.map(|start| (start, start, workout.offset)),
        Record::Sleep(sleep) => Some((sleep.start, sleep.end, sleep.offset)),
        Record::Daily(daily) => Some((daily.start, daily.start, daily.offset)),
        Record::Samples(batch) => {
            let first = batch.points.iter().map(|point| point.start).min()?;
            let last = batch.points.iter().map(|point| point.start).max()?;
            Some((first, last, batch.offset))
        }
        Record::Score(score) => Some((score.at, score.at, score.offset)),
        Record::Activity(event) => Some((event.start, event.start, event.offset)),
        Record::MenstrualCycle(event) => Some((event.start, event.end, event.offset)),
        Record::HealthSnapshot(event) => Some((event.start, event.start, event.offset)),
    }
}
