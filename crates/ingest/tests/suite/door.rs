//! The door: what is taken, what is not, and what stays behind.

use crate::{
    bodies::{activity, details},
    dump::events,
    world::World,
};
use bytes::Bytes;
use futures::stream;
use ingest::{AcceptError, IntakeLimits};
use serde_json::json;
use store::DeliveryKind;

const SMALL: IntakeLimits =
    IntakeLimits { body_bytes: 1024 * 1024, upload_bytes: 1024 * 1024, waiting: 2, free_bytes: 0 };

#[tokio::test]
async fn a_body_over_the_limit_is_refused_and_leaves_nothing() {
    let world = World::with_limits(SMALL).await;
    for size in [1024 * 1024 + 1, 4 * 1024 * 1024] {
        let refused = world.accept(world.incoming(DeliveryKind::Webhook), &vec![b' '; size]).await;
        assert!(matches!(refused, Err(AcceptError::TooLarge { limit: 1_048_576 })));
    }
    let tiny = World::with_limits(IntakeLimits { body_bytes: 10, ..SMALL }).await;
    assert!(matches!(
        tiny.accept(tiny.incoming(DeliveryKind::Webhook), b"{\"a\":[1,2]}").await,
        Err(AcceptError::TooLarge { limit: 10 })
    ));
    assert!(world.spooled().is_empty() && tiny.spooled().is_empty());
    assert_eq!(world.depths().await.deliveries_waiting + tiny.depths().await.deliveries_waiting, 0);
    // exactly the limit is fine
    assert!(world.accept(world.incoming(DeliveryKind::Webhook), &vec![b' '; 1024 * 1024]).await.is_ok());
}

#[tokio::test]
async fn a_body_that_breaks_off_is_not_kept() {
    let world = World::new().await;
    for chunks in [1, 3, 40] {
        let mut sent: Vec<Result<Bytes, &str>> = vec![Ok(Bytes::from(vec![b'x'; 30_000])); chunks];
        sent.push(Err("connection reset"));
        let refused = world.intake.accept(world.incoming(DeliveryKind::Webhook), stream::iter(sent)).await;
        assert!(matches!(refused, Err(AcceptError::Interrupted(text)) if text == "connection reset"));
    }
    assert!(world.spooled().is_empty());
    assert_eq!(world.depths().await.deliveries_waiting, 0);
}

#[tokio::test]
async fn a_sender_that_goes_away_leaves_nothing() {
    let world = World::new().await;
    let (sender, receiver) = tokio::sync::mpsc::channel::<Result<Bytes, std::io::Error>>(1);
    let body = stream::unfold(receiver, |mut receiver| async {
        let chunk = receiver.recv().await?;
        Some((chunk, receiver))
    });
    let (intake, incoming) = (world.intake.clone(), world.incoming(DeliveryKind::Webhook));
    let accepting = tokio::spawn(async move { intake.accept(incoming, Box::pin(body)).await });
    for _ in 0..30 {
        sender.send(Ok(Bytes::from(vec![b'x'; 30_000]))).await.unwrap();
    }
    accepting.abort();
    assert!(accepting.await.unwrap_err().is_cancelled());
    // the writing thread notices that nobody sends any more
    for _ in 0..500 {
        if world.spooled().is_empty() {
            return;
        }
        tokio::time::sleep(std::time::Duration::from_millis(10)).await;
    }
    panic!("{:?} stays", world.spooled());
}

#[tokio::test]
async fn small_bodies_lie_in_the_store_and_large_ones_in_the_spool() {
    let world = World::new().await;
    let user = world.person("a").await;
    let small = world.push(&json!({ "activities": [activity("a", 1, 5.0)] })).await;
    assert!(world.spooled().is_empty());
    // many empty chunks between are no end
    let large = serde_json::to_vec(&json!({ "activityDetails": [details("a", 1, 4000)] })).unwrap();
    let mut chunks: Vec<Result<Bytes, &str>> = Vec::new();
    for chunk in large.chunks(10_000) {
        chunks.extend([Ok(Bytes::copy_from_slice(chunk)), Ok(Bytes::new())]);
    }
    let accepted = world.intake.accept(world.incoming(DeliveryKind::Webhook), stream::iter(chunks)).await.unwrap();
    assert_eq!(accepted.size, large.len() as u64);
    assert_eq!(world.spooled(), [format!("d{}", accepted.receipt)]);
    assert!(accepted.receipt > small.receipt);
    world.work().await;
    assert!(world.spooled().is_empty());
    assert_eq!(events(&world, user).await.len(), 1);
}

#[tokio::test]
async fn receipts_rise_over_restarts_even_when_the_clock_went_back() {
    let world = World::new().await;
    let first = world.push_spacious(&json!({})).await.receipt;
    let world = world.reopened().await;
    world.clock.set(model::Timestamp::from_seconds(1_000_000));
    let second = world.push(&json!({ "activities": [activity("x", 1, 1.0)] })).await.receipt;
    world.work().await;
    let world = world.reopened().await;
    let third = world.push_spacious(&json!({})).await.receipt;
    assert!(first < second && second < third);
}

#[tokio::test]
async fn a_full_queue_asks_senders_to_come_back() {
    let world = World::with_limits(SMALL).await;
    for _ in 0..3 {
        world.push_spacious(&json!({})).await;
    }
    let workers = world.workers();
    workers.count_waiting().await.unwrap();
    assert!(matches!(world.intake.check_room(), Err(AcceptError::Busy { retry_after_s: 30 })));
    assert!(matches!(world.accept(world.incoming(DeliveryKind::Webhook), b"{}").await, Err(AcceptError::Busy { .. })));
    world.work().await;
    workers.count_waiting().await.unwrap();
    assert!(world.intake.check_room().is_ok());
    let full_disk = World::with_limits(IntakeLimits { free_bytes: u64::MAX, ..SMALL }).await;
    assert!(matches!(full_disk.intake.check_room(), Err(AcceptError::DiskLow { .. })));
}
