//! Files of a Flow account's export.

use super::Polar;
use crate::{Provider, recognise};
use model::{IssueCode, Mapped, PartMeta, Record, SampleBatch, SeriesType, SleepStage, WorkoutRecord, WorkoutType};

fn map(part_type: &str, bytes: &[u8]) -> Mapped {
    let found = recognise(bytes).unwrap();
    assert_eq!((found.provider.as_str(), found.part_type), ("polar", part_type));
    let meta = PartMeta { time_zone: Some("Europe/Helsinki".into()), ..PartMeta::default() };
    Polar.map(found.part_type, &meta, &mut &*bytes)
}

fn samples(record: &Record) -> Option<&SampleBatch> {
    if let Record::Samples(batch) = record { Some(batch) } else { None }
}

fn workout(mapped: &Mapped) -> &WorkoutRecord {
    let [Record::Workout(workout)] = mapped.records.as_slice() else { panic!("{:?}", mapped.records) };
    workout
}

fn points(workout: &WorkoutRecord, series: SeriesType) -> Vec<(String, f64)> {
    let batch = workout.samples.iter().find(|batch| batch.series == series).unwrap();
    batch.points.iter().map(|point| (point.start.to_string(), point.value)).collect()
}

#[test]
fn a_session_is_placed_by_its_own_offset_and_gaps_of_its_series_stay_gaps() {
    let mapped = map("export_session", include_bytes!("fixtures/export_session/run.json"));
    let run = workout(&mapped);
    assert_eq!((run.external_id.as_str(), run.source.device.as_deref()), ("s1", Some("D1")));
    assert_eq!((run.start.unwrap().to_string().as_str(), run.offset.unwrap().seconds), ("2026-03-01T07:00:00Z", 3600));
    assert_eq!((run.detail.duration_s, run.detail.elapsed_s), (Some(1800.0), Some(1860.0)));
    assert_eq!(run.detail.workout_type, Some(WorkoutType::Running));
    let heart = [("2026-03-01T07:00:00Z".to_owned(), 120.0), ("2026-03-01T07:00:02Z".to_owned(), 122.0)];
    assert_eq!(points(run, SeriesType::HEART_RATE), heart);
    assert_eq!(points(run, SeriesType::SPEED)[1].1, 3.0, "kilometres an hour");
    assert_eq!(points(run, SeriesType::ELEVATION).len(), 2);
    assert_eq!(points(run, SeriesType::LATITUDE)[0].0, "2026-03-01T07:00:01Z");
    let codes: Vec<_> = mapped.issues.iter().map(|issue| issue.code).collect();
    assert_eq!(codes, [IssueCode::Invalid, IssueCode::Unmapped], "{:?}", mapped.issues);
}

#[test]
fn an_older_session_says_the_same_under_other_keys() {
    let mapped = map("export_session", include_bytes!("fixtures/export_session/older.json"));
    let ride = workout(&mapped);
    assert_eq!((ride.external_id.as_str(), ride.offset.unwrap().seconds), ("session:2018-06-01T08:00:00Z", 7200));
    assert_eq!((ride.detail.duration_s, ride.detail.workout_type), (Some(3540.5), Some(WorkoutType::Cycling)));
    assert_eq!((ride.detail.elevation_gain_m, ride.detail.energy_kcal), (Some(150.0), Some(600.0)));
    assert_eq!(points(ride, SeriesType::HEART_RATE), [("2018-06-01T08:00:00Z".to_owned(), 100.0)]);
    assert_eq!((points(ride, SeriesType::CADENCE)[0].1, points(ride, SeriesType::SPEED)[0].1), (85.0, 5.0));
    assert_eq!(mapped.issues.len(), 1, "a value without its time");
}

#[test]
fn several_exercises_are_legs_and_without_an_offset_the_persons_zone_counts() {
    let mapped = map("export_session", include_bytes!("fixtures/export_session/triathlon.json"));
    let whole = workout(&mapped);
    assert_eq!(
        (whole.start.unwrap().to_string().as_str(), whole.offset.unwrap().seconds),
        ("2026-03-01T06:00:00Z", 7200)
    );
    assert_eq!((whole.detail.legs.len(), whole.detail.workout_type), (2, Some(WorkoutType::Multisport)));
    assert_eq!(whole.detail.legs[1].distance_m, Some(6000.0));
}

