//! Notifications, of our own making.

use serde_json::{Map, Value, json};

/// The day that days and nights are counted from: 2026-03-01, midnight UTC.
pub(crate) const DAY_ZERO: i64 = 1_772_323_200;
const OFFSET_S: i64 = 3600;

fn date(day: i64) -> String {
    model::Timestamp::from_seconds(DAY_ZERO + day * 86_400).local_date(0).to_string()
}

/// When a day began, in UTC.
pub(crate) fn day_start(day: i64) -> i64 {
    DAY_ZERO + day * 86_400 - OFFSET_S
}

/// A day, covered for `hours` so far: ten steps a minute and a heart rate a minute, at the hour.
pub(crate) fn daily(account: &str, day: i64, hours: i64) -> Value {
    let rates: Map<String, Value> =
        (0..hours * 4).map(|quarter| ((quarter * 900).to_string(), json!(50 + (quarter + day) % 60))).collect();
    json!({
        "userId": account,
        "summaryId": format!("d-{day}-{hours}"),
        "calendarDate": date(day),
        "startTimeInSeconds": day_start(day),
        "startTimeOffsetInSeconds": OFFSET_S,
        "durationInSeconds": hours * 3600,
        "steps": hours * 600,
        "distanceInMeters": hours * 450,
        "activeKilocalories": hours * 20,
        "bmrKilocalories": hours * 70,
        "restingHeartRateInBeatsPerMinute": 51,
        "averageStressLevel": 20 + hours,
        "stressQualifier": "balanced",
        "timeOffsetHeartRateSamples": rates,
    })
}

/// The words that say how final a night is, from least to most.
pub(crate) const VALIDATIONS: [&str; 5] =
    ["AUTO_TENTATIVE", "ENHANCED_TENTATIVE", "DEVICE", "AUTO_FINAL", "ENHANCED_FINAL"];

/// A night, its numbers after the word that says how final it is.
pub(crate) fn sleep(account: &str, day: i64, validation: &str) -> Value {
    let place = VALIDATIONS.iter().position(|word| *word == validation).unwrap_or(9) as i64;
    let start = day_start(day) - 3600;
    let breaths: Map<String, Value> =
        (0..20).map(|minute| ((minute * 60).to_string(), json!(12.5 + place as f64))).collect();
    json!({
        "userId": account,
        "summaryId": format!("s-{day}-{place}"),
        "calendarDate": date(day),
        "startTimeInSeconds": start,
        "startTimeOffsetInSeconds": OFFSET_S,
        "durationInSeconds": 25_200 + place * 60,
        "deepSleepDurationInSeconds": 7200 + place * 60,
        "lightSleepDurationInSeconds": 14_400,
        "remSleepInSeconds": 3600,
        "awakeDurationInSeconds": 600,
        "validation": validation,
        "sleepLevelsMap": {
            "deep": [{ "startTimeInSeconds": start, "endTimeInSeconds": start + 7200 + place * 60 }],
            "light": [{ "startTimeInSeconds": start + 7200 + place * 60, "endTimeInSeconds": start + 21_600 }],
        },
        "timeOffsetSleepRespiration": breaths,
        "overallSleepScore": { "value": 70 + place, "qualifierKey": "GOOD" },
    })
}

/// The summary of a run of a minute.
pub(crate) fn activity(account: &str, number: i64, distance: f64) -> Value {
    json!({
        "userId": account,
        "summaryId": format!("w{number}"),
        "activityId": 9_000_000 + number,
        "activityType": "RUNNING",
        "activityName": "Morning run",
        "startTimeInSeconds": DAY_ZERO + number * 7200,
        "startTimeOffsetInSeconds": OFFSET_S,
        "durationInSeconds": 60,
        "distanceInMeters": distance,
        "averageHeartRateInBeatsPerMinute": 131,
        "deviceName": "Watch One",
    })
}

/// Its details: `seconds` samples of heart rate and speed, two laps.
pub(crate) fn details(account: &str, number: i64, seconds: i64) -> Value {
    let start = DAY_ZERO + number * 7200;
    let sample = |second: i64| {
        json!({
            "startTimeInSeconds": start + second,
            "heartRate": 120 + second % 40,
            "speedMetersPerSecond": 2.5 + second as f64 / 64.0,
        })
    };
    json!({
        "userId": account,
        "summaryId": format!("w{number}-detail"),
        "activityId": 9_000_000 + number,
        "summary": {
            "activityType": "RUNNING",
            "startTimeInSeconds": start,
            "startTimeOffsetInSeconds": OFFSET_S,
            "durationInSeconds": 60,
            "steps": 160,
            "deviceName": "watch one (hr)",
        },
        "samples": (0..seconds).map(sample).collect::<Vec<_>>(),
        "laps": [{ "startTimeInSeconds": start }, { "startTimeInSeconds": start + 30 }],
    })
}

/// What the notice of its file says.
pub(crate) fn file_meta(number: i64) -> model::PartMeta {
    model::PartMeta {
        external_id: Some(format!("w{number}")),
        aliases: vec![(9_000_000 + number).to_string(), format!("w{number}")],
        format: Some(model::FileFormat::Fit),
        raw_type: Some("RUNNING".to_owned()),
        ..model::PartMeta::default()
    }
}

/// A notice that its file can be had.
pub(crate) fn file_notice(account: &str, number: i64) -> Value {
    json!({
        "userId": account,
        "summaryId": format!("w{number}-file"),
        "activityId": 9_000_000 + number,
        "fileType": "FIT",
        "callbackURL": format!("https://apis.garmin.com/wellness-api/rest/activityFile?id=w{number}&token=t"),
    })
}
