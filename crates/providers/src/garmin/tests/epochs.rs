//! `epochs`: slots of fifteen minutes, their activities and their revisions.

use super::*;
use model::{Context, LocalOffset};

/// The first slot of the fixtures.
const SLOT: Timestamp = MIDNIGHT.plus_seconds(30_600);

fn of(mapped: &Mapped, series: SeriesType, activity: u8) -> Vec<(i64, i64, f64, i32)> {
    let wanted = |batch: &&&SampleBatch| batch.series == series && batch.context == Context::epoch(activity);
    let batches = samples(mapped);
    let found = batches.iter().filter(wanted).flat_map(|batch| batch.points.iter().map(|point| (point, batch.rank)));
    found.map(|(point, rank)| (point.start.as_seconds(), point.duration_us, point.value, rank)).collect()
}

#[test]
fn every_field_of_an_epoch_has_its_series_within_its_slot_and_activity() {
    let mapped = fixture("epochs", "happy");
    assert_eq!((mapped.items, issues(&mapped)), (3, vec![]));
    let walking = |series, value| {
        assert_eq!(of(&mapped, series, 2), [(SLOT.as_seconds(), 900_000_000, value, 900)], "{series}");
    };
    walking(SeriesType::STEPS, 812.0);
    walking(SeriesType::DISTANCE_WALKING_RUNNING, 601.5);
    walking(SeriesType::ENERGY, 31.0);
    walking(SeriesType::ACTIVE_TIME, 9.0);
    walking(SeriesType::AVERAGE_MET, 3.25);
    walking(SeriesType::MOTION_INTENSITY, 4.0);
    walking(SeriesType::MOTION_INTENSITY_MAX, 7.0);
    walking(SeriesType::HEART_RATE, 97.0);
    assert_eq!(of(&mapped, SeriesType::PUSH_COUNT, 6)[0].2, 120.0);
    assert!(samples(&mapped).iter().all(|batch| batch.offset == Some(LocalOffset::device(3600))));
}

#[test]
fn activities_that_share_a_slot_are_kept_apart_and_add_up() {
    let mapped = fixture("epochs", "happy");
    assert_eq!(of(&mapped, SeriesType::STEPS, 2)[0].2 + of(&mapped, SeriesType::STEPS, 1)[0].2, 816.0);
    assert_eq!(of(&mapped, SeriesType::STEPS, 2)[0].0, of(&mapped, SeriesType::STEPS, 1)[0].0);
}

#[test]
fn epochs_are_never_totals_of_days_nor_samples() {
    for case in ["happy", "provisional", "no_offset", "dst_change"] {
        for batch in samples(&fixture("epochs", case)) {
            assert!(!batch.context.is_daily() && batch.context != Context::SAMPLES, "{case}");
        }
    }
}

#[test]
fn a_provisional_slot_has_the_complete_ones_place_and_a_lower_rank() {
    let (first, last) = (fixture("epochs", "provisional"), fixture("epochs", "happy"));
    let (first, last) = (of(&first, SeriesType::STEPS, 2)[0], of(&last, SeriesType::STEPS, 2)[0]);
    assert_eq!((first.0, first.1), (last.0, last.1));
    assert_eq!((first.3, last.3), (480, 900));
}

#[test]
fn an_activity_that_is_not_listed_has_a_place_of_its_own() {
    let mapped = fixture("epochs", "no_offset");
    let batch = samples(&mapped)[0];
    assert!(batch.context.as_stored() >= Context::epoch(64).as_stored());
    assert!(batch.context != Context::epoch(255) && batch.offset.is_none());
    let nameless = fixture("epochs", "null_field");
    assert_eq!(of(&nameless, SeriesType::STEPS, 255), [(SLOT.as_seconds(), 900_000_000, 11.0, 0)]);
    assert_eq!(samples(&nameless).len(), 1);
}

#[test]
fn slots_on_both_sides_of_a_change_of_clocks_follow_each_other() {
    let mapped = fixture("epochs", "dst_change");
    let starts: Vec<_> =
        samples(&mapped).iter().map(|batch| (batch.offset.unwrap().seconds, batch.points[0])).collect();
    let (summer, winter) = (starts.iter().find(|(s, _)| *s == 7200), starts.iter().find(|(s, _)| *s == 3600));
    assert_eq!(winter.unwrap().1.end(), summer.unwrap().1.start);
}

#[test]
fn faults_cost_what_they_touch_and_milliseconds_are_named() {
    let mapped = fixture("epochs", "faults");
    assert_eq!((mapped.items, samples(&mapped).len()), (3, 1));
    assert_eq!(of(&mapped, SeriesType::AVERAGE_MET, 2), [(SLOT.as_seconds(), 900_000_000, 1.5, 900)]);
    assert_eq!(
        issues(&mapped),
        [
            (IssueCode::Missing, "epochs[0].startTimeInSeconds"),
            (IssueCode::Invalid, "epochs[1].startTimeInSeconds"),
            (IssueCode::Invalid, "epochs[2].steps"),
        ]
    );
    assert_eq!(mapped.issues[1].message, "out of range; looks like milliseconds");
}

#[test]
fn many_epochs_come_as_few_batches() {
    let epoch = |slot: i64| {
        let start = MIDNIGHT.plus_seconds(slot * 900).as_seconds();
        format!(r#"{{"activityType":"WALKING","startTimeInSeconds":{start},"durationInSeconds":900,"steps":{slot}}}"#)
    };
    let body = format!("[{}]", (0..96).map(epoch).collect::<Vec<_>>().join(","));
    let mapped = map("epochs", body.as_bytes());
    assert_eq!((mapped.records.len(), samples(&mapped)[0].points.len()), (1, 96));
}
