//! `activityDetails`: samples, laps and ids wherever they lie.

use super::*;
use model::{Context, Facet, Timestamp, WorkoutType};

fn of(mapped: &Mapped, series: SeriesType) -> Vec<(i64, f64)> {
    let from_start = |(at, value)| (at - MORNING.as_seconds(), value);
    values(&workouts(mapped)[0].samples, series).into_iter().map(from_start).collect()
}

#[test]
fn every_value_of_a_sample_has_its_series() {
    let mapped = fixture("activityDetails", "happy");
    assert_eq!(issues(&mapped), []);
    let workout = workouts(&mapped)[0];
    assert_eq!((workout.external_id.as_str(), workout.facet, workout.rank), ("9100", Facet::Details, 1));
    assert_eq!(workout.source.device.as_deref(), Some("fenix9"));
    assert_eq!(workout.detail.run_cadence_max_spm, Some(190.0));
    assert_eq!(of(&mapped, SeriesType::HEART_RATE), [(0, 120.0), (1, 121.0), (9, 125.0)]);
    assert_eq!(of(&mapped, SeriesType::TOTAL_DISTANCE), [(0, 0.0), (9, 25.5)]);
    let first = |series| of(&mapped, series)[0];
    for (series, value) in [
        (SeriesType::LATITUDE, 46.558_012_345_678_91),
        (SeriesType::LONGITUDE, -7.123_456_789_012_345),
        (SeriesType::ELEVATION, 812.25),
        (SeriesType::AIR_TEMPERATURE, -3.5),
        (SeriesType::SPEED, 2.75),
        (SeriesType::RUNNING_CADENCE, 164.0),
        (SeriesType::TIMER_DURATION, 0.0),
        (SeriesType::CLOCK_DURATION, 0.0),
        (SeriesType::MOVING_DURATION, 0.0),
        (SeriesType::POWER, 231.0),
        (SeriesType::CADENCE, 82.0),
        (SeriesType::WHEELCHAIR_CADENCE, 41.0),
        (SeriesType::SWIMMING_CADENCE, 26.0),
    ] {
        assert_eq!(first(series), (0, value), "{series}");
    }
    for batch in &workout.samples {
        assert_eq!((batch.context, batch.rank, batch.offset), (Context::SAMPLES, 1, workout.offset));
        assert!(batch.points.iter().all(|point| point.duration_us == 0));
        assert_eq!(batch.source, workout.source);
    }
}

#[test]
fn laps_follow_each_other_to_the_end() {
    let mapped = fixture("activityDetails", "happy");
    let laps: Vec<_> = workouts(&mapped)[0].detail.laps.iter().map(|lap| (lap.start, lap.end, lap.elapsed_s)).collect();
    let half = MORNING.plus_seconds(1800);
    assert_eq!(
        laps,
        [(Some(MORNING), Some(half), Some(1800.0)), (Some(half), Some(MORNING.plus_seconds(3605)), Some(1805.0)),]
    );
}

#[test]
fn ids_may_lie_inside_the_summary_and_samples_may_be_none() {
    let mapped = fixture("activityDetails", "ids_inside");
    assert_eq!((workouts(&mapped)[0].external_id.as_str(), issues(&mapped).len()), ("9113", 0));
    let mapped = fixture("activityDetails", "no_samples");
    let workout = workouts(&mapped)[0];
    assert_eq!((workout.external_id.as_str(), workout.samples.len()), ("9114", 0));
    assert_eq!(workout.detail.workout_type, Some(WorkoutType::Yoga));
}

#[test]
fn samples_that_cannot_be_read_cost_only_themselves() {
    let mapped = fixture("activityDetails", "faults");
    assert_eq!((mapped.items, workouts(&mapped).len()), (2, 2));
    assert_eq!(of(&mapped, SeriesType::HEART_RATE), [(0, 99.0), (4, 101.5)]);
    assert_eq!(workouts(&mapped)[0].detail.laps.len(), 1);
    assert_eq!(workouts(&mapped)[1].external_id, "9116");
    let mut paths = issues(&mapped);
    paths.sort_by_key(|(_, path)| *path);
    assert_eq!(
        paths,
        [
            (IssueCode::Invalid, "activityDetails[0].laps"),
            (IssueCode::Invalid, "activityDetails[0].samples[].heartRate"),
            (IssueCode::Invalid, "activityDetails[0].samples[].latitudeInDegree"),
            (IssueCode::Missing, "activityDetails[0].samples[].startTimeInSeconds"),
            (IssueCode::Invalid, "activityDetails[1].samples"),
            (IssueCode::Invalid, "activityDetails[1].summary"),
            (IssueCode::Missing, "activityDetails[1].summary.startTimeInSeconds"),
        ]
    );
}

#[test]
fn what_came_before_a_break_is_kept() {
    let mapped = fixture("activityDetails", "truncated");
    assert_eq!(workouts(&mapped).len(), 1);
    assert_eq!(of(&mapped, SeriesType::HEART_RATE), [(0, 90.0)]);
    assert_eq!(mapped.issues[0].code, IssueCode::Truncated);
    assert_eq!(mapped.issues.len(), 1);
}

#[test]
fn a_day_of_one_second_samples_takes_no_more_memory_than_its_points() {
    let mut body = String::from(r#"[{"summaryId":"1-detail","samples":["#);
    for second in 0..86_400 {
        let comma = if second == 0 { "" } else { "," };
        body += &format!(
            r#"{comma}{{"startTimeInSeconds":{},"heartRate":120,"elevationInMeters":1.5}}"#,
            second + 1_000_000
        );
    }
    body += "]}]";
    let mapped = map("activityDetails", body.as_bytes());
    let samples = &workouts(&mapped)[0].samples;
    assert_eq!(samples.len(), 2);
    for batch in samples {
        assert_eq!((batch.points.len(), batch.points.capacity()), (86_400, 86_400));
        assert_eq!(batch.points[86_399].start, Timestamp::from_seconds(1_086_399));
    }
}

#[test]
fn a_sample_without_values_takes_no_place_and_is_no_fault() {
    let mapped = map(
        "activityDetails",
        br#"{"summaryId":"1","summary":{"startTimeInSeconds":9},"samples":[{"startTimeInSeconds":9}]}"#,
    );
    assert_eq!((issues(&mapped).len(), workouts(&mapped)[0].samples.len()), (0, 0));
}
