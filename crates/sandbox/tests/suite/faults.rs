//! The menu of faults: each happens as often as asked, and nothing is lost by it.

use crate::stage::{Stage, count_in, items_in};
use serde_json::{Value, json};
use std::{collections::BTreeSet, time::Duration};

async fn week_with(fault: Value) -> Stage {
    let stage = Stage::open().await;
    stage.connect("Mira").await;
    stage.control("POST", "/sandbox/faults", fault).await;
    stage.control("POST", "/sandbox/users/Mira/generate", json!({ "days": 7 })).await;
    stage
}

async fn hits(stage: &Stage) -> u64 {
    stage.control("GET", "/sandbox/faults", json!(null)).await[0]["hits"].as_u64().unwrap()
}

#[tokio::test]
async fn a_duplicated_notification_comes_twice() {
    let stage = week_with(json!({ "on": "notifications", "fault": "duplicate", "type": "sleeps", "count": 1 })).await;
    let nights = stage.items("sleeps", 14).await;
    let ids: BTreeSet<&str> = nights.iter().map(|night| night["summaryId"].as_str().unwrap()).collect();
    assert_eq!((nights.len(), ids.len(), hits(&stage).await), (14, 7, 1));
}

#[tokio::test]
async fn cut_and_dropped_notifications_come_again_whole() {
    for fault in ["truncate", "drop"] {
        let stage = week_with(json!({ "on": "notifications", "fault": fault, "count": 2 })).await;
        let nights = stage.items("sleeps", 7).await;
        assert_eq!(nights.len(), 7);
        stage.items("dailies", 7).await;
        assert_eq!(hits(&stage).await, 2);
        assert_eq!(stage.unreadable() > 0, fault == "truncate", "a dropped body never arrives as one");
    }
}

#[tokio::test]
async fn a_delayed_body_is_overtaken_and_a_reordered_one_is_turned_round_too() {
    for (fault, turned) in [("delay", false), ("reorder", true)] {
        let starts = starts_with(fault).await;
        assert!(starts[0] > starts[6], "{fault}: the first body came last: {starts:?}");
        assert_eq!(starts[6] > starts[8], turned, "{fault}: {starts:?}");
    }
}

/// The starts of nine days of which the first three go out in one body with this fault.
async fn starts_with(fault: &str) -> Vec<i64> {
    let stage = Stage::set(|settings| settings.items_per_body = 3).await;
    stage.connect("Mira").await;
    stage.control("PUT", "/sandbox/endpoints/all", json!({ "enabled": false })).await;
    stage.control("PUT", "/sandbox/endpoints/dailies", json!({ "enabled": true })).await;
    let fault = json!({ "on": "notifications", "fault": fault, "seconds": 2, "type": "dailies", "count": 1 });
    stage.control("POST", "/sandbox/faults", fault).await;
    stage.control("POST", "/sandbox/users/Mira/generate", json!({ "days": 9 })).await;
    let received = stage.received(|received| count_in(received, "dailies") == 9).await;
    items_in(&received, "dailies").iter().map(|it| it["startTimeInSeconds"].as_i64().unwrap()).collect()
}

#[tokio::test]
async fn answers_break_without_losing_what_is_given_once() {
    let stage = Stage::open().await;
    let tokens = stage.connect("Mira").await;
    stage.control("POST", "/sandbox/users/Mira/generate", json!({ "days": 7 })).await;
    let file = stage.items("activityFiles", 1).await.remove(0);
    let url = file["callbackURL"].as_str().unwrap();
    for fault in ["truncate", "drop"] {
        stage.control("POST", "/sandbox/faults", json!({ "fault": fault, "count": 3 })).await;
        let path = "/wellness-api/rest/dailies";
        let answer = stage.http.get(stage.url(path)).bearer_auth(&tokens.access).send().await;
        let whole = match answer {
            Ok(answer) => answer.text().await.is_ok_and(|text| serde_json::from_str::<Value>(&text).is_ok()),
            Err(_) => false,
        };
        assert!(!whole, "{fault}");
        let file = stage.http.get(url).send().await;
        assert!(file.is_err() || !file.is_ok_and(|file| file.status().is_success()), "{fault}");
        let refresh = [
            ("grant_type", "refresh_token"),
            ("client_id", "partner"),
            ("client_secret", "secret"),
            ("refresh_token", tokens.refresh.as_str()),
        ];
        let token_url = stage.url("/di-oauth2-service/oauth/token");
        let answer = stage.http.post(token_url).form(&refresh).send().await;
        assert!(!answer.is_ok_and(|answer| answer.status().is_success()), "{fault}");
    }
    assert_eq!(stage.http.get(url).send().await.unwrap().status(), 200, "the file is still there");
}

#[tokio::test]
async fn a_token_expires_when_asked_and_the_refresh_token_still_works() {
    let stage = Stage::open().await;
    let tokens = stage.connect("Mira").await;
    stage.control("POST", "/sandbox/faults", json!({ "fault": "expire_token", "type": "sleeps" })).await;
    assert_eq!(stage.get("/wellness-api/rest/dailies", &tokens.access).await.status(), 200);
    assert_eq!(stage.get("/wellness-api/rest/sleeps", &tokens.access).await.status(), 401);
    assert_eq!(stage.get("/wellness-api/rest/dailies", &tokens.access).await.status(), 401);
    let refresh = [
        ("grant_type", "refresh_token"),
        ("client_id", "partner"),
        ("client_secret", "secret"),
        ("refresh_token", tokens.refresh.as_str()),
    ];
    assert_eq!(stage.token_request(&refresh).await.status(), 200);
}

#[tokio::test]
async fn the_clock_is_wrong_until_the_fault_is_taken_back() {
    let stage = Stage::open().await;
    let now = async || stage.control("GET", "/sandbox/state", json!(null)).await["now"].clone();
    stage.control("POST", "/sandbox/faults", json!({ "fault": "clock_skew", "seconds": -120 })).await;
    assert_eq!(now().await, "2026-05-20T11:58:00Z");
    let id = stage.control("GET", "/sandbox/faults", json!(null)).await[0]["id"].clone();
    stage.control("DELETE", &format!("/sandbox/faults/{id}"), json!(null)).await;
    assert_eq!(now().await, "2026-05-20T12:00:00Z");
    assert_eq!(stage.try_control("DELETE", "/sandbox/faults/99", json!(null)).await.0, 404);
}

#[tokio::test]
async fn a_slow_answer_is_slow_and_right() {
    let stage = Stage::open().await;
    let access = stage.connect("Mira").await.access;
    stage.control("POST", "/sandbox/faults", json!({ "fault": "delay", "seconds": 0.05 })).await;
    let started = tokio::time::Instant::now();
    assert_eq!(stage.get("/wellness-api/rest/user/id", &access).await.status(), 200);
    assert!(started.elapsed() >= Duration::from_millis(50));
    let (status, refused) = stage.try_control("POST", "/sandbox/faults", json!({ "fault": "duplicate" })).await;
    assert_eq!(status, 400);
    assert!(refused["errorMessage"].as_str().unwrap().contains("side"));
    assert_eq!(stage.try_control("POST", "/sandbox/faults", json!({ "fault": "typo" })).await.0, 400);
}
