//! The installation's own credentials.

use crate::world::{GARMIN, World};
use seal::hash_token;

#[tokio::test(flavor = "multi_thread")]
async fn the_default_app_follows_configuration_and_keeps_its_id() {
    let world = World::new().await;
    let first = world.store.find_default_app(&GARMIN).await.unwrap().unwrap();
    let same = world.sync.ensure_default_app(&GARMIN, "client", "client-secret", "webhook-secret").await.unwrap();
    assert_eq!(first, same);
    let changed = world.sync.ensure_default_app(&GARMIN, "client", "other-secret", "other-segment").await.unwrap();
    assert_eq!(changed.id, first.id);
    assert_eq!(changed.webhook_secret_hash, hash_token("other-segment"));
    assert_ne!(changed.client_secret, first.client_secret);
    assert!(!String::from_utf8_lossy(&changed.client_secret).contains("other-secret"));
    assert_eq!(world.store.find_default_app(&GARMIN).await.unwrap().unwrap(), changed);
}
