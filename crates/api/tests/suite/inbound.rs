//! `/api/v1/providers/{provider}/webhooks`: who may send, and what is taken.

use crate::world::{KEY_HEADER, WEBHOOK_SECRET, World, request};
use axum::{
    body::{Body, Bytes},
    http::Request,
};
use futures::{StreamExt as _, stream};
use ingest::IntakeLimits;
use serde_json::json;
use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

#[tokio::test]
async fn the_secret_in_the_path_opens_the_door_and_anything_else_looks_like_no_path() {
    let world = World::new().await;
    let body = || Some(json!({"dailies": [{"userId": "nobody"}]}));
    let answer = world.send(request("POST", &world.hook(), &[], body())).await.expect(200);
    assert_eq!(answer, json!({"status": "accepted"}));
    let foreign = world.app_with(|app| app.provider = model::ProviderName::from_static("oura")).await;
    let app = world.app;
    for path in [
        format!("/api/v1/providers/garmin/webhooks/{app}/wrong"),
        format!("/api/v1/providers/garmin/webhooks/{}/{WEBHOOK_SECRET}", uuid::Uuid::nil()),
        format!("/api/v1/providers/garmin/webhooks/x/{WEBHOOK_SECRET}"),
        format!("/api/v1/providers/garmin/webhooks/{foreign}/{WEBHOOK_SECRET}"),
    ] {
        let answer = world.send(request("POST", &path, &[], body())).await.expect(404);
        assert_eq!(answer, json!({"detail": "Not Found"}), "{path}");
    }
    let unknown = format!("/api/v1/providers/nope/webhooks/{app}/{WEBHOOK_SECRET}");
    assert_eq!(
        world.send(request("POST", &unknown, &[], body())).await.expect(404)["detail"],
        "Unknown provider: 'nope'"
    );
    world.send(request("POST", "/api/v1/providers/file/webhooks", &[], body())).await.expect(501);
    assert_eq!(world.store.queue_depths().await.unwrap().parts_unmatched, 1);
}

/// A body that remembers whether anyone read it.
fn watched(path: &str, length: Option<u64>) -> (Request<Body>, Arc<AtomicBool>) {
    let read = Arc::new(AtomicBool::new(false));
    let seen = Arc::clone(&read);
    let chunks = stream::once(async move {
        seen.store(true, Ordering::SeqCst);
        Ok::<_, std::io::Error>(Bytes::from_static(b"{}"))
    });
    let mut builder = Request::builder().method("POST").uri(path);
    if let Some(length) = length {
        builder = builder.header("content-length", length);
    }
    (builder.body(Body::from_stream(chunks)).unwrap(), read)
}

#[tokio::test]
async fn nothing_is_read_from_strangers_or_beyond_the_limit() {
    let world = World::new().await;
    let stranger = format!("/api/v1/providers/garmin/webhooks/{}/wrong", world.app);
    for (path, length, status) in [(stranger, None, 404), (world.hook(), Some(u64::MAX / 2), 413)] {
        let (request, read) = watched(&path, length);
        world.send(request).await.expect(status);
        assert!(!read.load(Ordering::SeqCst), "{path}");
    }
    let (request, read) = watched(&world.hook(), None);
    world.send(request).await.expect(200);
    assert!(read.load(Ordering::SeqCst));
}

#[tokio::test]
async fn a_compressed_body_is_refused_before_it_is_read() {
    let world = World::new().await;
    let user = world.user_of(world.a.team, "u").await;
    for encoding in ["gzip", "br", "identity, zstd"] {
        for path in [world.hook(), format!("/api/v1/users/{user}/files")] {
            let (mut request, read) = watched(&path, None);
            request.headers_mut().insert("content-encoding", encoding.parse().unwrap());
            request.headers_mut().insert(KEY_HEADER, world.a.key.parse().unwrap());
            world.send(request).await.expect(415);
            assert!(!read.load(Ordering::SeqCst), "{path}");
        }
    }
    let plain = request("POST", &world.hook(), &[("content-encoding", "identity")], Some(json!({"dailies": []})));
    world.send(plain).await.expect(200);
}

#[tokio::test]
async fn a_small_body_that_is_no_object_is_refused() {
    let world = World::new().await;
    for body in ["{", "", "null", "[]", "\"x\"", "1", "{} {}", " [{}]"] {
        let length = body.len().to_string();
        let small = request("POST", &world.hook(), &[("content-length", &length)], Some(json!(body)));
        world.send(small).await.expect(400);
    }
    world.send(request("POST", &world.hook(), &[], None)).await.expect(400);
    world.send(request("POST", &world.hook(), &[], Some(json!(" {\"dailies\": [{}]}\n")))).await.expect(200);
    assert_eq!(world.store.queue_depths().await.unwrap().parts_unmatched, 1);
}

#[tokio::test]
async fn a_body_that_stops_halfway_is_not_waited_for() {
    let world = World::with_settings(|settings| settings.body_silence = Duration::from_millis(50)).await;
    let half = || {
        let begun = stream::iter([Ok::<_, std::io::Error>(Bytes::from_static(b"{"))]);
        Body::from_stream(begun.chain(stream::pending()))
    };
    for path in [world.hook(), "/api/v1/users".to_owned()] {
        let builder = Request::builder().method("POST").uri(&path).header(KEY_HEADER, &world.a.key);
        let answer = tokio::time::timeout(Duration::from_secs(10), world.send(builder.body(half()).unwrap())).await;
        answer.expect("an answer").expect(400);
    }
    assert_eq!(world.store.queue_depths().await.unwrap().deliveries_waiting, 0);
}

#[tokio::test]
async fn without_room_the_sender_is_told_when_to_come_back_before_the_body_is_read() {
    let limits = IntakeLimits { free_bytes: u64::MAX, ..IntakeLimits::default() };
    let world = World::with(|_| (), limits).await;
    let (request, read) = watched(&world.hook(), None);
    let answer = world.send(request).await;
    assert_eq!(answer.headers["retry-after"], "120");
    answer.expect(503);
    assert!(!read.load(Ordering::SeqCst));
    world.get("/health/ready").await.expect(503);
}

#[tokio::test]
async fn a_body_without_announced_length_is_cut_off_at_the_limit() {
    let world = World::with(|_| (), IntakeLimits { body_bytes: 1_000, ..IntakeLimits::default() }).await;
    let chunks = stream::iter((0..100).map(|_| Ok::<_, std::io::Error>(Bytes::from_static(&[b' '; 100]))));
    let request = Request::builder().method("POST").uri(world.hook()).body(Body::from_stream(chunks)).unwrap();
    world.send(request).await.expect(413);
    assert_eq!(world.store.queue_depths().await.unwrap().deliveries_waiting, 0);
}

#[tokio::test]
async fn the_bare_path_is_closed_unless_opened_and_then_the_client_id_counts() {
    for path in ["/api/v1/providers/garmin/webhooks", "/api/v1/garmin/webhooks/ping", "/api/v1/garmin/webhooks/push"] {
        let post = |world: World, id: &'static str| async move {
            world.send(request("POST", path, &[("garmin-client-id", id)], Some(json!({"dailies": []})))).await
        };
        post(World::new().await, "client-1").await.expect(404);
        let open = || World::with_settings(|settings| settings.compat_open_garmin_path = true);
        post(open().await, "client-1").await.expect(200);
        post(open().await, "client-2").await.expect(401);
        open().await.send(request("POST", path, &[], Some(json!({})))).await.expect(401);
    }
}
