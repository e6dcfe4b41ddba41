//! `/api/v1/users/{id}/sync`: runs, recent events, and the stream of them.

use crate::world::{KEY_HEADER, World, request};
use axum::body::BodyDataStream;
use futures::StreamExt as _;
use model::{ProviderName, RunId, Timestamp, UserId};
use serde_json::json;
use std::time::Duration;
use store::{Lane, SyncEvent};
use tower::ServiceExt as _;

fn event(world: &World, number: u128, status: &str) -> SyncEvent {
    SyncEvent {
        event_id: uuid::Uuid::from_u128(number),
        run_id: RunId::from_uuid(uuid::Uuid::from_u128(1_000 + number)),
        provider: ProviderName::from_static("garmin"),
        source: "webhook".to_owned(),
        stage: "completed".to_owned(),
        status: status.to_owned(),
        message: None,
        progress: Some(1.0),
        items_processed: Some(2),
        items_total: None,
        error: None,
        metadata: json!({}),
        started_at: None,
        ended_at: None,
        timestamp: world.clock.now(),
    }
}

async fn put(world: &World, user: UserId, number: u128, status: &str) {
    world.clock.advance(Duration::from_secs(1));
    let event = event(world, number, status);
    world.store.put_sync_events(world.a.team, user, vec![event], Vec::new()).await.unwrap();
}

/// Reads a stream until it has said something.
async fn until(body: &mut BodyDataStream, wanted: &str) -> String {
    let mut text = String::new();
    while !text.contains(wanted) {
        let chunk = tokio::time::timeout(Duration::from_secs(10), body.next()).await;
        let chunk = chunk.unwrap_or_else(|_| panic!("`{wanted}` did not come after: {text}"));
        text.push_str(&String::from_utf8_lossy(&chunk.expect("the stream goes on").unwrap()));
    }
    text
}

async fn open(world: &World, user: UserId, headers: &[(&str, &str)], query: &str) -> BodyDataStream {
    let mut all = vec![(KEY_HEADER, world.a.key.as_str())];
    all.extend(headers);
    let path = format!("/api/v1/users/{user}/sync/stream{query}");
    let response = world.router.clone().oneshot(request("GET", &path, &all, None)).await.unwrap();
    assert_eq!(response.status(), 200);
    assert_eq!(response.headers()["content-type"], "text/event-stream");
    response.into_body().into_data_stream()
}

#[tokio::test]
async fn runs_and_recent_events_are_listed_and_filtered() {
    let world = World::new().await;
    let user = world.user_of(world.a.team, "u").await;
    put(&world, user, 1, "success").await;
    put(&world, user, 2, "failed").await;
    let recent = world.get(&format!("/api/v1/users/{user}/sync/recent?limit=1")).await.expect(200);
    assert_eq!(recent[0]["event_id"], json!(uuid::Uuid::from_u128(2).to_string()));
    assert_eq!(recent.as_array().unwrap().len(), 1);
    assert_eq!(world.get(&format!("/api/v1/users/{user}/sync/runs")).await.expect(200).as_array().unwrap().len(), 2);
    let failed = world.get("/api/v1/sync/runs?status=failed&provider=garmin&source=webhook").await.expect(200);
    assert_eq!((failed.as_array().unwrap().len(), &failed[0]["status"]), (1, &json!("failed")));
    assert_eq!(world.get("/api/v1/sync/runs?status=cancelled").await.expect(200), json!([]));
    let unknown = world.get("/api/v1/sync/runs?status=exploded").await.expect(400);
    assert!(unknown["detail"].as_str().unwrap().starts_with("status: "), "{unknown}");
    world.get(&format!("/api/v1/users/{}/sync/recent", uuid::Uuid::nil())).await.expect(404);
    world.get(&format!("/api/v1/users/{user}/sync/recent?limit=201")).await.expect(400);
}

#[tokio::test]
async fn a_stream_looks_back_and_then_follows() {
    let world = World::new().await;
    let user = world.user_of(world.a.team, "u").await;
    put(&world, user, 1, "success").await;
    put(&world, user, 2, "success").await;
    let mut body = open(&world, user, &[], "?replay=1").await;
    let begin = until(&mut body, "data:").await;
    assert!(begin.starts_with(": connected"), "{begin}");
    assert!(begin.contains("event: sync.status") && begin.contains(&uuid::Uuid::from_u128(2).to_string()), "{begin}");
    assert!(!begin.contains(&uuid::Uuid::from_u128(1).to_string()), "{begin}");
    put(&world, user, 3, "failed").await;
    let live = until(&mut body, "data:").await;
    assert!(live.contains(&uuid::Uuid::from_u128(3).to_string()), "{live}");
    assert!(live.contains(&format!("id: {}:3", Lane::of_user(user).0)), "{live}");
}

