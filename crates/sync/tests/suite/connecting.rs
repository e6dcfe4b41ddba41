//! From the consent page to a connection, or to a clear error and nothing kept.

use crate::{
    provider::{OTHER_USER_ID, TOKEN, USER_ID},
    world::{GARMIN, World},
};
use model::{ProviderName, TeamId, UserId};
use seal::pkce_challenge;
use std::{collections::HashMap, time::Duration};
use store::ConnectionStatus;
use sync::SyncError;

#[tokio::test(flavor = "multi_thread")]
async fn a_person_is_sent_out_and_comes_back_connected() {
    let world = World::new().await;
    let begun = world.begin(world.user).await;
    assert_eq!(begun.url.path(), "/oauth2Confirm");
    let query: HashMap<String, String> = begun.url.query_pairs().into_owned().collect();
    assert_eq!(query["client_id"], "client");
    assert_eq!(query["state"], begun.state);
    assert_eq!(query["redirect_uri"], "https://health.example.com/api/v1/oauth/garmin/callback");
    assert_eq!(query["code_challenge_method"], "S256");

    let finished = world.sync.finish(&GARMIN, Some("the-code"), Some(&begun.state), None).await.unwrap();
    assert_eq!((finished.user_id, finished.provider), (world.user, GARMIN));
    assert_eq!(finished.redirect_uri.as_deref(), Some("https://app.example.com/done"));

    let exchange = world.provider.asked(TOKEN).remove(0);
    assert_eq!(exchange.field("code").as_deref(), Some("the-code"));
    assert_eq!(exchange.field("client_secret").as_deref(), Some("client-secret"));
    assert_eq!(exchange.field("redirect_uri"), Some(query["redirect_uri"].clone()));
    assert_eq!(pkce_challenge(&exchange.field("code_verifier").unwrap()), query["code_challenge"]);

    let connection = world.connection(world.user).await;
    assert_eq!(connection.status, ConnectionStatus::Active);
    assert_eq!(connection.provider_user_id.as_deref(), Some("account-1"));
    assert_eq!(connection.scope.as_deref(), Some("ACTIVITY_EXPORT HEALTH_EXPORT"));
    assert_eq!(connection.token_expires_at, Some(world.clock.now().plus_seconds(86_400)));
    for sealed in [connection.access_token.unwrap(), connection.refresh_token.unwrap()] {
        assert!(!String::from_utf8_lossy(&sealed).contains("ss-1"));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_state_is_good_once_and_for_a_quarter_of_an_hour() {
    let world = World::new().await;
    let finish = async |provider: &ProviderName, state: Option<&str>| {
        world.sync.finish(provider, Some("code"), state, None).await.map_err(|unfinished| unfinished.error)
    };
    let used = world.begin(world.user).await;
    finish(&GARMIN, Some(&used.state)).await.unwrap();
    let late = world.begin(world.user).await;
    let other = world.begin(world.user).await;
    let elsewhere = ProviderName::from_static("file");
    assert!(matches!(finish(&elsewhere, Some(&other.state)).await, Err(SyncError::InvalidState)));
    world.clock.advance(Duration::from_secs(901));
    for state in [Some(used.state.as_str()), Some(&late.state), Some(&other.state), Some("made up"), None] {
        assert!(matches!(finish(&GARMIN, state).await, Err(SyncError::InvalidState)), "{state:?}");
    }
    assert_eq!(world.provider.asked(TOKEN).len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn no_connection_is_kept_without_the_accounts_id() {
    let world = World::new().await;
    for (status, body) in [(200, "{}"), (200, r#"{"userId": ""}"#), (500, ""), (403, "")] {
        let begun = world.begin(world.user).await;
        world.provider.always(USER_ID, status, body);
        let unfinished = world.sync.finish(&GARMIN, Some("code"), Some(&begun.state), None).await.unwrap_err();
        assert!(matches!(unfinished.error, SyncError::NoAccount(_)), "{unfinished:?}");
        assert_eq!(unfinished.redirect_uri.as_deref(), Some("https://app.example.com/done"));
        assert!(world.store.list_connections(world.user).await.unwrap().is_empty());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_account_is_asked_again_and_elsewhere_before_giving_up() {
    let world = World::new().await;
    world.provider.once(USER_ID, 503, "");
    world.provider.once(USER_ID, 404, "");
    world.provider.always(OTHER_USER_ID, 200, r#"{"userId": "account-2"}"#);
    let connection = world.connect(world.user).await;
    assert_eq!(connection.provider_user_id.as_deref(), Some("account-2"));
    assert_eq!(world.provider.asked(USER_ID)[0].bearer().as_deref(), Some("access-1"));
}

#[tokio::test(flavor = "multi_thread")]
async fn refusals_are_told_with_the_way_back() {
    let world = World::new().await;
    let begun = world.begin(world.user).await;
    let denied = world.sync.finish(&GARMIN, None, Some(&begun.state), Some("access_denied<script>")).await;
    let denied = denied.unwrap_err();
    assert_eq!(denied.error.to_string(), "the provider refused: access_deniedscript");
    assert!(denied.redirect_uri.is_some());

    let begun = world.begin(world.user).await;
    let without_code = world.sync.finish(&GARMIN, Some(""), Some(&begun.state), None).await.unwrap_err();
    assert!(matches!(without_code.error, SyncError::NoCode));

    let begun = world.begin(world.user).await;
    world.provider.once(TOKEN, 400, r#"{"error": "invalid_grant"}"#);
    let refused = world.sync.finish(&GARMIN, Some("code"), Some(&begun.state), None).await.unwrap_err();
    assert!(matches!(refused.error, SyncError::Tokens(_)));
    assert!(world.store.list_connections(world.user).await.unwrap().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn only_own_users_known_providers_and_listed_addresses_begin() {
    let world = World::new().await;
    let stranger = TeamId::generate(&world.clock, &world.rng);
    let begin = async |team, user, provider, redirect: Option<&str>| {
        world.sync.begin(team, user, &provider, redirect.map(str::to_owned)).await.unwrap_err()
    };
    let nobody = UserId::generate(&world.clock, &world.rng);
    assert!(matches!(begin(stranger, world.user, GARMIN, None).await, SyncError::UserNotFound));
    assert!(matches!(begin(world.team, nobody, GARMIN, None).await, SyncError::UserNotFound));
    let evil = Some("https://evil.example/");
    assert!(matches!(begin(world.team, world.user, GARMIN, evil).await, SyncError::RedirectRefused));
    let unknown = ProviderName::from_static("nobody");
    assert!(matches!(begin(world.team, world.user, unknown, None).await, SyncError::UnknownProvider(_)));
    let file = ProviderName::from_static("file");
    assert!(matches!(begin(world.team, world.user, file, None).await, SyncError::NotSupported(_)));
}

#[tokio::test(flavor = "multi_thread")]
async fn connecting_again_renews_the_same_connection() {
    let world = World::new().await;
    let first = world.connect(world.user).await;
    let again = world.connect(world.user).await;
    assert_eq!(first.id, again.id);
    assert_ne!(first.access_token, again.access_token);
    assert_eq!(world.store.list_connections(world.user).await.unwrap().len(), 1);
}
