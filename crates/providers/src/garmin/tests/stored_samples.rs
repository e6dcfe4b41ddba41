//! Over payloads that nobody here wrote, where they lie: no item is lost, and no field that has a
//! place. A field has its place when another value in it makes another record.

use super::*;
use serde_json::{Value, json};

fn items(file: &str, key: &str) -> Vec<Value> {
    let path = format!("{}/../../../shared/samples/garmin-health/{file}.json", env!("CARGO_MANIFEST_DIR"));
    let Ok(text) = std::fs::read_to_string(&path) else {
        eprintln!("SKIPPED: {path} is not here, so nothing was compared");
        return Vec::new();
    };
    let body: Value = serde_json::from_str(&text).unwrap();
    let items = body[key].as_array().unwrap().clone();
    assert!(!items.is_empty());
    items
}

fn map_items(part_type: &str, items: &[Value]) -> Mapped {
    let mapped = map(part_type, &serde_json::to_vec(items).unwrap());
    assert_eq!((mapped.items as usize, mapped.issues.as_slice()), (items.len(), [].as_slice()), "{part_type}");
    mapped
}

/// The places of all values that are not lists or objects.
fn leaves(value: &Value, at: &str, found: &mut Vec<String>) {
    match value {
        Value::Object(map) => map.iter().for_each(|(key, value)| leaves(value, &format!("{at}/{key}"), found)),
        Value::Array(list) => {
            list.iter().enumerate().for_each(|(index, value)| leaves(value, &format!("{at}/{index}"), found));
        }
        _ => found.push(at.to_owned()),
    }
}

fn other(value: &Value, at: &str) -> Value {
    match value {
        Value::Number(number) if at.ends_with("Id") => json!(number.as_i64().unwrap() + 1),
        Value::Number(number) => json!(number.as_f64().unwrap() + 1.0),
        Value::String(_) if at.ends_with("calendarDate") => json!("2001-01-01"),
        _ => json!("OTHER_WORD"),
    }
}

fn every_field_has_its_place(part_type: &str, items: &[Value], no_place: &[&str]) {
    for item in items {
        let before = map_items(part_type, std::slice::from_ref(item)).records;
        assert!(!before.is_empty());
        let mut all = Vec::new();
        leaves(item, "", &mut all);
        for at in all.iter().filter(|at| !no_place.iter().any(|aside| at.ends_with(aside))) {
            let mut changed = item.clone();
            let value = changed.pointer_mut(at).unwrap();
            *value = other(value, at);
            let after = map(part_type, &serde_json::to_vec(&[changed]).unwrap()).records;
            assert_ne!(before, after, "{part_type}: {at} has no place");
        }
    }
}

#[test]
fn activities_lose_nothing() {
    let items = items("activities", "activities");
    assert_eq!(workouts(&map_items("activities", &items)).len(), items.len());
    every_field_has_its_place("activities", &items, &["/userId", "/userAccessToken"]);
}

#[test]
fn details_lose_nothing() {
    let items = items("activity_details", "activityDetails");
    let mapped = map_items("activityDetails", &items);
    assert_eq!(workouts(&mapped).len(), items.len());
    for (item, workout) in items.iter().zip(workouts(&mapped)) {
        let keys = item["samples"].as_array().unwrap().iter().flat_map(|sample| sample.as_object().unwrap().keys());
        let values = keys.filter(|key| *key != "startTimeInSeconds").count();
        assert_eq!(workout.samples.iter().map(|batch| batch.points.len()).sum::<usize>(), values);
    }
    every_field_has_its_place("activityDetails", &items, &["/userId", "/userAccessToken"]);
}

#[test]
fn sleeps_lose_nothing() {
    let items = items("sleeps", "sleeps");
    assert!(sleeps(&map_items("sleeps", &items)).len() >= items.len());
    // A night that has a date is known by it, and its summary's id changes with each revision.
    every_field_has_its_place("sleeps", &items, &["/userId", "/userAccessToken", "/summaryId"]);
}

#[test]
fn days_lose_nothing() {
    let items = items("dailies", "dailies");
    assert_eq!(days(&map_items("dailies", &items)).len(), items.len());
    // The activity of a day is always the same word.
    every_field_has_its_place("dailies", &items, &["/userId", "/userAccessToken", "/summaryId", "/activityType"]);
}

/// The file, the type, and the fields that have no place beside those of the account.
const MEASURED: &[(&str, &str, &[&str])] = &[
    ("epoch", "epochs", &["/summaryId", "/intensity"]),
    ("body_comps", "bodyComps", &["/summaryId"]),
    ("stress", "stressDetails", &["/summaryId"]),
    ("user_metrics", "userMetrics", &["/summaryId", "/enhanced"]),
    // Where there is no average of the day, its date says nothing that the instants do not.
    ("pulse_ox", "pulseox", &["/summaryId", "/calendarDate"]),
    ("respiration", "allDayRespiration", &["/summaryId"]),
    ("hrv", "hrv", &["/summaryId", "/durationInSeconds"]),
    ("health_snapshot", "healthSnapshot", &[]),
    // The start only stands in for the time of measuring.
    ("blood_pressure", "bloodPressures", &["/summaryId", "/startTimeInSeconds"]),
    ("move_iq", "moveIQActivities", &[]),
];

#[test]
fn what_is_measured_loses_nothing() {
    for (file, part_type, aside) in MEASURED {
        let items = items(file, part_type);
        let no_place = [&["/userId", "/userAccessToken"], *aside].concat();
        every_field_has_its_place(part_type, &items, &no_place);
    }
}

#[test]
fn every_value_of_a_map_becomes_a_point() {
    for (file, part_type, map) in [
        ("stress", "stressDetails", "timeOffsetBodyBatteryValues"),
        ("respiration", "allDayRespiration", "timeOffsetEpochToBreaths"),
        ("hrv", "hrv", "hrvValues"),
        ("pulse_ox", "pulseox", "timeOffsetSpo2Values"),
    ] {
        for item in items(file, part_type) {
            let told = item[map].as_object().unwrap();
            let mapped = map_items(part_type, std::slice::from_ref(&item));
            let batches = samples(&mapped);
            let holds = |batch: &&&SampleBatch| batch.points.len() == told.len();
            let batch = batches.iter().find(holds).unwrap_or_else(|| panic!("{part_type}: {}", told.len()));
            let start = item["startTimeInSeconds"].as_i64().unwrap();
            for point in &batch.points {
                let offset = (point.start.as_seconds() - start).to_string();
                assert_eq!(told[&offset].as_f64(), Some(point.value), "{part_type} {offset}");
            }
        }
    }
}
