//! Data points have what their schemas require, and every series and event has one.

use crate::{
    events::EventDetail,
    record::{
        RecordFormat, Sample,
        tests::{event, lines, sample, watch},
    },
};
use model::{Context, ProviderName, SERIES, SeriesType, SleepDetail, Source, WorkoutDetail, WorkoutType};
use serde_json::{Value, json};
use std::sync::LazyLock;

static GARMIN: LazyLock<Source> = LazyLock::new(|| Source::of(ProviderName::from_static("garmin")));

fn points(samples: &[Sample<'_>]) -> Vec<Value> {
    lines(RecordFormat::OpenMHealth, samples, &[])
}

/// Schema, name of the value, unit, and whether it needs an interval: as the published schemas require.
const REQUIRED: &[(SeriesType, &str, &str, &str, bool)] = &[
    (SeriesType::HEART_RATE, "heart-rate:2.0", "heart_rate", "beats/min", false),
    (SeriesType::RESPIRATORY_RATE, "respiratory-rate:2.0", "respiratory_rate", "breaths/min", false),
    (SeriesType::OXYGEN_SATURATION, "oxygen-saturation:2.0", "oxygen_saturation", "%", false),
    (SeriesType::BLOOD_GLUCOSE, "blood-glucose:3.0", "blood_glucose", "mg/dL", false),
    (SeriesType::BODY_TEMPERATURE, "body-temperature:3.0", "body_temperature", "C", false),
    (SeriesType::HEIGHT, "body-height:1.0", "body_height", "cm", false),
    (SeriesType::WEIGHT, "body-weight:2.0", "body_weight", "kg", false),
    (SeriesType::STEPS, "step-count:3.0", "step_count", "steps", true),
    (SeriesType::ENERGY, "calories-burned:2.0", "kcal_burned", "kcal", true),
];

fn schema(point: &Value) -> String {
    let id = &point["header"]["schema_id"];
    format!("{}:{}", id["name"].as_str().unwrap(), id["version"].as_str().unwrap())
}

#[test]
fn bodies_have_what_their_schemas_require() {
    let watch = watch();
    for (series, id, key, unit, interval) in REQUIRED {
        let [point] = &points(&[sample(*series, 0, 42.5, Some(&watch))])[..] else { panic!("{series}") };
        let (header, body) = (&point["header"], &point["body"]);
        assert_eq!((schema(point).as_str(), &header["schema_id"]["namespace"]), (*id, &json!("omh")));
        assert_eq!(body[key], json!({"value": 42.5, "unit": unit}));
        let frame = &body["effective_time_frame"];
        assert_eq!(frame["time_interval"]["start_date_time"].is_string(), *interval, "{series}: {frame}");
        assert_eq!(frame["date_time"].is_string(), !*interval, "{series}: {frame}");
        let provenance = json!({"source_name": "garmin fenix 7", "modality": "sensed"});
        assert_eq!(header["acquisition_provenance"], provenance);
        assert!(header["creation_date_time"].is_string() && header["user_id"].is_string() && header["id"].is_string());
    }
}

#[test]
fn every_series_is_told_with_its_value_and_time() {
    let watch = watch();
    for spec in SERIES {
        let [point] = &points(&[sample(spec.id, 0, 1.5, Some(&watch))])[..] else { panic!("{}", spec.code) };
        let body = point["body"].as_object().unwrap();
        assert!(body.values().any(|value| value["value"] == 1.5), "{}: {point}", spec.code);
        assert!(body.contains_key("effective_time_frame"));
        let namespace = point["header"]["schema_id"]["namespace"].as_str().unwrap();
        assert!(["omh", "wearhouse"].contains(&namespace));
    }
}

#[test]
fn pressures_are_one_point_and_half_of_one_is_a_sample() {
    let watch = watch();
    let systolic = sample(SeriesType::BLOOD_PRESSURE_SYSTOLIC, 0, 121.0, Some(&watch));
    let diastolic = sample(SeriesType::BLOOD_PRESSURE_DIASTOLIC, 0, 79.0, Some(&watch));
    let [both] = &points(&[systolic, diastolic])[..] else { panic!() };
    assert_eq!(schema(both), "blood-pressure:4.0");
    assert_eq!(both["body"]["systolic_blood_pressure"], json!({"value": 121.0, "unit": "mmHg"}));
    assert_eq!(both["body"]["diastolic_blood_pressure"], json!({"value": 79.0, "unit": "mmHg"}));
    let [half] = &points(&[diastolic])[..] else { panic!() };
    assert_eq!(half["header"]["schema_id"]["name"], "blood-pressure-diastolic");
}

#[test]
fn what_was_typed_in_and_totals_of_days_are_told_as_such() {
    let watch = watch();
    let typed = Sample { context: Context::MANUAL, ..sample(SeriesType::WEIGHT, 0, 70.0, Some(&watch)) };
    let mut day = sample(SeriesType::STEPS, 0, 9_000.0, Some(&watch));
    day.row.is_daily_total = Some(true);
    let found = points(&[typed, day]);
    assert_eq!(found[0]["header"]["acquisition_provenance"]["modality"], "self-reported");
    assert_eq!(found[1]["header"]["schema_id"]["name"], "daily-steps");
}

#[test]
fn workouts_and_nights_are_told_by_the_schemas_and_in_full() {
    let workout = WorkoutDetail {
        workout_type: Some(WorkoutType::TrailRunning),
        distance_m: Some(5_000.5),
        energy_kcal: Some(320.0),
        laps: vec![model::Lap::default()],
        ..WorkoutDetail::default()
    };
    let found = lines(RecordFormat::OpenMHealth, &[], &[event(EventDetail::Workout(&workout), &GARMIN)]);
    assert_eq!(found.iter().map(schema).collect::<Vec<_>>(), ["physical-activity:1.2", "workout:1.0"]);
    let body = &found[0]["body"];
    assert_eq!((&body["activity_name"], &body["distance"]["value"]), (&json!("trail running"), &json!(5_000.5)));
    let times = &body["effective_time_frame"]["time_interval"];
    assert_eq!(times["start_date_time"], "2026-09-21T16:13:20+02:00");
    assert_eq!(found[1]["body"]["detail"]["laps"], json!([{}]));
    let sleep = SleepDetail { asleep_s: Some(3_000.0), is_nap: Some(false), ..SleepDetail::default() };
    let found = lines(RecordFormat::OpenMHealth, &[], &[event(EventDetail::Sleep(&sleep), &GARMIN)]);
    assert_eq!(found.iter().map(schema).collect::<Vec<_>>(), ["sleep-episode:1.1", "sleep-duration:2.0", "sleep:1.0"]);
    assert_eq!(found[1]["body"]["sleep_duration"], json!({"value": 3_000.0, "unit": "sec"}));
    assert_eq!(found[0]["body"]["is_main_sleep"], true);
}
