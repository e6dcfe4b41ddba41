//! One workout of two services: recognised, linked without losing either, told which is the first and why.

use crate::{phones::synced, world::World};
use model::{Timestamp, UserId};
use serde_json::{Value, json};

/// 2026-11-20, 08:00 UTC.
const START: i64 = 1_795_161_600;
const SPAN: &str = "start_date=2026-11-01&end_date=2026-11-30";

/// A recording: when it began and how long it lasted (minutes after eight), what, how far, and how the heart beat in
/// each of its seconds.
struct Recording {
    minutes: (i64, i64),
    kind: &'static str,
    distance_m: Option<f64>,
    heart: Option<fn(i64) -> f64>,
}

/// Intervals of five minutes between 120 and 160.
fn intervals(second: i64) -> f64 {
    (140.0 + 20.0 * (second as f64 * std::f64::consts::TAU / 300.0).sin()).round()
}

/// Others, of seven minutes.
fn other_intervals(second: i64) -> f64 {
    (140.0 + 20.0 * (second as f64 * std::f64::consts::TAU / 420.0).sin()).round()
}

fn run(minutes: (i64, i64)) -> Recording {
    Recording { minutes, kind: "RUNNING", distance_m: Some(10_020.0), heart: None }
}

impl Recording {
    fn seconds(&self) -> impl Iterator<Item = i64> {
        (0..(self.minutes.1 - self.minutes.0) * 60).step_by(5)
    }

    fn start(&self) -> i64 {
        START + self.minutes.0 * 60
    }

    fn garmin(&self, id: u32) -> Value {
        let mut summary = json!({
            "userId": "account", "summaryId": id.to_string(), "activityId": id, "activityType": self.kind,
            "startTimeInSeconds": self.start(), "durationInSeconds": (self.minutes.1 - self.minutes.0) * 60,
            "deviceName": "Forerunner 965",
        });
        if let Some(distance) = self.distance_m {
            summary["distanceInMeters"] = json!(distance);
        }
        let Some(heart) = self.heart else { return json!({"activities": [summary]}) };
        let sample = |second| json!({"startTimeInSeconds": self.start() + second, "heartRate": heart(second)});
        let mut details = summary.clone();
        details["summaryId"] = json!(format!("{id}-detail"));
        details["summary"] = summary.clone();
        details["samples"] = self.seconds().map(sample).collect();
        json!({"activities": [summary], "activityDetails": [details]})
    }

    /// As a running service's app on the phone tells it.
    fn phone(&self, id: u32) -> Value {
        let at = |seconds: i64| Timestamp::from_seconds(START + seconds).to_string();
        let beat = |heart: fn(i64) -> f64, second: i64| {
            let timestamp = at(self.minutes.0 * 60 + second);
            json!({"timestamp": timestamp, "type": "heartRate", "value": heart(second), "unit": "bpm"})
        };
        let distance = self.distance_m.map(|metres| json!({"type": "distance", "value": metres, "unit": "m"}));
        json!({"workouts": [{
            "id": id.to_string(), "type": self.kind.to_lowercase(), "startDate": at(self.minutes.0 * 60),
            "endDate": at(self.minutes.1 * 60), "zoneOffset": "+01:00",
            "values": distance.into_iter().collect::<Vec<_>>(),
            "samples": self.heart.map(|heart| self.seconds().map(|second| beat(heart, second)).collect::<Vec<_>>()),
            "source": {"appId": "com.example.runs", "name": "Runs", "deviceModel": "iPhone17,1", "deviceType": "phone"},
        }]})
    }
}

struct Person {
    world: World,
    user: UserId,
}

impl Person {
    async fn new() -> Self {
        let world = World::new().await;
        let user = world.person("account").await;
        Self { world, user }
    }

    async fn watch(&self, id: u32, recording: &Recording) {
        self.world.push(&recording.garmin(id)).await;
    }

    async fn phone(&self, id: u32, recording: &Recording) {
        synced(&self.world, self.user, "apple", recording.phone(id)).await;
    }

    async fn page(&self, query: &str) -> Value {
        let path = format!("/api/v1/users/{}/events/workouts?{SPAN}{query}", self.user);
        self.world.get_owned(path).await.expect(200)
    }

