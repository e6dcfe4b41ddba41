//! Garmin's mapping over the fixtures, each of which holds one idea.

mod activities;
mod dailies;
mod details;
mod epochs;
mod events;
mod exports;
mod field_table;
mod fields;
mod files;
mod implausible;
mod large;
mod measurements;
mod sleeps;
mod stored_samples;
mod untrusted;
mod vitals;

use super::Garmin;
use crate::Provider;
use model::{
    DailyRecord, FetchKind, IssueCode, Mapped, PartMeta, Record, SampleBatch, SeriesType, SleepRecord, Timestamp,
    WorkoutRecord,
};

/// 2026-03-01 08:00 UTC, when the workouts of the fixtures begin.
const MORNING: Timestamp = Timestamp::from_seconds(1_772_352_000);
/// 2026-03-01 00:00 at +01:00, when their days and nights begin.
const MIDNIGHT: Timestamp = Timestamp::from_seconds(1_772_319_600);

fn map(part_type: &str, mut body: &[u8]) -> Mapped {
    Garmin.map(part_type, &PartMeta::default(), &mut body)
}

fn fixture(part_type: &str, case: &str) -> Mapped {
    let path = format!("{}/src/garmin/fixtures/{part_type}/{case}.json", env!("CARGO_MANIFEST_DIR"));
    map(part_type, &std::fs::read(path).unwrap())
}

fn workouts(mapped: &Mapped) -> Vec<&WorkoutRecord> {
    let records = mapped.records.iter();
    records.filter_map(|record| if let Record::Workout(workout) = record { Some(&**workout) } else { None }).collect()
}

fn sleeps(mapped: &Mapped) -> Vec<&SleepRecord> {
    let records = mapped.records.iter();
    records.filter_map(|record| if let Record::Sleep(sleep) = record { Some(&**sleep) } else { None }).collect()
}

fn days(mapped: &Mapped) -> Vec<&DailyRecord> {
    let records = mapped.records.iter();
    records.filter_map(|record| if let Record::Daily(day) = record { Some(&**day) } else { None }).collect()
}

fn samples(mapped: &Mapped) -> Vec<&SampleBatch> {
    let records = mapped.records.iter();
    records.filter_map(|record| if let Record::Samples(batch) = record { Some(batch) } else { None }).collect()
}

fn values(batches: &[SampleBatch], series: SeriesType) -> Vec<(i64, f64)> {
    let of_series = batches.iter().filter(|batch| batch.series == series);
    of_series.flat_map(|batch| &batch.points).map(|point| (point.start.as_seconds(), point.value)).collect()
}

fn issues(mapped: &Mapped) -> Vec<(IssueCode, &str)> {
    mapped.issues.iter().map(|issue| (issue.code, issue.path.as_str())).collect()
}

#[test]
fn a_notice_of_any_summary_becomes_a_request_with_the_users_token() {
    for (part_type, part) in Garmin.manifest().types.iter().filter(|(_, part)| part.ping && !part.file) {
        let mapped = fixture(part_type, "ping");
        assert_eq!((mapped.records.len(), mapped.issues.len(), mapped.items), (0, 0, 1), "{part_type}");
        let fetch = &mapped.fetches[0];
        assert!(fetch.url.contains(&format!("{}?", part.pull_path.as_deref().unwrap())), "{part_type}");
        assert!(fetch.bearer && part.push && part.ping, "{part_type}");
        assert_eq!(fetch.kind, FetchKind::Summaries { part_type: part_type.clone() });
    }
}

#[test]
fn an_unknown_type_is_counted_and_said_to_be_unknown() {
    let mapped = map("moods", br#"[{"summaryId":"1","steps":5},{"summaryId":"2"}]"#);
    assert_eq!((mapped.items, mapped.records.len()), (2, 0));
    assert_eq!(issues(&mapped), [(IssueCode::Unknown, "moods")]);
}

#[test]
fn an_empty_list_of_any_type_says_nothing() {
    for part_type in Garmin.manifest().types.keys() {
        let mapped = map(part_type, b"[]");
        assert_eq!(mapped, Mapped::default(), "{part_type}");
    }
}
