//! Sealed values of all kinds, walked, counted and replaced.

use crate::given::{GARMIN, app_id, at, connection, emission, endpoint, team, user};
use std::sync::Arc;
use store::{ProviderApp, SealedPlace, Store};

pub(crate) async fn sealed_values_are_told_apart_by_how_they_begin(store: Arc<dyn Store>) {
    let team = team(&store).await;
    let one = user(&store, team).await;
    let app = ProviderApp {
        id: app_id(),
        team_id: Some(team),
        provider: GARMIN,
        client_id: "client".to_owned(),
        client_secret: b"old-client".to_vec(),
        webhook_secret_hash: [1; 32],
        created_at: at(0),
    };
    store.put_provider_app(app.clone()).await.unwrap();
    let mut link = connection(team, one, app.id, "account");
    link.access_token = Some(b"old-access".to_vec());
    link.refresh_token = Some(b"new-refresh".to_vec());
    let link = store.connect(link).await.unwrap();
    let mut hook = endpoint(team, &[], None);
    hook.secret = b"old-hook".to_vec();
    store.put_endpoint(hook.clone()).await.unwrap();
    store.put_message(&hook, one, emission("workout.created"), at(0)).await.unwrap();
    let message = store.claim_messages(at(0), at(60), 1).await.unwrap().remove(0);
    store.keep_message_body(&message, b"old-body".to_vec()).await.unwrap();

    let counted = store.count_sealed(4).await.unwrap();
    assert_eq!(counted, [(b"new-".to_vec(), 1), (b"old-".to_vec(), 4)]);
    let (mut found, mut after) = (Vec::new(), None);
    loop {
        let some = store.list_sealed_otherwise(b"new-", after, 1).await.unwrap();
        let Some(value) = some.first() else { break };
        after = Some(value.place);
        found.push(value.clone());
    }
    let places: Vec<SealedPlace> = found.iter().map(|value| value.place).collect();
    let wanted = [
        SealedPlace::ClientSecret(app.id),
        SealedPlace::AccessToken(one, link.id),
        SealedPlace::EndpointSecret(hook.id),
        SealedPlace::MessageBody(message.lane, message.position, message.id),
    ];
    assert_eq!(places, wanted);
    assert_eq!(found[3].sealed, b"old-body");

    // what somebody wrote meanwhile is theirs
    store.put_endpoint(store::Endpoint { secret: b"new-hook".to_vec(), ..hook.clone() }).await.unwrap();
    let changes = found.into_iter().map(|value| (value, b"new-value".to_vec())).collect();
    assert_eq!(store.replace_sealed(changes).await.unwrap(), 3);
    assert_eq!(store.count_sealed(4).await.unwrap(), [(b"new-".to_vec(), 5)]);
    assert!(store.list_sealed_otherwise(b"new-", None, 9).await.unwrap().is_empty());
    assert_eq!(store.find_endpoint(team, hook.id).await.unwrap().unwrap().secret, b"new-hook");
    let kept = store.find_connection(one, link.id).await.unwrap().unwrap();
    assert_eq!((kept.access_token, kept.refresh_token), (Some(b"new-value".to_vec()), Some(b"new-refresh".to_vec())));
}