#[tokio::test]
async fn a_client_that_was_away_goes_on_where_it_was() {
    let world = World::new().await;
    let user = world.user_of(world.a.team, "u").await;
    for number in 1..=4 {
        put(&world, user, number, "success").await;
    }
    let last = format!("{}:2", Lane::of_user(user).0);
    let mut body = open(&world, user, &[("last-event-id", &last)], "").await;
    let text = until(&mut body, &uuid::Uuid::from_u128(4).to_string()).await;
    assert!(text.contains(&uuid::Uuid::from_u128(3).to_string()), "{text}");
    assert!(!text.contains(&uuid::Uuid::from_u128(2).to_string()) && !text.contains("event: gap"), "{text}");
}

#[tokio::test]
async fn a_client_cut_off_while_looking_back_misses_nothing() {
    let world = World::new().await;
    let user = world.user_of(world.a.team, "u").await;
    for number in 1..=4 {
        put(&world, user, number, "success").await;
    }
    let lane = Lane::of_user(user).0;
    let mut body = open(&world, user, &[], "?replay=3").await;
    let text = until(&mut body, &uuid::Uuid::from_u128(4).to_string()).await;
    let ids: Vec<_> = text.lines().filter_map(|line| line.strip_prefix("id: ")).collect();
    assert_eq!(ids, [format!("{lane}:2"), format!("{lane}:3"), format!("{lane}:4")]);
    let mut body = open(&world, user, &[("last-event-id", ids[0])], "").await;
    let text = until(&mut body, &uuid::Uuid::from_u128(4).to_string()).await;
    assert!(text.contains(&uuid::Uuid::from_u128(3).to_string()), "{text}");
}

#[tokio::test]
async fn an_id_that_cannot_be_read_is_told_as_a_gap_before_looking_back() {
    let world = World::new().await;
    let user = world.user_of(world.a.team, "u").await;
    for number in 1..=3 {
        put(&world, user, number, "success").await;
    }
    let lane = Lane::of_user(user).0;
    for id in ["nonsense", "-1:2", "9999:1", "\u{e4}:1"] {
        let mut body = open(&world, user, &[("last-event-id", id)], "?replay=1").await;
        let text = until(&mut body, &uuid::Uuid::from_u128(3).to_string()).await;
        let ids: Vec<_> = text.lines().filter_map(|line| line.strip_prefix("id: ")).collect();
        assert!(text.contains("event: gap"), "{id}: {text}");
        assert_eq!(ids, [format!("{lane}:2"), format!("{lane}:3")], "{id}");
    }
}

#[tokio::test]
async fn what_is_too_long_ago_is_told_as_a_gap() {
    let world = World::new().await;
    let user = world.user_of(world.a.team, "u").await;
    for number in 1..=5 {
        put(&world, user, number, "success").await;
    }
    world.store.trim_changes(Timestamp::from_micros(world.clock.now().as_micros() - 500_000), 1_000).await.unwrap();
    let last = format!("{}:1", Lane::of_user(user).0);
    let mut body = open(&world, user, &[("last-event-id", &last)], "").await;
    let text = until(&mut body, &uuid::Uuid::from_u128(5).to_string()).await;
    assert!(text.contains("event: gap"), "{text}");
}

#[tokio::test]
async fn streams_are_counted_and_end_with_the_program() {
    let world = World::with_settings(|settings| settings.max_streams = 1).await;
    let user = world.user_of(world.a.team, "u").await;
    let mut body = open(&world, user, &[], "").await;
    until(&mut body, "connected").await;
    let refused = world.get(&format!("/api/v1/users/{user}/sync/stream")).await;
    assert_eq!(refused.headers["retry-after"], "10");
    refused.expect(503);
    world.shutdown.cancel();
    let end = tokio::time::timeout(Duration::from_secs(10), body.next()).await.expect("the stream ends");
    assert!(end.is_none());
    drop(body);
}
