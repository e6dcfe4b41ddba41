//! Tokens that nobody uses: renewed long before their refresh token lapses, until the provider says no.

use crate::{
    provider::TOKEN,
    world::{World, until},
};
use model::UserId;
use std::time::Duration;
use store::{ChangeBody, ChangePosition, ConnectionStatus, EndReason, Lane};

const DAY: u64 = 86_400;
/// As the manifest says, where the answer does not.
const LIFE_S: i64 = 7_775_998;

fn days(count: u64) -> Duration {
    Duration::from_secs(count * DAY)
}

#[tokio::test(flavor = "multi_thread")]
async fn idle_tokens_are_renewed_while_a_third_of_their_life_is_left_and_others_are_left_alone() {
    let world = World::new().await;
    let idle = world.connect(world.user).await;
    let ends = world.clock.now().plus_seconds(LIFE_S);
    assert_eq!(idle.standing.refresh_expires_at, Some(ends));
    let due = idle.standing.renew_at.unwrap();
    assert!(due > world.clock.now().plus_seconds(LIFE_S / 2) && due < ends.plus_seconds(-LIFE_S / 3), "{due:?}");

    world.clock.advance(days(48));
    let other = UserId::generate(&world.clock, &world.rng);
    world.add_user(other).await;
    world.connect(other).await;
    assert!(world.store.claim_idle_renewals(world.clock.now(), due, 10).await.unwrap().is_empty());
    world.clock.advance(days(11));
    let running = world.run_renewals();
    until(async || world.connection(world.user).await.refresh_token != idle.refresh_token).await;
    running.stop().await;

    let used: Vec<_> = world.provider.asked(TOKEN).iter().filter_map(|asked| asked.field("refresh_token")).collect();
    assert_eq!(used, ["refresh-1"]);
    let standing = world.connection(world.user).await.standing;
    assert_eq!(standing.refresh_expires_at, Some(world.clock.now().plus_seconds(LIFE_S)));
    assert!(standing.renew_at.unwrap() > world.clock.now().plus_seconds(LIFE_S / 2));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_answer_says_of_its_life_counts() {
    let world = World::new().await;
    let answer = r#"{"access_token": "a", "refresh_token": "r", "expires_in": 60, "refresh_token_expires_in": 1000}"#;
    world.provider.once(TOKEN, 200, answer);
    let standing = world.connect(world.user).await.standing;
    assert_eq!(standing.refresh_expires_at, Some(world.clock.now().plus_seconds(1000)));
    assert!(standing.renew_at.unwrap() < world.clock.now().plus_seconds(667));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refused_idle_renewal_ends_the_connection_and_tells() {
    let world = World::new().await;
    let connection = world.connect(world.user).await;
    world.provider.always(TOKEN, 400, r#"{"error": "invalid_grant"}"#);
    world.clock.advance(days(60));
    let running = world.run_renewals();
    until(async || world.connection(world.user).await.status != ConnectionStatus::Active).await;
    running.stop().await;
    let ended = world.connection(world.user).await;
    assert_eq!((ended.status, ended.standing.end_reason), (ConnectionStatus::Revoked, Some(EndReason::RefreshFailed)));
    assert_eq!((ended.refresh_token, ended.standing.refresh_expires_at, ended.standing.renew_at), (None, None, None));
    let start = ChangePosition { lane: Lane::of_user(world.user), position: 0 };
    let changes = world.store.read_changes(start, None, 100).await.unwrap();
    let told = |body: &ChangeBody| matches!(body, ChangeBody::Emission(it) if it.event_type == "connection.revoked");
    assert!(changes.iter().any(|change| told(&change.body)));
    assert_eq!(ended.id, connection.id);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_failed_idle_renewal_is_tried_again_later_and_after_a_restart() {
    let world = World::new().await;
    let connection = world.connect(world.user).await;
    world.provider.once(TOKEN, 503, "");
    world.clock.advance(days(60));
    let running = world.run_renewals();
    until(async || world.provider.asked(TOKEN).len() == 2).await;
    running.stop().await;
    let failed = world.connection(world.user).await;
    assert_eq!((failed.status, &failed.refresh_token), (ConnectionStatus::Active, &connection.refresh_token));
    assert_eq!(failed.standing.renew_at, Some(world.clock.now().plus_seconds(3600)));
    world.clock.advance(Duration::from_secs(3601));
    let running = world.run_renewals();
    until(async || world.connection(world.user).await.refresh_token != connection.refresh_token).await;
    running.stop().await;
    assert_eq!(world.provider.asked(TOKEN).len(), 3);
}