#[test]
fn days_and_pulse_are_of_the_wrists_clock_and_device() {
    let day = map("export_activity", include_bytes!("fixtures/export_activity/day.json"));
    let found: Vec<_> =
        day.records.iter().filter_map(samples).map(|batch| (batch.series.as_str(), batch.points.len())).collect();
    assert_eq!(found, [("steps", 1), ("total_energy", 1), ("steps", 2)]);
    assert_eq!(day.issues.len(), 3, "{:?}", day.issues);
    let pulse = map("export_pulse", include_bytes!("fixtures/export_pulse/month.json"));
    let batches: Vec<_> = pulse.records.iter().filter_map(samples).collect();
    let shown: Vec<_> = batches
        .iter()
        .map(|batch| (batch.source.device.as_deref().unwrap(), batch.points[0].start.to_string()))
        .collect();
    // clocks were put forward at three in the morning: four in the morning is the first hour of summer time
    assert_eq!(shown, [("D1", "2026-02-28T23:00:00Z".to_owned()), ("D2", "2026-03-29T01:00:00Z".to_owned())]);
    assert_eq!((pulse.items, pulse.issues.len()), (4, 3), "{:?}", pulse.issues);
}

#[test]
fn a_night_has_its_stages_and_what_lies_after_its_end_is_none() {
    let mapped = map("export_sleep", include_bytes!("fixtures/export_sleep/nights.json"));
    let [Record::Sleep(night)] = mapped.records.as_slice() else { panic!("{:?}", mapped.records) };
    assert_eq!((night.external_id.as_str(), night.offset.unwrap().seconds), ("night:2026-03-02", 3600));
    let stages: Vec<_> = night.detail.stages.iter().map(|stage| stage.stage).collect();
    assert_eq!(stages, [SleepStage::Light, SleepStage::Deep, SleepStage::Rem, SleepStage::Awake]);
    assert_eq!(night.detail.stages[3].end_time, night.end);
    assert_eq!(
        (night.detail.asleep_s, night.detail.deep_s, night.detail.efficiency_percent),
        (Some(25_200.0), Some(5400.0), Some(93.5))
    );
    assert_eq!(mapped.issues.len(), 1);
}

#[test]
fn scores_and_recovery_stand_at_the_persons_midnight() {
    let scores = map("export_sleep_score", include_bytes!("fixtures/export_sleep_score/scores.json"));
    let [Record::Score(score)] = scores.records.as_slice() else { panic!("{:?}", scores.records) };
    assert_eq!(
        (score.value, score.components.len(), score.at.to_string().as_str()),
        (Some(82.5), 3, "2026-03-01T22:00:00Z")
    );
    assert_eq!(scores.issues.len(), 1);
    let recovery = map("export_recovery", include_bytes!("fixtures/export_recovery/nights.json"));
    let value = |series: SeriesType| {
        recovery.records.iter().filter_map(samples).find(|batch| batch.series == series).unwrap().points[0].value
    };
    assert_eq!((value(SeriesType::RESPIRATORY_RATE), value(SeriesType::HEART_RATE_VARIABILITY_RMSSD)), (15.0, 42.0));
    assert_eq!((recovery.records.len(), recovery.issues.len()), (3, 0));
}

#[test]
fn plans_and_accounts_are_not_taken_for_sessions() {
    for text in [
        "{\"exportVersion\": \"1\", \"name\": \"Plan\", \"startTime\": \"2026-03-01T08:00:00\", \"done\": false, \"exercises\": []}",
        "{\"exportVersion\": \"1\", \"username\": \"x\", \"physicalInformation\": {}}",
        "[{\"night\": \"2026-03-02\"}]",
    ] {
        assert_eq!(recognise(text.as_bytes()), None, "{text}");
    }
}
