//! Workouts that repeat one another: wholes and their parts, two devices on one effort, and what counts.

use crate::world::World;
use model::UserId;
use serde_json::{Value, json};

/// 2026-11-20, 08:00 UTC.
const START: i64 = 1_795_161_600;
const SPAN: &str = "start_date=2026-11-01&end_date=2026-11-30";

fn activity(id: u32, minutes: (i64, i64), kind: &str, more: &Value) -> Value {
    let mut activity = json!({
        "userId": "account",
        "summaryId": id.to_string(),
        "activityId": id,
        "activityType": kind,
        "startTimeInSeconds": START + minutes.0 * 60,
        "durationInSeconds": (minutes.1 - minutes.0) * 60,
        "deviceName": "Forerunner 965",
    });
    activity.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    activity
}

fn whole() -> Value {
    activity(1, (0, 180), "MULTI_SPORT", &json!({"isParent": true}))
}

fn parts() -> Vec<Value> {
    let part = |id, minutes, kind| activity(id, minutes, kind, &json!({"parentSummaryId": "1"}));
    vec![part(2, (0, 30), "OPEN_WATER_SWIMMING"), part(3, (30, 120), "CYCLING"), part(4, (120, 180), "RUNNING")]
}

struct Seen {
    world: World,
    user: UserId,
}

impl Seen {
    async fn new() -> Self {
        let world = World::new().await;
        let user = world.person("account").await;
        Self { world, user }
    }

    async fn push(&self, activities: &[Value]) {
        self.world.push(&json!({"activities": activities})).await;
    }

    async fn list(&self, query: &str) -> Value {
        let path = format!("/api/v1/users/{}/events/workouts?{SPAN}{query}", self.user);
        self.world.get_owned(path).await.expect(200)
    }

    /// The types of what counts, earliest first.
    async fn counting(&self) -> Vec<String> {
        let page = self.list("&totals_only=true").await;
        assert_eq!(page["pagination"]["total_count"], page["metadata"]["sample_count"], "all on one page");
        let mut types: Vec<String> = page["data"]
            .as_array()
            .unwrap()
            .iter()
            .map(|workout| workout["type"].as_str().unwrap().to_owned())
            .collect();
        types.reverse();
        types
    }
}

#[tokio::test]
async fn a_whole_counts_until_a_part_of_it_is_known_and_parts_always_count() {
    let seen = Seen::new().await;
    seen.push(&[whole()]).await;
    assert_eq!(seen.counting().await, ["multisport"]);
    seen.push(&parts()).await;
    assert_eq!(seen.counting().await, ["open_water_swimming", "cycling", "running"]);

    let before = Seen::new().await;
    before.push(&parts()).await;
    assert_eq!(before.counting().await, ["open_water_swimming", "cycling", "running"]);
    before.push(&[whole()]).await;
    assert_eq!(before.counting().await, ["open_water_swimming", "cycling", "running"]);
    assert_eq!(before.list("").await["pagination"]["total_count"], 4);
}

#[tokio::test]
async fn wholes_and_parts_name_each_other_in_list_and_detail() {
    let seen = Seen::new().await;
    seen.push(&[parts(), vec![whole()]].concat()).await;
    let page = seen.list("").await;
    let find = |kind: &str| page["data"].as_array().unwrap().iter().find(|workout| workout["type"] == kind).unwrap();
    let children: Vec<&Value> =
        ["open_water_swimming", "cycling", "running"].into_iter().map(|kind| &find(kind)["id"]).collect();
    let race = find("multisport");
    assert_eq!((&race["is_parent"], &race["parent_id"]), (&json!(true), &Value::Null));
    assert_eq!(race["child_ids"], json!(children));
    assert_eq!((&race["counts_towards_totals"], &race["same_effort_ids"]), (&json!(false), &json!([])));
    let ride = find("cycling");
    assert_eq!((&ride["parent_id"], &ride["is_parent"], &ride["child_ids"]), (&race["id"], &json!(false), &json!([])));
    for listed in [race, ride] {
        let path = format!("/api/v1/users/{}/events/workouts/{}", seen.user, listed["id"].as_str().unwrap());
        let full = seen.world.get_owned(path).await.expect(200);
        for field in ["is_parent", "parent_id", "child_ids", "same_effort_ids", "counts_towards_totals"] {
            assert_eq!(full[field], listed[field], "{field}");
        }
    }
    // the whole lies on another page, and by itself the part still knows it
    let only = seen.list("&record_type=cycling").await;
    assert_eq!(only["data"][0]["parent_id"], race["id"]);
}

#[tokio::test]
async fn two_watches_on_one_run_stay_two_workouts_of_one_effort_and_count_once() {
    let seen = Seen::new().await;
    let other_watch = json!({"deviceName": "vivosmart 5"});
    seen.push(&[
        activity(1, (0, 60), "RUNNING", &json!({})),
        activity(2, (2, 61), "WALKING", &other_watch),
        activity(3, (300, 330), "RUNNING", &other_watch),
    ])
    .await;
    let page = seen.list("").await;
    let [alone, second, first] = page["data"].as_array().unwrap().as_slice() else { panic!("{page}") };
    assert_eq!(
        (&first["same_effort_ids"], &second["same_effort_ids"]),
        (&json!([second["id"]]), &json!([first["id"]]))
    );
    assert_eq!(alone["same_effort_ids"], json!([]));
    assert_eq!((&first["counts_towards_totals"], &second["counts_towards_totals"]), (&json!(true), &json!(false)));
    assert_eq!(seen.counting().await, ["running", "running"]);
    let path = format!("/api/v1/users/{}/events/workouts/{}", seen.user, second["id"].as_str().unwrap());
    seen.world.with_key("DELETE", &path, None).await.expect(204);
    assert_eq!(seen.list("").await["data"][1]["same_effort_ids"], json!([]), "a deleted record is none");
    seen.world
        .get_owned(format!("/api/v1/users/{}/events/workouts?{SPAN}&totals_only=perhaps", seen.user))
        .await
        .expect(400);
}
