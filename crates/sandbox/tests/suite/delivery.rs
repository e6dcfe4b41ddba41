//! Notifications: who is told, in which order, how often.

use crate::stage::{Stage, count_in, items_in};
use serde_json::{Value, json};
use std::collections::BTreeSet;

fn starts(items: &[Value]) -> Vec<i64> {
    items.iter().map(|item| item["startTimeInSeconds"].as_i64().unwrap()).collect()
}

#[tokio::test]
async fn a_month_is_pushed_in_order_with_the_partners_id() {
    let stage = Stage::open().await;
    stage.connect("Mira").await;
    let report = stage.control("POST", "/sandbox/users/Mira/generate", json!({ "days": 30 })).await;
    let count = |kind: &str| usize::try_from(report["queued"][kind].as_u64().unwrap_or(0)).unwrap();
    assert_eq!(count("dailies"), 30);
    assert_eq!(count("sleeps"), 30);
    assert!(count("activities") >= 12);
    assert_eq!(count("activities"), count("activityDetails"));
    assert_eq!(count("activities"), count("activityFiles"));
    for kind in ["dailies", "sleeps", "activities", "activityDetails", "activityFiles"] {
        let items = stage.items(kind, count(kind)).await;
        assert_eq!(items.len(), count(kind), "{kind} came once");
        if kind != "activityDetails" && kind != "activityFiles" && kind != "sleeps" {
            assert!(starts(&items).is_sorted(), "{kind}");
        }
        assert!(items.iter().all(|item| item["userId"].as_str().is_some_and(|id| id.len() == 32)));
    }
    let received = stage.received(|_| true).await;
    assert!(received.iter().all(|one| one.client_id == "partner"));
    assert!(received.iter().any(|one| one.body.as_object().unwrap().len() > 1), "bodies mix types");
}

#[tokio::test]
async fn what_is_not_answered_with_200_is_sent_again_until_it_is() {
    let stage = Stage::with(5, vec![500, 204, 302]).await;
    stage.connect("Mira").await;
    let state = stage.control("GET", "/sandbox/state", json!(null)).await;
    for endpoint in state["endpoints"].as_array().unwrap().iter().filter(|endpoint| endpoint["type"] != "sleeps") {
        let kind = endpoint["type"].as_str().unwrap();
        stage.control("PUT", &format!("/sandbox/endpoints/{kind}"), json!({ "enabled": false })).await;
    }
    stage.control("POST", "/sandbox/users/Mira/generate", json!({ "days": 2 })).await;
    let received = stage.received(|received| received.len() >= 4).await;
    let bodies: Vec<&Value> = received.iter().map(|one| &one.body).collect();
    assert!(bodies.windows(2).all(|pair| pair[0] == pair[1]), "a retry says the same");
    let sleeps =
        |state: &Value| state["endpoints"].as_array().unwrap().iter().find(|e| e["type"] == "sleeps").cloned().unwrap();
    let mut seen = sleeps(&stage.control("GET", "/sandbox/state", json!(null)).await);
    while seen["pending"] != 0 || seen["sent"] == 0 {
        tokio::task::yield_now().await;
        seen = sleeps(&stage.control("GET", "/sandbox/state", json!(null)).await);
    }
    assert_eq!((&seen["sent"], &seen["failed"], &seen["retried"]), (&json!(2), &json!(3), &json!(3)));
}

#[tokio::test]
async fn a_ping_names_where_to_fetch_and_the_pull_has_the_same_summaries() {
    let stage = Stage::open().await;
    let tokens = stage.connect("Jonas").await;
    stage.control("PUT", "/sandbox/endpoints/sleeps", json!({ "mode": "ping" })).await;
    stage.control("POST", "/sandbox/users/Jonas/generate", json!({ "days": 5 })).await;
    let ping = stage.items("sleeps", 1).await.remove(0);
    let url = ping["callbackURL"].as_str().unwrap();
    let path = url.strip_prefix(&stage.base).expect("the callback leads to the sandbox");
    let pulled: Vec<Value> = stage.get(path, &tokens.access).await.json().await.unwrap();
    assert_eq!(pulled.len(), 5);
    assert!(pulled.iter().all(|night| night["validation"].is_string() && night.get("userId").is_none()));
    assert_eq!(stage.http.get(url).send().await.unwrap().status(), 401, "summaries need the token");
}

