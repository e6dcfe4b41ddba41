//! Tokens: renewed once, in time, durably; ended only when the provider says so.

use crate::{
    provider::TOKEN,
    world::{World, summaries, until},
};
use std::time::Duration;
use store::ConnectionStatus;

const DATA: &str = "/wellness-api/rest/activities";

#[tokio::test(flavor = "multi_thread")]
async fn many_calls_at_once_renew_an_ending_token_once() {
    let world = World::new().await;
    let connection = world.connect(world.user).await;
    world.provider.always(DATA, 200, "[]");
    world.clock.advance(Duration::from_secs(86_400 - 599)); // within the manifest's margin
    let running = world.run();
    for number in 0..12 {
        world.add_job(connection.id, summaries(world.provider.url(&format!("{DATA}?n={number}")))).await;
    }
    world.until_jobs(0, 0).await;
    running.stop().await;
    assert_eq!(world.provider.asked(TOKEN).len(), 2, "one exchange, one renewal");
    assert!(world.provider.asked(DATA).iter().all(|asked| asked.bearer().as_deref() == Some("access-2")));
    let renewed = world.connection(world.user).await;
    assert_eq!(renewed.token_expires_at, Some(world.clock.now().plus_seconds(86_400)));
    assert_ne!(renewed.refresh_token, connection.refresh_token);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_next_renewal_uses_the_rotated_refresh_token() {
    let world = World::new().await;
    let connection = world.connect(world.user).await;
    world.provider.always(DATA, 200, "[]");
    let running = world.run();
    for number in 0..2 {
        world.clock.advance(Duration::from_secs(90_000));
        world.add_job(connection.id, summaries(world.provider.url(&format!("{DATA}?n={number}")))).await;
        world.until_jobs(0, 0).await;
    }
    running.stop().await;
    let used: Vec<_> = world.provider.asked(TOKEN).iter().filter_map(|asked| asked.field("refresh_token")).collect();
    assert_eq!(used, ["refresh-1", "refresh-2"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn refused_refresh_marks_the_connection_revoked_and_tells() {
    let world = World::new().await;
    let connection = world.connect(world.user).await;
    world.provider.always(TOKEN, 400, r#"{"error": "invalid_grant"}"#);
    world.clock.advance(Duration::from_secs(90_000));
    let running = world.run();
    world.add_job(connection.id, summaries(world.provider.url(DATA))).await;
    world.until_jobs(0, 1).await;
    running.stop().await;
    let ended = world.connection(world.user).await;
    assert_eq!(ended.status, ConnectionStatus::Revoked);
    assert_eq!((ended.access_token, ended.refresh_token), (None, None));
    let events = world.store.list_sync_events(world.user, 10).await.unwrap();
    let messages: Vec<_> = events.iter().filter_map(|(_, event)| event.message.as_deref()).collect();
    assert!(messages.contains(&"garmin: the provider revoked the connection"), "{messages:?}");
    assert!(world.provider.asked(DATA).is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_endpoint_out_of_order_keeps_the_connection() {
    let world = World::new().await;
    let connection = world.connect(world.user).await;
    world.provider.always(DATA, 200, "[]");
    world.provider.once(TOKEN, 503, "");
    world.clock.advance(Duration::from_secs(90_000));
    let running = world.run();
    world.add_job(connection.id, summaries(world.provider.url(DATA))).await;
    until(async || world.provider.asked(TOKEN).len() == 2).await;
    running.stop().await;
    assert_eq!(world.connection(world.user).await.status, ConnectionStatus::Active);
    let running = world.run();
    world.advance(Duration::from_secs(7));
    world.until_jobs(0, 0).await;
    running.stop().await;
    assert_eq!(world.provider.asked(DATA)[0].bearer().as_deref(), Some("access-2"));
}

#[tokio::test(flavor = "multi_thread")]
async fn another_process_that_renews_is_waited_for() {
    let world = World::new().await;
    let connection = world.connect(world.user).await;
    world.provider.always(DATA, 200, "[]");
    world.clock.advance(Duration::from_secs(90_000));
    let (now, id) = (world.clock.now(), connection.id);
    assert!(world.store.claim_token_renewal(world.user, id, now, now.plus_seconds(60)).await.unwrap());
    let running = world.run();
    world.add_job(connection.id, summaries(world.provider.url(DATA))).await;
    world.until_jobs(1, 0).await;
    assert_eq!(world.provider.asked(TOKEN).len(), 1);
    world.clock.advance(Duration::from_secs(61)); // the other one died: its claim lapses
    world.until_jobs(0, 0).await;
    running.stop().await;
    assert_eq!(world.provider.asked(TOKEN).len(), 2);
}
