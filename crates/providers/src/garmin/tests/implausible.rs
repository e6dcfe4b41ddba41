//! Values that no body and no device can have cost their field and nothing else.

use super::*;
use serde_json::{Value, json};

const START: i64 = 1_772_352_000;
/// What a fault of units or a hostile sender tells.
const ABSURD: [f64; 4] = [1e300, 1e30, 1e9, -1e9];

/// The largest number with a fraction in all that was made of a body, however deep.
fn largest(mapped: &Mapped) -> f64 {
    let text = format!("{:?}", mapped.records);
    let words = text.split(|c: char| !c.is_ascii_digit() && !"+-.e".contains(c));
    let numbers = words.filter(|word| word.contains(['.', 'e'])).filter_map(|word| word.parse::<f64>().ok());
    numbers.map(f64::abs).fold(0.0, f64::max)
}

/// Sets one key at a time to each absurd value.
fn each_key_costs_itself(part_type: &str, whole: &Value) {
    let mapped_one = |item: &Value| map(part_type, json!([item]).to_string().as_bytes());
    let sound = mapped_one(whole);
    assert_eq!(issues(&sound), [], "{part_type}");
    let numbers = whole.as_object().unwrap().iter().filter(|(_, value)| value.is_number());
    for (key, _) in numbers.filter(|(key, _)| !key.starts_with("startTime")) {
        for absurd in ABSURD {
            let mut item = whole.clone();
            item[key] = json!(absurd);
            let mapped = mapped_one(&item);
            assert!(largest(&mapped) < 1e8, "{part_type}.{key} = {absurd}: {:?}", mapped.records);
            assert!(absurd < 0.0 || !mapped.issues.is_empty(), "{part_type}.{key} = {absurd} is silent");
            assert_eq!(mapped.records.is_empty(), sound.records.is_empty());
        }
    }
}

#[test]
fn activities() {
    let item = json!({
        "summaryId": "1", "startTimeInSeconds": START, "durationInSeconds": 60, "activityType": "RUNNING",
        "averageHeartRateInBeatsPerMinute": 140, "maxHeartRateInBeatsPerMinute": 160, "activeKilocalories": 20,
        "distanceInMeters": 200, "steps": 150, "pushes": 3, "numberOfActiveLengths": 2,
        "averageSpeedInMetersPerSecond": 3.3, "maxSpeedInMetersPerSecond": 4.0, "averagePaceInMinutesPerKilometer": 5.0,
        "maxPaceInMinutesPerKilometer": 4.1, "averageRunCadenceInStepsPerMinute": 170,
        "maxRunCadenceInStepsPerMinute": 180, "averageBikeCadenceInRoundsPerMinute": 80,
        "maxBikeCadenceInRoundsPerMinute": 90, "averagePushCadenceInPushesPerMinute": 30,
        "maxPushCadenceInPushesPerMinute": 40, "averageSwimCadenceInStrokesPerMinute": 20,
        "startingLatitudeInDegree": 52.5, "startingLongitudeInDegree": 13.25, "totalElevationGainInMeters": 10,
        "totalElevationLossInMeters": 9
    });
    each_key_costs_itself("activities", &item);
    each_key_costs_itself("manuallyUpdatedActivities", &item);
    let text = json!([{ "summaryId": "1", "startTimeInSeconds": START, "averageHeartRateInBeatsPerMinute": "99999" }]);
    let mapped = map("activities", text.to_string().as_bytes());
    assert_eq!(issues(&mapped), [(IssueCode::Invalid, "activities[0].averageHeartRateInBeatsPerMinute")]);
}

#[test]
fn days_and_epochs() {
    let day = json!({
        "summaryId": "1", "calendarDate": "2026-03-01", "startTimeInSeconds": START, "durationInSeconds": 86_400,
        "steps": 9000, "pushes": 1, "distanceInMeters": 7000, "pushDistanceInMeters": 1, "activeKilocalories": 400,
        "bmrKilocalories": 1700, "consumedCalories": 2000, "floorsClimbed": 3, "activeTimeInSeconds": 4000,
        "moderateIntensityDurationInSeconds": 60, "vigorousIntensityDurationInSeconds": 60,
        "minHeartRateInBeatsPerMinute": 50, "averageHeartRateInBeatsPerMinute": 60,
        "maxHeartRateInBeatsPerMinute": 140, "restingHeartRateInBeatsPerMinute": 55, "averageStressLevel": 30,
        "maxStressLevel": 80, "stressDurationInSeconds": 60, "restStressDurationInSeconds": 60, "stepsGoal": 9000,
        "netKilocaloriesGoal": 2000, "floorsClimbedGoal": 10, "bodyBatteryChargedValue": 50,
        "bodyBatteryDrainedValue": 40
    });
    each_key_costs_itself("dailies", &day);
    let epoch = json!({
        "summaryId": "1", "activityType": "WALKING", "startTimeInSeconds": START, "durationInSeconds": 900,
        "activeTimeInSeconds": 60, "steps": 90, "pushes": 1, "distanceInMeters": 70, "activeKilocalories": 4,
        "met": 3.0, "meanMotionIntensity": 3.0, "maxMotionIntensity": 5.0
    });
    each_key_costs_itself("epochs", &epoch);
}

#[test]
fn samples_of_details() {
    for (key, _) in crate::garmin::wire::SERIES {
        for absurd in ABSURD {
            let mut sample = json!({ "startTimeInSeconds": START });
            sample[*key] = json!(absurd);
            let summary = json!({ "startTimeInSeconds": START });
            let body = json!([{ "summaryId": "1-detail", "summary": summary, "samples": [sample] }]);
            let mapped = map("activityDetails", body.to_string().as_bytes());
            let place = format!("activityDetails[0].samples[].{key}");
            assert_eq!(issues(&mapped), [(IssueCode::Invalid, place.as_str())]);
            assert!(workouts(&mapped)[0].samples.is_empty(), "{key} = {absurd}");
        }
    }
}