#[tokio::test]
async fn a_window_is_whole_in_seconds_and_at_most_a_day() {
    let stage = Stage::open().await;
    let access = stage.connect("Jonas").await.access;
    let status = async |query: &str| {
        let answer = stage.get(&format!("/wellness-api/rest/dailies{query}"), &access).await;
        let status = answer.status().as_u16();
        let body: Value = answer.json().await.unwrap();
        assert_eq!(status != 200, body["errorMessage"].is_string(), "{query}");
        status
    };
    assert_eq!(status("").await, 200);
    assert_eq!(status("?uploadStartTimeInSeconds=1779000000&uploadEndTimeInSeconds=1779086400").await, 200);
    assert_eq!(status("?uploadStartTimeInSeconds=1779000000&uploadEndTimeInSeconds=1779086401").await, 400);
    assert_eq!(status("?uploadStartTimeInSeconds=1779000000").await, 400);
    assert_eq!(status("?uploadStartTimeInSeconds=1779000000000&uploadEndTimeInSeconds=1779000001000").await, 400);
    assert_eq!(status("?uploadStartTimeInSeconds=x&uploadEndTimeInSeconds=y").await, 400);
}

#[tokio::test]
async fn nothing_is_sent_for_whoever_is_not_connected_or_does_not_permit_it() {
    let stage = Stage::open().await;
    let report = stage.control("POST", "/sandbox/users/runner/generate", json!({ "days": 3 })).await;
    assert_eq!(report, json!({ "connected": false, "queued": {} }));
    stage.connect("Mira").await;
    stage.control("PUT", "/sandbox/users/Mira/permissions", json!({ "permissions": ["ACTIVITY_EXPORT"] })).await;
    let change = stage.items("userPermissionsChange", 1).await.remove(0);
    assert_eq!(change["permissions"], json!(["ACTIVITY_EXPORT"]));
    let report = stage.control("POST", "/sandbox/users/Mira/generate", json!({ "days": 7 })).await;
    assert!(report["queued"].get("sleeps").is_none());
    assert!(report["queued"]["activities"].is_number());
}

#[tokio::test]
async fn a_day_grows_and_a_night_becomes_final() {
    let stage = Stage::open().await;
    stage.connect("Mira").await;
    stage.clock.set(model::Timestamp::parse_rfc3339("2026-05-20T07:00:00Z").unwrap());
    let sync = async || stage.control("POST", "/sandbox/users/Mira/sync", json!({})).await;
    sync().await;
    stage.clock.advance(std::time::Duration::from_hours(2));
    sync().await;
    sync().await;
    let received = stage.received(|r| count_in(r, "dailies") >= 3 && count_in(r, "sleeps") >= 3).await;
    let today: Vec<Value> =
        items_in(&received, "dailies").into_iter().filter(|d| d["calendarDate"] == "2026-05-20").collect();
    assert_eq!(today.iter().map(|d| d["durationInSeconds"].as_i64().unwrap()).collect::<Vec<_>>(), [28_800, 36_000]);
    assert_eq!(today[0]["summaryId"], today[1]["summaryId"]);
    let (early, late) = (&today[0]["timeOffsetHeartRateSamples"], &today[1]["timeOffsetHeartRateSamples"]);
    assert!(
        early.as_object().unwrap().iter().all(|(offset, beats)| late[offset] == *beats),
        "a running day is a prefix"
    );
    let nights: Vec<Value> =
        items_in(&received, "sleeps").into_iter().filter(|n| n["calendarDate"] == "2026-05-20").collect();
    assert_eq!(
        nights.iter().map(|n| n["validation"].as_str().unwrap()).collect::<Vec<_>>(),
        ["ENHANCED_TENTATIVE", "ENHANCED_FINAL"]
    );
    assert_eq!(nights[0]["summaryId"], nights[1]["summaryId"]);
}

