//! History: what is accepted, what is refused and why, and how it comes.

use crate::stage::{Stage, count_in, items_in};
use serde_json::{Value, json};
use std::time::Duration;

const DAY: i64 = 86_400;

#[tokio::test]
async fn each_refusal_has_its_status() {
    let stage = Stage::open().await;
    let access = stage.connect("Mira").await.access;
    let now = stage.clock.now().as_seconds();
    let ask = async |kind: &str, from: i64, to: i64| stage.backfill(kind, from, to, &access).await.0;
    assert_eq!(ask("dailies", now, now - 1).await, 400, "backwards");
    assert_eq!(ask("activities", now - 30 * DAY - 1, now).await, 400, "longer than 30 days");
    assert_eq!(ask("nothing", now - DAY, now).await, 404);
    assert_eq!(ask("activityFiles", now - DAY, now).await, 404, "files come with activities");
    assert_eq!(ask("dailies", (now - DAY) * 1000, now * 1000).await, 400, "milliseconds");
    let half = format!("/wellness-api/rest/backfill/dailies?summaryStartTimeInSeconds={now}");
    assert_eq!(stage.get(&half, &access).await.status(), 400);
    assert_eq!(stage.backfill("dailies", now - DAY, now, "unknown").await.0, 403);
    stage.control("PUT", "/sandbox/endpoints/sleeps", json!({ "enabled": false })).await;
    let (status, text) = stage.backfill("sleeps", now - DAY, now, &access).await;
    assert_eq!(status, 400);
    assert!(text.contains("not enabled for summary type"), "{text}");
    stage.control("PUT", "/sandbox/endpoints/activityDetails", json!({ "mode": "ping" })).await;
    assert_eq!(ask("activityDetails", now - DAY, now).await, 400, "details of the past are only pushed");
    let only = |list: Value| stage.control("PUT", "/sandbox/users/Mira/permissions", json!({ "permissions": list }));
    only(json!(["HISTORICAL_DATA_EXPORT", "ACTIVITY_EXPORT"])).await;
    assert_eq!(ask("dailies", now - DAY, now).await, 412);
    assert_eq!(ask("activities", now - DAY, now).await, 202, "other types go on");
    only(json!(["HEALTH_EXPORT"])).await;
    assert_eq!(ask("dailies", now - DAY, now).await, 403, "no history");
}

#[tokio::test]
async fn the_earliest_day_is_told_and_the_depth_is_a_setting() {
    let stage = Stage::set(|settings| settings.earliest_message = "not before {date}".to_owned()).await;
    let access = stage.connect("Mira").await.access;
    let now = stage.clock.now().as_seconds();
    let (status, text) = stage.backfill("dailies", now - 32 * DAY, now, &access).await;
    assert_eq!(status, 400);
    assert!(text.contains("not before 2026-04-19"), "{text}");
    assert_eq!(stage.backfill("dailies", now - 31 * DAY, now - 30 * DAY, &access).await.0, 202);
    stage.control("PUT", "/sandbox/settings", json!({ "history_depth_days": 365 })).await;
    let year = now - 365 * DAY;
    assert_eq!(stage.backfill("dailies", year, year + 5 * DAY, &access).await.0, 202);
    let received = stage.received(|received| count_in(received, "dailies") >= 5).await;
    assert!(items_in(&received, "dailies").iter().any(|daily| daily["startTimeInSeconds"].as_i64() < Some(year + DAY)));
    assert_eq!(stage.backfill("dailies", year - 1, year + 5 * DAY, &access).await.0, 400);
}

#[tokio::test]
async fn days_are_rationed_over_all_users_by_the_minute() {
    let stage = Stage::set(|settings| settings.backfill_days_per_minute = 100).await;
    let mira = stage.connect("Mira").await.access;
    let jonas = stage.connect("Jonas").await.access;
    let now = stage.clock.now().as_seconds();
    let month = now - 30 * DAY;
    for kind in ["activities", "dailies", "sleeps"] {
        assert_eq!(stage.backfill(kind, month, now, &mira).await.0, 202);
    }
    assert_eq!(stage.backfill("dailies", month, now, &jonas).await.0, 429);
    assert_eq!(stage.backfill("dailies", now - 10 * DAY, now, &jonas).await.0, 202, "ten days are left");
    assert_eq!(stage.backfill("sleeps", now - 1, now, &jonas).await.0, 429);
    stage.clock.advance(Duration::from_mins(1));
    assert_eq!(stage.backfill("sleeps", month, now, &jonas).await.0, 202);
}

#[tokio::test]
async fn history_comes_in_several_batches_and_can_be_fetched_after_pings() {
    let stage = Stage::open().await;
    let access = stage.connect("Mira").await.access;
    stage.control("PUT", "/sandbox/endpoints/dailies", json!({ "mode": "ping" })).await;
    let now = stage.clock.now().as_seconds();
    assert_eq!(stage.backfill("dailies", now - 30 * DAY, now - 10 * DAY, &access).await.0, 202);
    let pings = stage.items("dailies", 4).await;
    let mut days = Vec::new();
    for ping in &pings {
        let url = ping["callbackURL"].as_str().unwrap();
        let path = url.strip_prefix(&stage.base).unwrap();
        let pulled: Vec<Value> = stage.get(path, &access).await.json().await.unwrap();
        days.extend(pulled.iter().map(|daily| daily["calendarDate"].as_str().unwrap().to_owned()));
    }
    days.sort();
    assert_eq!(days.len(), 20);
    days.dedup();
    assert_eq!(days.len(), 20, "each day once");
}

#[tokio::test]
async fn a_range_that_was_asked_for_is_a_conflict_that_names_it() {
    let stage = Stage::open().await;
    let access = stage.connect("Mira").await.access;
    let now = stage.clock.now().as_seconds();
    assert_eq!(stage.backfill("sleeps", now - 20 * DAY, now - 10 * DAY, &access).await.0, 202);
    let (status, text) = stage.backfill("sleeps", now - 15 * DAY, now - 12 * DAY, &access).await;
    assert_eq!(status, 409);
    for part in ["2026-05-20T12:00:00Z", "2026-04-30T12:00:00Z", "2026-05-10T12:00:00Z"] {
        assert!(text.contains(part), "{text}");
    }
    assert_eq!(stage.backfill("sleeps", now - 15 * DAY, now - 9 * DAY, &access).await.0, 202, "not covered");
}