    async fn list(&self, query: &str) -> Vec<Value> {
        self.page(query).await["data"].as_array().unwrap().clone()
    }

    /// The workout that a provider told of, and that another did.
    async fn pair(&self, query: &str) -> [Value; 2] {
        let all = self.list(query).await;
        assert_eq!(all.len(), 2);
        ["garmin", "apple"].map(|name| all.iter().find(|it| it["source"]["provider"] == name).unwrap().clone())
    }

    async fn outcome(&self) -> (String, Value) {
        let [watch, phone] = self.pair("&explain=true").await;
        let compared = &watch["explain"]["compared"];
        let Some(found) = compared.get(0) else { return ("none".to_owned(), Value::Null) };
        assert_eq!(found["workout_id"], phone["id"]);
        let linked = found["outcome"] == "duplicate";
        assert_eq!(watch["duplicate_ids"], if linked { json!([phone["id"]]) } else { json!([]) });
        (found["outcome"].as_str().unwrap().to_owned(), found["decided_by"].clone())
    }
}

#[tokio::test]
async fn a_run_of_two_services_is_linked_and_neither_is_lost() {
    let person = Person::new().await;
    person.watch(1, &run((0, 70))).await;
    person.phone(2, &Recording { distance_m: Some(9_980.0), ..run((1, 69)) }).await;
    let [watch, phone] = person.pair("").await;
    // as is usual apple goes before garmin
    assert_eq!((&watch["duplicate_of"], &phone["duplicate_of"]), (&phone["id"], &Value::Null));
    assert_eq!((&watch["duplicate_ids"], &phone["duplicate_ids"]), (&json!([phone["id"]]), &json!([watch["id"]])));
    assert_eq!((&watch["counts_towards_totals"], &phone["counts_towards_totals"]), (&json!(false), &json!(true)));
    assert_eq!(watch.get("explain"), None, "only if it was asked");
    assert_eq!(person.list("&duplicates=hide").await.iter().map(|it| &it["id"]).collect::<Vec<_>>(), [&phone["id"]]);
    assert_eq!(person.list("&duplicates=show").await.len(), 2);
    // each is there with all that it says
    for (shown, distance) in [(&watch, 10_020.0), (&phone, 9_980.0)] {
        let path = format!("/api/v1/users/{}/events/workouts/{}", person.user, shown["id"].as_str().unwrap());
        let full = person.world.get(&path).await.expect(200);
        assert_eq!(full["detail"]["distance_m"], distance);
        assert_eq!((&full["duplicate_of"], &full["duplicate_ids"]), (&shown["duplicate_of"], &shown["duplicate_ids"]));
        assert_eq!(full.get("explain"), None);
    }
    // a priority that is changed holds at once
    let path = format!("/api/v1/users/{}/priorities", person.user);
    let own = json!({"priorities": [{"provider": "garmin", "priority": 1}, {"provider": "apple", "priority": 2}]});
    person.world.with_key("PUT", &path, Some(own)).await.expect(200);
    let [watch, phone] = person.pair("").await;
    assert_eq!((&watch["duplicate_of"], &phone["duplicate_of"]), (&Value::Null, &watch["id"]));
    // and the first that is deleted leaves the other to be it
    let path = format!("/api/v1/users/{}/events/workouts/{}", person.user, watch["id"].as_str().unwrap());
    person.world.with_key("DELETE", &path, None).await.expect(204);
    let left = person.list("&duplicates=hide").await;
    assert_eq!((&left[0]["id"], &left[0]["duplicate_ids"]), (&phone["id"], &json!([])));
}