#[tokio::test]
async fn a_held_type_waits_and_is_sent_when_released() {
    let stage = Stage::open().await;
    stage.connect("Mira").await;
    stage.control("PUT", "/sandbox/endpoints/sleeps", json!({ "on_hold": true })).await;
    stage.control("POST", "/sandbox/users/Mira/generate", json!({ "days": 3 })).await;
    let received = stage.received(|received| count_in(received, "dailies") == 3).await;
    assert!(items_in(&received, "sleeps").is_empty());
    stage.control("PUT", "/sandbox/endpoints/sleeps", json!({ "on_hold": false })).await;
    assert_eq!(stage.items("sleeps", 3).await.len(), 3);
}

#[tokio::test]
async fn history_is_accepted_once_and_comes_as_notifications() {
    let stage = Stage::open().await;
    let access = stage.connect("Mira").await.access;
    let end = stage.clock.now().as_seconds();
    let ask = async |kind: &str, from: i64| {
        let range = format!("summaryStartTimeInSeconds={from}&summaryEndTimeInSeconds={end}");
        let answer = stage.get(&format!("/wellness-api/rest/backfill/{kind}?{range}"), &access).await;
        (answer.status().as_u16(), answer.text().await.unwrap())
    };
    let month = end - 30 * 86_400;
    assert_eq!(ask("activities", month).await, (202, String::new()));
    let files = stage.items("activityFiles", 10).await;
    // What was typed in has no file, but every file has its activity.
    let ids = |items: &[Value]| items.iter().map(|item| item["activityId"].to_string()).collect::<BTreeSet<String>>();
    let of_files = ids(&files);
    let received = stage.received(|received| of_files.is_subset(&ids(&items_in(received, "activities")))).await;
    let activities = items_in(&received, "activities");
    assert!(starts(&activities).iter().all(|start| (month..=end).contains(start)));
    let (status, text) = ask("activities", month + 5).await;
    assert_eq!(status, 409);
    assert!(text.contains("errorMessage"));
    assert_eq!(ask("activities", month - 1).await.0, 400);
    assert_eq!(ask("sleeps", month).await.0, 202);
    assert!(stage.items("sleeps", 29).await.len() <= 31);
    stage.control("PUT", "/sandbox/users/Mira/permissions", json!({ "permissions": ["HEALTH_EXPORT"] })).await;
    assert_eq!(ask("dailies", month).await.0, 403);
}

#[tokio::test]
async fn a_connected_person_uploads_without_being_asked() {
    let stage = Stage::live().await;
    stage.connect("cyclist").await;
    let now = stage.clock.now().as_seconds();
    let just_ended = |ride: &Value| {
        let end = ride["startTimeInSeconds"].as_i64().unwrap() + ride["durationInSeconds"].as_i64().unwrap();
        ride["activityType"] == "ROAD_BIKING" && (now - 300..now).contains(&end)
    };
    stage.received(|received| items_in(received, "activities").iter().any(just_ended)).await;
    stage.received(|received| count_in(received, "dailies") > 0 && count_in(received, "sleeps") > 0).await;
}

#[tokio::test]
async fn an_unknown_address_is_a_404_with_a_message() {
    let stage = Stage::open().await;
    let answer = stage.http.get(stage.url("/wellness-api/nothing")).send().await.unwrap();
    assert_eq!(answer.status(), 404);
    assert!(answer.json::<Value>().await.unwrap()["errorMessage"].is_string());
}

#[tokio::test]
async fn faults_hit_the_calls_they_were_made_for_and_then_are_over() {
    let stage = Stage::open().await;
    let access = stage.connect("Mira").await.access;
    let fault = json!({ "status": 429, "count": 2, "path": "/wellness-api", "retry_after": 7 });
    stage.control("POST", "/sandbox/faults", fault).await;
    assert_eq!(stage.get("/partner-gateway/rest/user/id", &access).await.status(), 200);
    for _ in 0..2 {
        let answer = stage.get("/wellness-api/rest/user/id", &access).await;
        assert_eq!((answer.status().as_u16(), answer.headers()["retry-after"].to_str().unwrap()), (429, "7"));
    }
    assert_eq!(stage.get("/wellness-api/rest/user/id", &access).await.status(), 200);
}
