//! What the data says, and that it is always the same.

use crate::stage::{Stage, count_in, items_in};
use serde_json::{Value, json};

async fn week(seed: u64, person: &str) -> Vec<Value> {
    let stage = Stage::with(seed, Vec::new()).await;
    stage.connect(person).await;
    let report = stage.control("POST", &format!("/sandbox/users/{person}/generate"), json!({ "days": 7 })).await;
    let mut all = Vec::new();
    for kind in ["activities", "activityDetails", "sleeps", "dailies"] {
        let count = report["queued"][kind].as_u64().unwrap_or(0);
        all.extend(stage.items(kind, usize::try_from(count).unwrap()).await);
    }
    all
}

#[tokio::test]
async fn the_same_seed_gives_the_same_data_and_another_does_not() {
    let first = week(5, "cyclist").await;
    assert!(!first.is_empty());
    assert_eq!(first, week(5, "cyclist").await);
    assert_ne!(first, week(6, "cyclist").await);
}

#[tokio::test]
async fn summary_and_details_of_a_workout_agree() {
    for person in ["runner", "cyclist", "shift_worker"] {
        let stage = Stage::open().await;
        stage.connect(person).await;
        let report = stage.control("POST", &format!("/sandbox/users/{person}/generate"), json!({ "days": 14 })).await;
        let count = usize::try_from(report["queued"]["activities"].as_u64().unwrap()).unwrap();
        let details = stage.items("activityDetails", count).await;
        let activities = stage.items("activities", count).await;
        for (activity, detail) in activities.iter().zip(&details) {
            agree(activity, detail);
        }
    }
}

fn agree(activity: &Value, detail: &Value) {
    let id = activity["summaryId"].as_str().unwrap();
    assert_eq!(detail["summaryId"], format!("{id}-detail"));
    assert_eq!(detail["activityId"], activity["activityId"]);
    for (name, value) in detail["summary"].as_object().unwrap() {
        assert_eq!(value, &activity[name], "{name}");
    }
    let samples = detail["samples"].as_array().unwrap();
    let last = samples.last().unwrap();
    assert_eq!(last["timerDurationInSeconds"], activity["durationInSeconds"]);
    assert_eq!(last.get("totalDistanceInMeters"), activity.get("distanceInMeters"));
    let highest = samples.iter().filter_map(|sample| sample["heartRate"].as_f64()).fold(0.0, f64::max);
    assert_eq!(activity["maxHeartRateInBeatsPerMinute"], highest);
    assert_eq!(samples[0].get("latitudeInDegree"), activity.get("startingLatitudeInDegree"));
    let times: Vec<i64> = samples.iter().map(|sample| sample["startTimeInSeconds"].as_i64().unwrap()).collect();
    assert!(times.windows(2).all(|pair| pair[0] < pair[1]), "at most one sample a second");
}

#[tokio::test]
async fn a_night_adds_up() {
    let stage = Stage::open().await;
    stage.connect("shift worker").await;
    stage.control("POST", "/sandbox/users/shift_worker/generate", json!({ "days": 30 })).await;
    for night in stage.items("sleeps", 29).await {
        let sum = |stage: &str| -> i64 {
            let spans = night["sleepLevelsMap"][stage].as_array().unwrap();
            spans
                .iter()
                .map(|s| s["endTimeInSeconds"].as_i64().unwrap() - s["startTimeInSeconds"].as_i64().unwrap())
                .sum()
        };
        assert_eq!(night["deepSleepDurationInSeconds"], sum("deep"));
        assert_eq!(night["remSleepInSeconds"], sum("rem"));
        assert_eq!(night["durationInSeconds"], sum("deep") + sum("light") + sum("rem"));
        assert_eq!(night["startTimeOffsetInSeconds"], -21_600);
    }
}

#[tokio::test]
async fn an_activity_entered_by_hand_has_no_device_and_no_file() {
    let stage = Stage::open().await;
    stage.connect("Mira").await;
    stage.control("POST", "/sandbox/users/Mira/generate", json!({ "days": 60 })).await;
    let updated = stage.items("manuallyUpdatedActivities", 2).await;
    let by_hand = updated.iter().find(|activity| activity["deviceName"] == "unknown").unwrap();
    let flag = by_hand.get("manual").or(by_hand.get("Manual"));
    assert_eq!((flag, by_hand.get("isParent")), (Some(&json!(true)), None));
    let received = stage.received(|received| count_in(received, "activityFiles") > 10).await;
    assert!(items_in(&received, "activityFiles").iter().all(|file| file["activityId"] != by_hand["activityId"]));
}
