//! `healthSnapshot`, `mct` and `moveIQActivities`: what happened once or over a span.

use super::*;
use model::{
    ActivityDetail, Context, EventRecord, HealthSnapshotDetail, LocalDate, LocalOffset, MenstrualCycleDetail,
    WorkoutType,
};

const SLOT: Timestamp = MIDNIGHT.plus_seconds(30_600);
const DAY_S: i64 = 86_400;

fn spans(mapped: &Mapped) -> Vec<&EventRecord<ActivityDetail>> {
    let records = mapped.records.iter();
    records.filter_map(|record| if let Record::Activity(span) = record { Some(&**span) } else { None }).collect()
}

fn cycles(mapped: &Mapped) -> Vec<&EventRecord<MenstrualCycleDetail>> {
    let records = mapped.records.iter();
    records
        .filter_map(|record| if let Record::MenstrualCycle(cycle) = record { Some(&**cycle) } else { None })
        .collect()
}

fn snapshots(mapped: &Mapped) -> Vec<&EventRecord<HealthSnapshotDetail>> {
    let records = mapped.records.iter();
    records.filter_map(|record| if let Record::HealthSnapshot(one) = record { Some(&**one) } else { None }).collect()
}

#[test]
fn a_snapshot_has_its_readings_with_their_bounds() {
    let mapped = fixture("healthSnapshot", "happy");
    assert_eq!(issues(&mapped), []);
    let snapshot = snapshots(&mapped)[0];
    assert_eq!((snapshot.external_id.as_str(), snapshot.start), ("x-n-1", SLOT));
    assert_eq!((snapshot.end, snapshot.offset), (SLOT.plus_seconds(120), Some(LocalOffset::device(3600))));
    assert_eq!(snapshot.detail.calendar_date, LocalDate::parse("2026-03-01"));
    assert_eq!(snapshot.detail.duration_s, Some(120.0));
    let readings: Vec<_> = snapshot
        .detail
        .readings
        .iter()
        .map(|one| (one.series.as_deref().unwrap(), one.min, one.max, one.avg))
        .collect();
    assert_eq!(
        readings,
        [
            ("heart_rate", Some(58.0), Some(64.0), Some(61.5)),
            ("respiratory_rate", Some(12.5), Some(14.0), Some(13.25)),
            ("garmin_stress_level", Some(10.0), Some(21.0), Some(15.0)),
            ("oxygen_saturation", Some(96.0), Some(98.0), Some(97.0)),
            ("heart_rate_variability_rmssd", None, None, Some(41.5)),
            ("heart_rate_variability_sdnn", None, None, Some(52.0)),
        ]
    );
}

#[test]
fn a_snapshot_has_its_samples_and_an_average_without_samples_lasts_as_long_as_it() {
    let mapped = fixture("healthSnapshot", "happy");
    let snapshot = snapshots(&mapped)[0];
    let start = SLOT.as_seconds();
    assert_eq!(values(&snapshot.samples, SeriesType::HEART_RATE), [(start, 58.0), (start + 5, 64.0)]);
    assert_eq!(values(&snapshot.samples, SeriesType::GARMIN_STRESS_LEVEL), [(start + 60, 21.0)]);
    assert_eq!(values(&snapshot.samples, SeriesType::HEART_RATE_VARIABILITY_RMSSD), [(start, 41.5)]);
    let lasting: Vec<_> = snapshot.samples.iter().map(|batch| batch.points[0].duration_us / 1_000_000).collect();
    assert_eq!(lasting, [0, 0, 0, 0, 120, 120]);
    assert!(snapshot.samples.iter().all(|batch| batch.context == Context::SAMPLES));
}

#[test]
fn snapshots_without_id_or_offset_and_with_faults() {
    let mapped = fixture("healthSnapshot", "no_offset");
    let snapshot = snapshots(&mapped)[0];
    assert_eq!((snapshot.external_id.as_str(), snapshot.offset), ("snapshot:2026-03-01T07:30:00Z", None));
    let mapped = fixture("healthSnapshot", "null_field");
    let snapshot = snapshots(&mapped)[0];
    assert_eq!((snapshot.end, snapshot.detail.readings.len(), issues(&mapped)), (SLOT, 0, vec![]));
    let mapped = fixture("healthSnapshot", "faults");
    let snapshot = snapshots(&mapped)[0];
    assert_eq!((snapshot.detail.readings.len(), snapshot.samples.len()), (1, 0));
    assert_eq!(snapshot.detail.readings[0].series.as_deref(), Some("mood"));
    assert_eq!(
        issues(&mapped),
        [
            (IssueCode::Missing, "healthSnapshot[0].startTimeInSeconds"),
            (IssueCode::Invalid, "healthSnapshot[1].summaries"),
            (IssueCode::Missing, "healthSnapshot[1].summaries[0].summaryType"),
            (IssueCode::Unknown, "healthSnapshot[1].summaries[1].summaryType"),
        ]
    );
}

