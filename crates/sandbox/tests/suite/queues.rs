//! Queues: who waits for whom, what a hold does, what is dropped.

use crate::stage::{Setup, Stage, count_in, items_in};
use serde_json::json;
use std::time::Duration;

#[tokio::test]
async fn one_whom_the_receiver_cannot_digest_stands_in_nobodys_way() {
    let stage = Stage::open().await;
    stage.connect("Mira").await;
    stage.connect("Jonas").await;
    let people = stage.control("GET", "/sandbox/state", json!(null)).await["people"].clone();
    let mira = people.as_array().unwrap().iter().find(|person| person["name"] == "Mira").unwrap()["id"].clone();
    stage.refuse(mira.as_str());
    stage.control("PUT", "/sandbox/endpoints/activityDetails", json!({ "enabled": false })).await;
    stage.control("PUT", "/sandbox/endpoints/all", json!({ "on_hold": true })).await;
    for name in ["Mira", "Jonas"] {
        stage.control("POST", &format!("/sandbox/users/{name}/generate"), json!({ "days": 10 })).await;
    }
    stage.control("PUT", "/sandbox/endpoints/all", json!({ "on_hold": false })).await;
    let jonas = |received: &[crate::stage::Received]| {
        items_in(received, "dailies").iter().filter(|daily| daily["userId"] != mira).count()
    };
    stage.received(|received| jonas(received) == 10).await;
    stage.refuse(None);
    let received = stage.received(|received| count_in(received, "dailies") == 20).await;
    let of_mira: Vec<i64> = items_in(&received, "dailies")
        .iter()
        .filter(|daily| daily["userId"] == mira)
        .map(|daily| daily["startTimeInSeconds"].as_i64().unwrap())
        .collect();
    assert!(of_mira.is_sorted(), "her own order is kept");
}

#[tokio::test]
async fn a_type_that_is_switched_off_drops_what_waits_and_what_failed() {
    let stage = Stage::open().await;
    stage.connect("Mira").await;
    stage.refuse(Some("dailies"));
    stage.control("POST", "/sandbox/users/Mira/generate", json!({ "days": 3 })).await;
    stage.endpoint_when("dailies", |it| it["failed"].as_u64() > Some(0)).await;
    stage.control("PUT", "/sandbox/endpoints/dailies", json!({ "enabled": false })).await;
    let off = stage.endpoint_when("dailies", |it| it["pending"] == 0).await;
    assert_eq!((&off["sent"], &off["dropped"]), (&json!(0), &json!(3)));
    stage.refuse(None);
    stage.control("PUT", "/sandbox/endpoints/dailies", json!({ "enabled": true })).await;
    stage.control("POST", "/sandbox/resend", json!({ "type": "dailies" })).await;
    assert_eq!(stage.items("dailies", 3).await.len(), 3, "nothing of before comes back");
}

#[tokio::test]
async fn a_hold_keeps_a_week_and_no_more() {
    let stage = Stage::open().await;
    stage.connect("Mira").await;
    stage.control("PUT", "/sandbox/endpoints/sleeps", json!({ "on_hold": true })).await;
    stage.control("POST", "/sandbox/users/Mira/generate", json!({ "days": 3 })).await;
    stage.clock.advance(Duration::from_hours(6 * 24));
    stage.control("POST", "/sandbox/resend", json!({ "type": "sleeps" })).await;
    assert_eq!(stage.endpoint("sleeps").await["pending"], 6);
    stage.clock.advance(Duration::from_hours(2 * 24));
    let held = stage.endpoint_when("sleeps", |it| it["pending"] == 3).await;
    assert_eq!(held["dropped"], 3);
    stage.control("PUT", "/sandbox/endpoints/sleeps", json!({ "on_hold": false })).await;
    assert_eq!(stage.items("sleeps", 3).await.len(), 3);
}

#[tokio::test]
async fn after_a_hold_each_type_comes_in_bodies_of_its_own() {
    let stage = Stage::open().await;
    stage.connect("Mira").await;
    stage.control("PUT", "/sandbox/endpoints/all", json!({ "on_hold": true })).await;
    stage.control("POST", "/sandbox/users/Mira/generate", json!({ "days": 10 })).await;
    stage.control("PUT", "/sandbox/endpoints/all", json!({ "on_hold": false })).await;
    let received =
        stage.received(|received| count_in(received, "dailies") == 10 && count_in(received, "sleeps") == 10).await;
    assert!(received.iter().all(|one| one.body.as_object().unwrap().len() == 1), "one after the other");
}

#[tokio::test]
async fn bodies_are_as_small_as_the_settings_say() {
    let mut setup = Setup::default();
    setup.settings.items_per_body = 2;
    let stage = Stage::set_up(setup).await;
    stage.connect("Mira").await;
    stage.control("POST", "/sandbox/users/Mira/generate", json!({ "days": 9 })).await;
    let received = stage.received(|received| count_in(received, "dailies") == 9).await;
    assert!(received.iter().all(|one| one.body["dailies"].as_array().is_none_or(|items| items.len() <= 2)));
}
