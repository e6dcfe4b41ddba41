//! Ending connections, and telling the provider only when nobody else is left.

use crate::{
    provider::REGISTRATION,
    world::{GARMIN, World},
};
use model::{TeamId, UserId};
use store::ConnectionStatus;
use sync::SyncError;

#[tokio::test(flavor = "multi_thread")]
async fn the_provider_is_told_and_the_tokens_are_forgotten() {
    let world = World::new().await;
    world.connect(world.user).await;
    world.sync.disconnect(world.team, world.user, &GARMIN).await.unwrap();
    let asked = world.provider.asked(REGISTRATION);
    assert_eq!((asked.len(), asked[0].method.as_str()), (1, "DELETE"));
    assert_eq!(asked[0].bearer().as_deref(), Some("access-1"));
    let ended = world.connection(world.user).await;
    assert_eq!((ended.status, ended.access_token), (ConnectionStatus::Revoked, None));
    assert_eq!(world.latest_event().await.status, "cancelled");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_provider_that_does_not_listen_keeps_nobody() {
    let world = World::new().await;
    world.connect(world.user).await;
    world.provider.always(REGISTRATION, 500, "");
    world.sync.disconnect(world.team, world.user, &GARMIN).await.unwrap();
    assert_eq!(world.connection(world.user).await.status, ConnectionStatus::Revoked);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_disconnection_whose_goodbye_finds_the_tokens_refused_is_the_teams_wish_and_told_once() {
    let world = World::new().await;
    let connection = world.connect(world.user).await;
    world.provider.always(crate::provider::TOKEN, 400, r#"{"error": "invalid_grant"}"#);
    world.clock.advance(std::time::Duration::from_secs(90_000));
    world.sync.disconnect(world.team, world.user, &GARMIN).await.unwrap();
    assert_eq!(world.connection(world.user).await.status, ConnectionStatus::Revoked);
    let again = store::EndReason::Disconnected.into();
    let now = world.clock.now();
    assert!(!world.store.end_connection(world.user, connection.id, again, now).await.unwrap());
    let events = world.store.list_sync_events(world.user, 10).await.unwrap();
    assert_eq!(events.iter().filter(|(_, event)| event.status == "cancelled").count(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_account_that_others_use_stays_registered_until_the_last_goes() {
    let world = World::new().await;
    let other = UserId::generate(&world.clock, &world.rng);
    world.add_user(other).await;
    world.connect(world.user).await;
    world.connect(other).await;
    world.sync.disconnect(world.team, world.user, &GARMIN).await.unwrap();
    assert!(world.provider.asked(REGISTRATION).is_empty());
    assert_eq!(world.connection(other).await.status, ConnectionStatus::Active);
    world.sync.disconnect(world.team, other, &GARMIN).await.unwrap();
    assert_eq!(world.provider.asked(REGISTRATION).len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn another_team_reaches_nothing() {
    let world = World::new().await;
    world.connect(world.user).await;
    let stranger = TeamId::generate(&world.clock, &world.rng);
    let refused = world.sync.disconnect(stranger, world.user, &GARMIN).await;
    assert!(matches!(refused, Err(SyncError::UserNotFound)));
    assert_eq!(world.connection(world.user).await.status, ConnectionStatus::Active);
}