#[tokio::test]
async fn why_two_workouts_are_one_is_told_in_list_and_detail() {
    let person = Person::new().await;
    person.watch(1, &Recording { heart: Some(intervals), ..run((0, 60)) }).await;
    person.phone(2, &Recording { distance_m: Some(9_519.0), heart: Some(intervals), ..run((0, 60)) }).await;
    let [watch, phone] = person.pair("&explain=true").await;
    let why = &watch["explain"];
    assert_eq!(why["rule"], "provider priority 2");
    assert!(why["place"].as_i64().unwrap() > phone["explain"]["place"].as_i64().unwrap());
    let found = &why["compared"][0];
    assert_eq!(
        (&found["workout_id"], &found["outcome"], &found["decided_by"]),
        (&phone["id"], &json!("duplicate"), &json!("time"))
    );
    assert_eq!(found["source"]["provider"], "apple");
    assert_eq!(found["heart_rate"]["mean_difference_bpm"], 0.0);
    let told: Vec<(&str, f64)> = found["criteria"]
        .as_array()
        .unwrap()
        .iter()
        .map(|it| (it["criterion"].as_str().unwrap(), it["measured"].as_f64().unwrap()))
        .collect();
    assert_eq!(
        told,
        [("start", 0.0), ("overlap", 1.0), ("duration", 1.0), ("distance", 0.95), ("type", 1.0), ("heart_rate", 1.0)]
    );
    assert_eq!(found["score"], 0.9917);
    assert_eq!(phone["explain"]["rule"], "provider priority 1");
    let path = format!("/api/v1/users/{}/events/workouts/{}", person.user, watch["id"].as_str().unwrap());
    let full = person.world.get(&format!("{path}?explain=true")).await.expect(200);
    assert_eq!(full["explain"], *why);
    for wrong in ["explain=perhaps", "duplicates=keep"] {
        let path = format!("/api/v1/users/{}/events/workouts?{SPAN}&{wrong}", person.user);
        person.world.get(&path).await.expect(400);
    }
}

#[tokio::test]
async fn where_time_leaves_it_open_the_heart_decides() {
    let by_heart = ("duplicate".to_owned(), json!("heart_rate"));
    let apart = ("apart".to_owned(), Value::Null);
    let heart = |beat: fn(i64) -> f64, recording: Recording| Recording { heart: Some(beat), ..recording };
    let other_type = |recording: Recording| Recording { kind: "CYCLING", ..recording };
    for (name, watch, phone, expected) in [
        ("an hour's shift", run((0, 60)), run((60, 120)), apart.clone()),
        ("with one heart", heart(intervals, run((0, 60))), heart(intervals, run((60, 120))), by_heart.clone()),
        ("with two", heart(intervals, run((0, 60))), heart(other_intervals, run((60, 120))), apart.clone()),
        ("another word for it", run((0, 60)), other_type(run((0, 60))), apart.clone()),
        ("of one heart", heart(intervals, run((0, 60))), heart(intervals, other_type(run((0, 60)))), by_heart),
        ("of two", heart(intervals, run((0, 60))), heart(other_intervals, other_type(run((0, 60)))), apart),
        ("half in half", run((0, 60)), run((31, 91)), ("none".to_owned(), Value::Null)),
        ("back to back", run((0, 30)), run((31, 61)), ("none".to_owned(), Value::Null)),
    ] {
        let person = Person::new().await;
        person.watch(1, &watch).await;
        person.phone(2, &phone).await;
        assert_eq!(person.outcome().await, expected, "{name}");
        // what is linked is so without asking why, too, and counts once
        let counting = person.list("&totals_only=true").await.len();
        assert_eq!(counting, if expected.0 == "duplicate" { 1 } else { 2 }, "{name}");
    }
}

/// What the phone measured beside any workout.
fn measured(minutes: (i64, i64), heart: fn(i64) -> f64) -> Value {
    let record = |second: i64| {
        let at = Timestamp::from_seconds(START + minutes.0 * 60 + second).to_string();
        json!({"id": format!("beat-{at}"), "type": "HKQuantityTypeIdentifierHeartRate", "startDate": at, "endDate": at,
               "value": heart(second), "unit": "count/min",
               "source": {"appId": "com.apple.health", "deviceModel": "Watch7,5", "deviceType": "watch"}})
    };
    let records: Vec<Value> = (0..(minutes.1 - minutes.0) * 60).step_by(10).map(record).collect();
    json!({"records": records})
}

