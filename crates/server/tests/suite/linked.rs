//! One run told by a watch's maker and by a phone, over HTTP on either engine: linked, explained, counted once, and
//! after a restart the same.

use crate::{
    account::{Person, Scene},
    database::Database,
    http,
    install::{text, wait_for},
};
use serde_json::{Value, json};

/// 2026-11-20, 08:00 UTC.
const START: i64 = 1_795_161_600;

fn at(second: i64) -> String {
    model::Timestamp::from_seconds(START + second).to_string()
}

/// Climbs and falls by 40 beats in five minutes.
fn beat(second: i64) -> i64 {
    120 + (second % 300 - 150).abs() * 40 / 150
}

/// Forty minutes of running.
fn watch(person: &Person) -> Value {
    let summary = json!({
        "userId": person.account, "summaryId": "1", "activityId": 1, "activityType": "RUNNING",
        "startTimeInSeconds": START, "durationInSeconds": 2_400, "distanceInMeters": 8_000.0,
        "deviceName": "Forerunner 965",
    });
    let sample = |second| json!({"startTimeInSeconds": START + second, "heartRate": beat(second)});
    let mut details = summary.clone();
    details["summaryId"] = json!("1-detail");
    details["samples"] = (0..2_400).map(sample).collect();
    details["summary"] = summary.clone();
    json!({"activities": [summary], "activityDetails": [details]})
}

/// The same by an app that believes it an hour later.
fn phone() -> Value {
    let hour = 3_600;
    let sample = |second: i64| json!({"timestamp": at(hour + second), "type": "heartRate", "value": beat(second), "unit": "bpm"});
    let source =
        json!({"appId": "com.example.runs", "name": "Runs", "deviceModel": "iPhone17,1", "deviceType": "phone"});
    json!({"provider": "apple", "sdkVersion": "1.2.0", "data": {"workouts": [{
        "id": "2", "type": "running", "startDate": at(hour), "endDate": at(hour + 2_400), "zoneOffset": "+01:00",
        "values": [{"type": "distance", "value": 8_003.0, "unit": "m"}], "source": source,
        "samples": (0..2_400).step_by(5).map(sample).collect::<Vec<_>>(),
    }]}})
}

fn send_by_phone(scene: &Scene, person: &Person) {
    let (team, token) = (&scene.team, scene.team.log_in());
    let given = team.as_developer("POST", &format!("/api/v1/users/{}/token", person.id), &token, b"");
    let bearer = format!("Bearer {}", text(&given, "access_token"));
    let headers = [("Authorization", &*bearer), ("Content-Type", "application/json")];
    let path = format!("/api/v1/sdk/users/{}/sync", person.id);
    let body = phone().to_string();
    let answer = http::send(scene.install.address, "POST", &path, &headers, body.as_bytes()).unwrap();
    assert_eq!(answer.status, 202, "{}", answer.text());
}

/// The workouts, that of the watch first, with why they are linked.
fn linked(scene: &Scene, person: &Person, query: &str) -> Vec<Value> {
    let span = "start_date=2026-11-01&end_date=2026-11-30";
    let mut found = scene.team.list(&format!("/api/v1/users/{}/events/workouts?{span}{query}", person.id));
    found.reverse();
    found
}

fn is_linked_and_explained(scene: &Scene) {
    let person = &scene.people[0];
    let server = scene.install.serve();
    assert_eq!(scene.push(watch(person).to_string().as_bytes()).unwrap(), 200);
    send_by_phone(scene, person);
    let found = wait_for("both workouts with their samples", || {
        let found = linked(scene, person, "&explain=true");
        let told = |it: &Value| it["explain"]["compared"][0]["heart_rate"].is_object();
        (found.len() == 2 && found.iter().all(told)).then_some(found)
    });
    let [watch, phone] = found.as_slice() else { panic!("{found:?}") };
    assert_eq!((&watch["duplicate_of"], &phone["duplicate_of"]), (&phone["id"], &Value::Null));
    let why = &watch["explain"]["compared"][0];
    assert_eq!((&why["outcome"], &why["decided_by"]), (&json!("duplicate"), &json!("heart_rate")));
    assert_eq!((&why["criteria"][0]["measured"], &why["criteria"][1]["measured"]), (&json!(3600.0), &json!(0.0)));
    for query in ["&totals_only=true", "&duplicates=hide"] {
        assert_eq!(linked(scene, person, query), [without_why(phone)], "{query}");
    }
    // what the team sets for one series is of samples, what it sets for all orders workouts too
    let token = scene.team.log_in();
    let put = |path: &str, one: Value| {
        let body = json!({"priorities": [one]}).to_string();
        scene.team.as_developer("PUT", path, &token, body.as_bytes())
    };
    let series = put("/api/v1/priorities/series", json!({"provider": "garmin", "series": "steps", "priority": 1}));
    assert_eq!(series["priorities"][0]["series"], "steps");
    assert_eq!(linked(scene, person, "&duplicates=hide"), [without_why(phone)]);
    put("/api/v1/priorities/providers", json!({"provider": "apple", "priority": 50}));
    let turned = linked(scene, person, "&explain=true");
    assert_eq!((&turned[0]["duplicate_of"], &turned[1]["duplicate_of"]), (&Value::Null, &turned[0]["id"]));
    server.terminate();
    assert!(server.wait().success());
    let server = scene.install.serve();
    assert_eq!(linked(scene, person, "&explain=true"), turned);
    server.terminate();
    assert!(server.wait().success());
}

fn without_why(workout: &Value) -> Value {
    let mut workout = workout.clone();
    workout.as_object_mut().unwrap().remove("explain");
    workout
}

#[test]
fn a_run_told_by_watch_and_phone_is_linked_by_its_heartbeats_on_either_engine() {
    is_linked_and_explained(&Scene::new(1));
    if let Some(database) = Database::create() {
        is_linked_and_explained(&Scene::with(1, |install| install.keep_in(database)));
    }
}
