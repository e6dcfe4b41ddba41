//! Bytes from outside: nothing panics, nothing grows without bound.

use super::*;
use model::{FileFormat, WorkoutType};
use proptest::prelude::*;

/// Every type, and one that nobody knows.
fn types() -> impl Iterator<Item = &'static str> {
    Garmin.manifest().types.keys().map(String::as_str).chain(["else"])
}

const KEYS: &[&str] = &[
    "summaryId",
    "activityId",
    "startTimeInSeconds",
    "startTimeOffsetInSeconds",
    "durationInSeconds",
    "calendarDate",
    "summary",
    "samples",
    "laps",
    "heartRate",
    "latitudeInDegree",
    "sleepLevelsMap",
    "deep",
    "endTimeInSeconds",
    "timeOffsetSleepSpo2",
    "timeOffsetHeartRateSamples",
    "60",
    "-1e400",
    "overallSleepScore",
    "value",
    "sleepScores",
    "naps",
    "napStartTimeInSeconds",
    "napDurationInSeconds",
    "averageStressLevel",
    "steps",
    "callbackURL",
    "manual",
    "Manual",
    "fileType",
    "validation",
    "awakeDurationInSeconds",
    "measurementTimeInSeconds",
    "weightInGrams",
    "activityType",
    "met",
    "timeOffsetStressLevelValues",
    "timeOffsetBodyBatteryValues",
    "bodyBatteryActivityEvents",
    "eventType",
    "vo2Max",
    "timeOffsetEpochToBreaths",
    "hrvValues",
    "lastNightAvg",
    "avgDeviationCelsius",
    "summaries",
    "summaryType",
    "avgValue",
    "epochSummaries",
    "periodStartDate",
    "cycleLength",
    "pregnancySnapshot",
    "offsetInSeconds",
    "x",
];

fn json() -> impl Strategy<Value = String> {
    let number = prop_oneof![
        any::<i64>().prop_map(|number| number.to_string()),
        any::<f64>().prop_map(|number| serde_json::to_string(&number).unwrap()),
        Just("1772352000".to_owned()),
        Just("1e400".to_owned()),
        Just("18446744073709551615".to_owned()),
    ];
    let leaf = prop_oneof![
        number,
        prop::sample::select(&["null", "true", "\"1772319600\"", "\"2026-03-01\"", "\"NaN\"", "\"\"", "\"9-file\""])
            .prop_map(str::to_owned),
        any::<String>().prop_map(|text| serde_json::to_string(&text).unwrap()),
    ];
    leaf.prop_recursive(5, 60, 8, |inner| {
        let entry = (prop::sample::select(KEYS), inner.clone()).prop_map(|(key, value)| format!("\"{key}\":{value}"));
        prop_oneof![
            prop::collection::vec(inner, 0..6).prop_map(|items| format!("[{}]", items.join(","))),
            prop::collection::vec(entry, 0..10).prop_map(|entries| format!("{{{}}}", entries.join(","))),
        ]
    })
}

fn is_sound(mapped: &Mapped) -> bool {
    let batches = mapped.records.iter().flat_map(|record| match record {
        Record::Workout(workout) => workout.samples.as_slice(),
        Record::Sleep(sleep) => &sleep.samples,
        Record::Daily(day) => &day.samples,
        Record::Samples(batch) => std::slice::from_ref(batch),
        Record::HealthSnapshot(snapshot) => &snapshot.samples,
        Record::Score(_) | Record::Activity(_) | Record::MenstrualCycle(_) => &[],
    });
    let finite = batches.flat_map(|batch| &batch.points).all(|point| point.value.is_finite());
    finite && mapped.issues.len() <= 201 && sleeps(mapped).iter().all(|sleep| sleep.start < sleep.end)
}

proptest! {
    #[test]
    fn any_json_is_mapped_without_panic_and_twice_the_same(body in json()) {
        for part_type in types() {
            let mapped = map(part_type, body.as_bytes());
            prop_assert!(is_sound(&mapped));
            prop_assert_eq!(&mapped, &map(part_type, body.as_bytes()));
        }
    }

    #[test]
    fn any_json_cut_anywhere_is_mapped_without_panic(body in json(), cut in 0..300_usize) {
        let bytes = body.as_bytes();
        for part_type in types() {
            prop_assert!(is_sound(&map(part_type, &bytes[..cut.min(bytes.len())])));
        }
    }

    #[test]
    fn any_bytes_are_mapped_without_panic(body in prop::collection::vec(any::<u8>(), 0..400), fit: bool) {
        let meta = PartMeta { format: fit.then_some(FileFormat::Fit), external_id: Some("1".into()), ..Default::default() };
        for part_type in types() {
            prop_assert!(is_sound(&Garmin.map(part_type, &meta, &mut body.as_slice())));
        }
    }
}

#[test]
fn a_body_of_nothing_but_faults_does_not_fill_the_memory_with_issues() {
    let body = format!("[{}1]", "1,".repeat(100_000));
    let mapped = map("activities", body.as_bytes());
    assert_eq!((mapped.items, mapped.issues.len()), (100_001, 201));
}

#[test]
fn deep_nesting_ends_in_an_issue() {
    for body in ["[".repeat(100_000), format!("[{{\"samples\":{}", "[".repeat(100_000))] {
        for part_type in types() {
            assert!(!map(part_type, body.as_bytes()).issues.is_empty(), "{part_type}");
        }
    }
}

#[test]
fn issues_never_hold_a_value() {
    let body = br#"[{"summaryId":"1","startTimeInSeconds":1772352000,"steps":"secret-71","averageSpeedInMetersPerSecond":-71}]"#;
    let mapped = map("activities", body);
    assert_eq!(mapped.issues.len(), 2);
    assert!(mapped.issues.iter().all(|issue| !format!("{issue:?}").contains("71")));
    assert_eq!(workouts(&mapped)[0].detail.workout_type, None::<WorkoutType>);
}
