//! What a receiver sees: signatures, retries, ids, order of patience.

use crate::{
    receiver::{Received, Receiver},
    world::World,
};
use model::RunId;
use seal::SignatureHeaders;
use std::time::Duration;

const TOLERANCE: Duration = Duration::from_secs(300);

fn verify(world: &World, received: &Received, family: &str) {
    let header = |name: &str| received.header(&format!("{family}-{name}")).to_owned();
    let (id, timestamp, signature) = (header("id"), header("timestamp"), header("signature"));
    let headers = SignatureHeaders { id: &id, timestamp: &timestamp, signature: &signature };
    world.secret.verify(headers, &received.body, world.clock.now(), TOLERANCE).unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_message_arrives_signed_under_both_families_of_names() {
    let (world, mut receiver) = (World::new().await, Receiver::start().await);
    let endpoint = world.add_endpoint(&receiver.url, |_| {}).await;
    let running = world.run();
    let connection = world.connect().await;
    let received = receiver.next().await;
    verify(&world, &received, "webhook");
    verify(&world, &received, "svix");
    assert_eq!(received.header("content-type"), "application/json");
    assert!(received.header("webhook-id").starts_with("msg_"));
    let body: serde_json::Value = serde_json::from_slice(&received.body).unwrap();
    let expected = serde_json::json!({"type": "connection.created", "data": {
        "user_id": world.user, "provider": "garmin", "connection_id": connection.id,
        "connected_at": "2025-11-21T08:00:00Z",
    }});
    assert_eq!(body, expected);
    running.stop().await;
    let attempts = world.attempts(&endpoint, 1).await;
    assert_eq!((attempts[0].status, attempts[0].number), (Some(204), 1));
    assert_eq!(world.store.queue_depths().await.unwrap().messages_waiting, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_failing_endpoint_gets_the_same_id_and_body_again_on_schedule() {
    let (world, mut receiver) = (World::new().await, Receiver::start().await);
    let endpoint = world.add_endpoint(&receiver.url, |_| {}).await;
    receiver.will_answer(500, None);
    receiver.will_answer(404, None);
    let run_id = RunId::generate(&world.clock, &world.rng);
    world.tell_run(run_id, "as it was first told", true).await;
    let running = world.run();
    let first = receiver.next().await;
    world.attempts(&endpoint, 1).await;
    world.advance(Duration::from_secs(4));
    world.tell_run(run_id, "as it is now", false).await;
    running.stop().await;
    assert!(receiver.is_quiet());
    let running = world.run();
    world.advance(Duration::from_secs(3));
    let second = receiver.next().await;
    world.attempts(&endpoint, 2).await;
    world.advance(Duration::from_mins(6));
    let third = receiver.next().await;
    for again in [&second, &third] {
        assert_eq!(again.body, first.body);
        assert_eq!(again.header("webhook-id"), first.header("webhook-id"));
        assert_ne!(again.header("webhook-timestamp"), first.header("webhook-timestamp"));
    }
    verify(&world, &third, "webhook");
    let attempts = world.attempts(&endpoint, 3).await;
    running.stop().await;
    let statuses: Vec<_> = attempts.iter().map(|attempt| (attempt.number, attempt.status)).collect();
    assert_eq!(statuses, [(3, Some(204)), (2, Some(404)), (1, Some(500))]);
    assert_eq!(world.store.queue_depths().await.unwrap().messages_waiting, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_tenth_failure_is_the_last_and_stays_visible() {
    let (world, mut receiver) = (World::new().await, Receiver::start().await);
    let endpoint = world.add_endpoint(&receiver.url, |_| {}).await;
    (1..=10).for_each(|_| receiver.will_answer(410, None));
    world.connect().await;
    let running = world.run();
    for number in 1..=10 {
        receiver.next().await;
        world.attempts(&endpoint, number).await;
        world.advance(Duration::from_hours(30));
    }
    running.stop().await;
    let depths = world.store.queue_depths().await.unwrap();
    assert_eq!((depths.messages_waiting, depths.messages_dead), (0, 1));
    assert!(world.store.find_endpoint(world.team, endpoint.id).await.unwrap().unwrap().enabled);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_endpoint_can_ask_for_more_patience() {
    let (world, mut receiver) = (World::new().await, Receiver::start().await);
    let endpoint = world.add_endpoint(&receiver.url, |_| {}).await;
    receiver.will_answer(429, Some(("retry-after", "3600")));
    world.connect().await;
    let running = world.run();
    receiver.next().await;
    world.attempts(&endpoint, 1).await;
    let due = world.store.next_message_at().await.unwrap().unwrap();
    assert_eq!(due, world.clock.now().plus_seconds(3600));
    running.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_slow_endpoint_holds_up_nobody_else() {
    let (mut world, mut slow, mut quick) = (World::new().await, Receiver::start().await, Receiver::start().await);
    world.settings.per_endpoint = 1;
    slow.close_gate().await;
    let slow_one = world.add_endpoint(&slow.url, |_| {}).await;
    let quick_one = world.add_endpoint(&quick.url, |_| {}).await;
    let running = world.run();
    let emission = deliver::test_emission("workout.created").unwrap();
    for _ in 0..5 {
        world.store.put_message(&slow_one, world.user, emission.clone(), world.clock.now()).await.unwrap();
    }
    slow.next().await;
    for _ in 0..3 {
        world.store.put_message(&quick_one, world.user, emission.clone(), world.clock.now()).await.unwrap();
        quick.next().await;
    }
    world.attempts(&quick_one, 3).await;
    assert!(slow.is_quiet(), "more at once than the endpoint's share");
    slow.gate.add_permits(100);
    for _ in 0..4 {
        slow.next().await;
    }
    world.attempts(&slow_one, 5).await;
    running.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn shutdown_waits_for_the_attempt_under_way() {
    let (world, mut receiver) = (World::new().await, Receiver::start().await);
    let endpoint = world.add_endpoint(&receiver.url, |_| {}).await;
    receiver.close_gate().await;
    world.connect().await;
    let running = world.run();
    receiver.next().await;
    let gate = std::sync::Arc::clone(&receiver.gate);
    let stopping = tokio::spawn(running.stop());
    gate.add_permits(10);
    stopping.await.unwrap();
    assert_eq!(world.attempts(&endpoint, 1).await[0].status, Some(204));
    assert_eq!(world.store.queue_depths().await.unwrap().messages_waiting, 0);
}
