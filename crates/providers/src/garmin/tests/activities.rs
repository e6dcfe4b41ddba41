//! `activities` and `manuallyUpdatedActivities`.

use super::*;
use model::{Facet, LocalOffset, OffsetKind, WorkoutDetail, WorkoutType};

#[test]
fn every_field_of_an_activity_has_its_place() {
    let mapped = fixture("activities", "happy");
    assert_eq!(issues(&mapped), []);
    let workout = workouts(&mapped)[0];
    assert_eq!(workout.external_id, "9100");
    assert_eq!(workout.aliases, ["9100"]);
    assert_eq!((workout.facet, workout.rank), (Facet::Summary, 0));
    assert_eq!(workout.source.device.as_deref(), Some("Fenix 9"));
    assert_eq!(workout.start, Some(MORNING));
    assert_eq!(workout.end, Some(MORNING.plus_seconds(3605)));
    assert_eq!(workout.offset, Some(LocalOffset { seconds: 3600, kind: OffsetKind::DeviceDisplay }));
    let expected = WorkoutDetail {
        workout_type: Some(WorkoutType::TrailRunning),
        raw_type: Some("TRAIL_RUNNING".into()),
        name: Some("Ridge loop".into()),
        description: Some("windy".into()),
        duration_s: Some(3605.0),
        distance_m: Some(10234.5),
        energy_kcal: Some(702.0),
        steps: Some(9876.0),
        pushes: Some(12.0),
        active_lengths: Some(4.0),
        heart_rate_avg_bpm: Some(141.0),
        heart_rate_max_bpm: Some(171.5),
        speed_avg_mps: Some(2.84),
        speed_max_mps: Some(4.9),
        pace_avg_min_per_km: Some(5.87),
        pace_max_min_per_km: Some(3.4),
        run_cadence_avg_spm: Some(163.5),
        run_cadence_max_spm: Some(190.0),
        bike_cadence_avg_rpm: Some(81.5),
        bike_cadence_max_rpm: Some(99.0),
        swim_cadence_avg_spm: Some(27.5),
        push_cadence_avg_ppm: Some(44.5),
        push_cadence_max_ppm: Some(60.0),
        elevation_gain_m: Some(412.0),
        elevation_loss_m: Some(409.5),
        start_latitude_deg: Some(46.558_012_345_678_91),
        start_longitude_deg: Some(-7.123_456_789_012_345),
        is_parent: Some(false),
        parent_external_id: Some("9099".into()),
        manual: Some(false),
        web_upload: Some(true),
        ..WorkoutDetail::default()
    };
    assert_eq!(workout.detail, expected);
}

#[test]
fn an_edit_outranks_what_the_device_said_and_has_no_device() {
    let mapped = fixture("manuallyUpdatedActivities", "happy");
    let workout = workouts(&mapped)[0];
    assert_eq!((workout.external_id.as_str(), workout.facet, workout.rank), ("9100", Facet::Edited, 1));
    assert_eq!(workout.source.device, None);
    assert_eq!((workout.detail.manual, workout.detail.parent_external_id.as_deref()), (Some(true), Some("9099")));
}

#[test]
fn an_item_without_a_list_around_it_is_read() {
    let mapped = fixture("activities", "bare_object");
    assert_eq!((mapped.items, workouts(&mapped).len()), (1, 1));
    assert_eq!(workouts(&mapped)[0].detail.workout_type, Some(WorkoutType::Yoga));
}

#[test]
fn no_items_are_no_fault() {
    assert_eq!(fixture("activities", "empty"), Mapped::default());
}

#[test]
fn nulls_are_as_if_absent() {
    let mapped = fixture("activities", "null_field");
    assert_eq!(issues(&mapped), []);
    let workout = workouts(&mapped)[0];
    assert_eq!((workout.end, workout.detail.clone()), (None, WorkoutDetail::default()));
}

#[test]
fn without_a_summary_id_the_activity_id_is_the_identity_and_no_offset_stays_none() {
    let mapped = fixture("activities", "no_offset");
    let workout = workouts(&mapped)[0];
    assert_eq!((workout.external_id.as_str(), workout.offset), ("9103", None));
    assert_eq!((workout.source.device.as_deref(), workout.detail.workout_type), (None, Some(WorkoutType::Rowing)));
}

#[test]
fn any_offset_within_a_day_is_kept_and_one_beyond_is_noted() {
    let mapped = fixture("activities", "odd_offset");
    assert_eq!(workouts(&mapped)[0].offset, Some(LocalOffset::device(-86_399)));
    assert_eq!(workouts(&mapped)[1].offset, None);
    assert_eq!(issues(&mapped), [(IssueCode::Invalid, "activities[1].startTimeOffsetInSeconds")]);
}

#[test]
fn numbers_may_be_texts_and_ids_numbers() {
    let mapped = fixture("activities", "numbers_as_strings");
    assert_eq!(issues(&mapped), []);
    let workout = workouts(&mapped)[0];
    assert_eq!((workout.external_id.as_str(), workout.start), ("9106", Some(MORNING)));
    assert_eq!(workout.end, Some(MORNING.plus_micros(1_800_500_000)));
    assert_eq!((workout.detail.is_parent, workout.detail.manual), (Some(true), Some(false)));
    assert_eq!(workout.detail.parent_external_id.as_deref(), Some("77"));
}

#[test]
fn a_bad_field_costs_itself_and_a_bad_item_costs_itself() {
    let mapped = fixture("activities", "faults");
    assert_eq!(mapped.items, 5);
    let ids: Vec<_> = workouts(&mapped).iter().map(|workout| workout.external_id.as_str()).collect();
    assert_eq!(ids, ["9107", "9108", "9109"]);
    let first = &workouts(&mapped)[0].detail;
    assert_eq!((first.workout_type, first.raw_type.as_deref()), (Some(WorkoutType::Other), Some("UNDERWATER_CHESS")));
    assert_eq!((first.duration_s, first.distance_m, first.steps, first.heart_rate_avg_bpm), (None, None, None, None));
    let mut paths = issues(&mapped);
    paths.sort_by_key(|(_, path)| *path);
    assert_eq!(
        paths,
        [
            (IssueCode::Invalid, "activities[0].distanceInMeters"),
            (IssueCode::Invalid, "activities[0].durationInSeconds"),
            (IssueCode::Invalid, "activities[0].manual"),
            (IssueCode::Invalid, "activities[0].startingLatitudeInDegree"),
            (IssueCode::Invalid, "activities[0].steps"),
            (IssueCode::Invalid, "activities[1]"),
            (IssueCode::Missing, "activities[2].summaryId"),
            (IssueCode::Invalid, "activities[3].startTimeInSeconds"),
        ]
    );
}

#[test]
fn a_number_that_no_float_holds_costs_only_its_item() {
    let mapped = fixture("activities", "number_too_large");
    assert_eq!((mapped.items, workouts(&mapped).len()), (3, 2));
    assert_eq!(issues(&mapped), [(IssueCode::Invalid, "activities[1]")]);
}
