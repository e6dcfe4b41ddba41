//! Of which days data came: what the planner of history measures completeness by.

use super::mapping::MappedPart;
use model::{LocalDate, LocalOffset, Mapped, Record, Timestamp};
use std::collections::BTreeSet;
use store::{Account, Coverage, Part};

/// A span of days longer than this is an odd date, not history.
const LONGEST_DAYS: i32 = 120;
/// Days begin at quarters of an hour of UTC, wherever they do.
const QUARTER_S: i64 = 900;

/// What parts tell of, as it is noted at a moment.
pub(super) fn at(mapped: &[MappedPart], now: Timestamp) -> Vec<Coverage> {
    let told = mapped.iter().filter_map(|part| part.coverage.clone());
    told.map(|coverage| Coverage { received_at: now, ..coverage }).collect()
}

/// What a part tells of, if it is of a type whose history can be asked for. A replay tells nothing.
pub(super) fn of(part: &Part, mapped: &Mapped) -> Option<Coverage> {
    if part.quiet {
        return None;
    }
    let manifest = providers::find(part.provider.as_str())?.manifest();
    manifest.types.get(&part.part_type)?.backfill_path.as_ref()?;
    let account = Account { app_id: part.app_id?, id: part.account.clone()? };
    let mut days = BTreeSet::new();
    let (mut first, mut last) = (Timestamp::MAX, Timestamp::MIN);
    for (from, to, offset) in mapped.records.iter().flat_map(spans) {
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
        received_at: part.received_at,
    })
}

/// From when to when a record says something, and the offset there. Points of one batch may lie days apart:
/// each tells of its own day only.
fn spans(record: &Record) -> Vec<(Timestamp, Timestamp, Option<LocalOffset>)> {
    let once = |at: Timestamp, offset| vec![(at, at, offset)];
    match record {
        Record::Workout(workout) => workout.start.map(|start| (start, start, workout.offset)).into_iter().collect(),
        Record::Sleep(sleep) => vec![(sleep.start, sleep.end, sleep.offset)],
        Record::Daily(daily) => once(daily.start, daily.offset),
        Record::Samples(batch) => {
            let mut quarters: Vec<i64> =
                batch.points.iter().map(|point| point.start.as_seconds().div_euclid(QUARTER_S)).collect();
            quarters.dedup();
            let start = |quarter: i64| Timestamp::from_seconds(quarter * QUARTER_S);
            quarters.into_iter().flat_map(|quarter| once(start(quarter), batch.offset)).collect()
        }
        Record::Score(score) => once(score.at, score.offset),
        Record::Activity(event) => once(event.start, event.offset),
        Record::MenstrualCycle(event) => vec![(event.start, event.end, event.offset)],
        Record::HealthSnapshot(event) => once(event.start, event.offset),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::{Context, Point, ProviderName, SampleBatch, SeriesType, Source};

    #[test]
    fn points_of_one_batch_that_lie_days_apart_tell_of_their_own_days_only() {
        let at = |days: i64| Point::at(Timestamp::from_seconds(days * 86_400 + 600), 70.0);
        let batch = SampleBatch {
            series: SeriesType::WEIGHT,
            source: Source::of(ProviderName::from_static("garmin")),
            context: Context::SAMPLES,
            rank: 0,
            offset: None,
            points: vec![at(1), at(1), at(20)],
        };
        let days: Vec<_> = spans(&Record::Samples(batch)).iter().map(|span| span.0.local_date(0).as_days()).collect();
        assert_eq!(days, [1, 20]);
    }
}