#[test]
fn every_field_of_a_cycle_has_its_place() {
    let mapped = fixture("mct", "happy");
    assert_eq!(issues(&mapped), []);
    let cycle = cycles(&mapped)[0];
    let updated = MIDNIGHT.plus_seconds(9 * DAY_S);
    let expected = MenstrualCycleDetail {
        period_start_date: LocalDate::parse("2026-03-01"),
        day_in_cycle: Some(9),
        period_length_days: Some(5),
        current_phase: Some(2),
        current_phase_type: Some("FOLLICULAR".into()),
        length_of_current_phase_days: Some(8),
        days_until_next_phase: Some(4),
        predicted_cycle_length_days: Some(28),
        is_predicted_cycle: Some(false),
        cycle_length_days: Some(29),
        has_specified_cycle_length: Some(true),
        has_specified_period_length: Some(false),
        fertile_window_start: Some(11),
        length_of_fertile_window_days: Some(6),
        last_updated: Some(updated),
        pregnancy_snapshot: cycle.detail.pregnancy_snapshot.clone(),
    };
    assert_eq!(cycle.detail, expected);
    let told: serde_json::Value = serde_json::from_str(cycle.detail.pregnancy_snapshot.as_deref().unwrap()).unwrap();
    assert_eq!((&told[0]["title"], &told[0]["symptoms"][0]["name"]), (&"Week 12".into(), &"NAUSEA".into()));
}

#[test]
fn a_cycle_begins_on_its_date_and_its_offset_is_not_invented() {
    let mapped = fixture("mct", "happy");
    let cycle = cycles(&mapped)[0];
    let utc = MIDNIGHT.plus_seconds(3600);
    assert_eq!((cycle.start, cycle.end, cycle.offset), (utc, utc.plus_seconds(29 * DAY_S), None));
    let mapped = fixture("mct", "with_offset");
    let cycle = cycles(&mapped)[0];
    assert_eq!((cycle.start, cycle.offset), (MIDNIGHT, Some(LocalOffset::device(3600))));
    assert_eq!(cycle.end, MIDNIGHT.plus_seconds(DAY_S));
}

#[test]
fn a_days_refresh_of_a_cycle_has_its_identity_and_ranks_by_when_it_was_updated() {
    let (first, last) = (fixture("mct", "revised"), fixture("mct", "happy"));
    let (first, last) = (cycles(&first)[0], cycles(&last)[0]);
    assert_eq!((first.external_id.as_str(), last.external_id.as_str()), ("cycle:2026-03-01", "cycle:2026-03-01"));
    assert_eq!(i64::from(last.rank - first.rank), DAY_S);
    assert_eq!(first.detail.pregnancy_snapshot, None);
    assert_eq!(cycles(&fixture("mct", "null_field"))[0].rank, 0);
}

#[test]
fn a_cycle_without_a_date_is_left_out_and_faults_cost_their_field() {
    let mapped = fixture("mct", "faults");
    let cycle = cycles(&mapped)[0];
    assert_eq!((mapped.items, cycles(&mapped).len(), cycle.detail.day_in_cycle), (3, 1, None));
    let mut paths = issues(&mapped);
    paths.sort_by_key(|(_, path)| *path);
    assert_eq!(
        paths,
        [
            (IssueCode::Missing, "mct[0].periodStartDate"),
            (IssueCode::Invalid, "mct[1].periodStartDate"),
            (IssueCode::Invalid, "mct[2].dayInCycle"),
            (IssueCode::Invalid, "mct[2].lastUpdatedTimeInSeconds"),
            (IssueCode::Invalid, "mct[2].pregnancySnapshot"),
        ]
    );
    assert_eq!(cycle.rank, 0, "a time in milliseconds ranks nothing");
}

#[test]
fn what_is_told_of_a_pregnancy_is_bounded() {
    let body =
        format!(r#"{{"periodStartDate":"2026-03-01","pregnancySnapshot":{{"title":"{}"}}}}"#, "a".repeat(20_000));
    let mapped = map("mct", body.as_bytes());
    assert_eq!(cycles(&mapped)[0].detail.pregnancy_snapshot, None);
    assert_eq!(issues(&mapped), [(IssueCode::Invalid, "mct.pregnancySnapshot")]);
}

#[test]
fn a_move_iq_span_is_no_workout_and_keeps_its_words() {
    let mapped = fixture("moveIQActivities", "happy");
    assert_eq!((issues(&mapped), workouts(&mapped).len()), (vec![], 0));
    let span = spans(&mapped)[0];
    assert_eq!((span.external_id.as_str(), span.start, span.end), ("x-q-1", SLOT, SLOT.plus_seconds(738)));
    assert_eq!(span.offset, Some(LocalOffset::device(3600)));
    let expected = ActivityDetail {
        workout_type: Some(WorkoutType::Running),
        raw_type: Some("Running".into()),
        raw_sub_type: Some("Hurdles".into()),
        calendar_date: LocalDate::parse("2026-03-01"),
        duration_s: Some(738.0),
    };
    assert_eq!(span.detail, expected);
}

#[test]
fn a_move_iq_span_may_begin_between_seconds_and_be_of_an_unknown_type() {
    let mapped = fixture("moveIQActivities", "no_offset");
    let span = spans(&mapped)[0];
    assert_eq!((span.start.as_micros(), span.offset), (SLOT.as_micros() + 500_000, None));
    assert_eq!(span.detail.workout_type, Some(WorkoutType::Other));
    assert_eq!(span.detail.raw_type.as_deref(), Some("Yak Riding"));
    let mapped = fixture("moveIQActivities", "null_field");
    assert_eq!((spans(&mapped)[0].end, issues(&mapped)), (SLOT, vec![]));
    let mapped = fixture("moveIQActivities", "faults");
    assert_eq!(issues(&mapped), [(IssueCode::Missing, "moveIQActivities[0].startTimeInSeconds")]);
}