#[tokio::test]
async fn a_heart_that_was_measured_beside_the_workout_decides_too_and_one_that_both_share_proves_nothing() {
    let person = Person::new().await;
    person.watch(1, &Recording { heart: Some(intervals), ..run((0, 60)) }).await;
    person.phone(2, &Recording { kind: "CYCLING", ..run((0, 60)) }).await;
    assert_eq!(person.outcome().await, ("apart".to_owned(), Value::Null));
    // an hour on either side is of something else
    for (minutes, heart) in
        [((-60, 0), other_intervals as fn(i64) -> f64), ((0, 60), intervals), ((61, 120), other_intervals)]
    {
        synced(&person.world, person.user, "apple", measured(minutes, heart)).await;
    }
    assert_eq!(person.outcome().await, ("duplicate".to_owned(), json!("heart_rate")));

    let person = Person::new().await;
    let mut other_app = Recording { kind: "CYCLING", ..run((0, 60)) }.phone(3);
    other_app["workouts"][0]["source"]["appId"] = json!("com.example.rides");
    person.phone(2, &run((0, 60))).await;
    synced(&person.world, person.user, "apple", other_app).await;
    synced(&person.world, person.user, "apple", measured((0, 60), intervals)).await;
    for workout in person.list("&explain=true").await {
        let compared = &workout["explain"]["compared"][0];
        assert_eq!((&compared["outcome"], &compared["heart_rate"]), (&json!("apart"), &Value::Null));
    }
}

#[tokio::test]
async fn what_came_twice_late_or_broken_changes_no_link() {
    let person = Person::new().await;
    let (watch, phone) = (run((0, 60)), run((0, 61)));
    person.phone(2, &phone).await;
    person.phone(2, &phone).await;
    let mut broken = run((5, 55)).phone(3);
    broken["workouts"][0]["endDate"] = json!(null);
    synced(&person.world, person.user, "apple", broken).await;
    person.watch(1, &watch).await;
    person.watch(1, &watch).await;
    let all = person.list("").await;
    let linked: Vec<&Value> = all.iter().filter(|it| it["duplicate_ids"] != json!([])).collect();
    assert_eq!(linked.len(), 2, "{all:?}");
    // what was corrected at the watch's maker was at another time
    person.watch(1, &run((200, 260))).await;
    let all = person.list("").await;
    assert!(all.iter().all(|it| it["duplicate_of"] == Value::Null && it["duplicate_ids"] == json!([])), "{all:?}");
}

#[tokio::test]
async fn pages_without_duplicates_are_full_and_lead_both_ways() {
    let person = Person::new().await;
    for day in 0..5 {
        let minutes = (-day * 1_440, -day * 1_440 + 60);
        let id = 10 + u32::try_from(day).unwrap();
        person.watch(id, &run(minutes)).await;
        person.phone(id, &run(minutes)).await;
    }
    let all: Vec<Value> = person.list("&duplicates=hide").await.iter().map(|it| it["id"].clone()).collect();
    assert_eq!((all.len(), person.list("").await.len()), (5, 10));
    let ids = |page: &Value| page["data"].as_array().unwrap().iter().map(|it| it["id"].clone()).collect::<Vec<_>>();
    let first = person.page("&duplicates=hide&limit=2").await;
    assert_eq!(ids(&first), all[..2]);
    assert_eq!((&first["pagination"]["has_more"], &first["pagination"]["total_count"]), (&json!(true), &Value::Null));
    let follow = async |cursor: &Value| {
        person.page(&format!("&duplicates=hide&limit=2&cursor={}", cursor.as_str().unwrap())).await
    };
    let second = follow(&first["pagination"]["next_cursor"]).await;
    assert_eq!(ids(&second), all[2..4]);
    let third = follow(&second["pagination"]["next_cursor"]).await;
    assert_eq!((ids(&third), &third["pagination"]["next_cursor"]), (all[4..].to_vec(), &Value::Null));
    let back = follow(&second["pagination"]["previous_cursor"]).await;
    assert_eq!((ids(&back), &back["pagination"]["previous_cursor"]), (all[..2].to_vec(), &Value::Null));
    let whole = person.page("&duplicates=hide").await;
    assert_eq!(whole["pagination"]["total_count"], 5);
}
