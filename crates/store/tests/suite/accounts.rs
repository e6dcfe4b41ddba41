//! Teams, developers, sessions and API keys.

use crate::given::{api_key, at, family, hash, owner, session, team, team_id};
use std::sync::Arc;
use store::{RefreshUse, SessionKind, Store, StoreError, Team};

pub(crate) async fn an_address_has_one_account_whatever_its_case(store: Arc<dyn Store>) {
    let (one, two) = (team_id(), team_id());
    let named = |id| Team { id, name: "Team".to_owned(), created_at: at(0) };
    store.create_team(named(one), owner(one, "Ada@Example.org")).await.unwrap();
    let refused = store.create_team(named(two), owner(two, "ADA@example.org")).await;
    assert!(matches!(refused, Err(StoreError::Taken("email"))), "{refused:?}");
    assert_eq!(store.list_teams().await.unwrap().len(), 1, "nothing of the refused team is kept");
    assert_eq!(store.count_developers().await.unwrap(), 1);
    let found = store.find_developer_by_email("aDa@example.ORG").await.unwrap().unwrap();
    assert_eq!((found.email.as_str(), found.team_id), ("ada@example.org", one));
}

pub(crate) async fn a_developer_cannot_take_anothers_address(store: Arc<dyn Store>) {
    let (one, two) = (team(&store).await, team(&store).await);
    let mut first = store.find_developer_by_email(&format!("{one}@example.org")).await.unwrap().unwrap();
    first.email = format!("{two}@EXAMPLE.org");
    assert!(matches!(store.update_developer(first.clone()).await, Err(StoreError::Taken("email"))));
    first.email = "new@example.org".to_owned();
    first.last_name = Some("Lovelace".to_owned());
    store.update_developer(first.clone()).await.unwrap();
    assert_eq!(store.find_developer(first.id).await.unwrap().unwrap(), first);
    let stranger = owner(one, "nobody@example.org");
    assert!(matches!(store.update_developer(stranger).await, Err(StoreError::NotFound(_))));
}

pub(crate) async fn an_access_session_holds_until_its_end(store: Arc<dyn Store>) {
    let developer = owner(team(&store).await, "a@example.org");
    let access = session(&developer, SessionKind::Access, family(), 60);
    let refresh = session(&developer, SessionKind::Refresh, access.family, 600);
    store.create_sessions(vec![access.clone(), refresh.clone()]).await.unwrap();
    assert_eq!(store.find_session(access.token_hash, at(59)).await.unwrap(), Some(access.clone()));
    assert_eq!(store.find_session(access.token_hash, at(60)).await.unwrap(), None);
    assert_eq!(store.find_session(refresh.token_hash, at(1)).await.unwrap(), None, "a refresh token opens nothing");
    assert_eq!(store.use_refresh_token(access.token_hash, at(1)).await.unwrap(), RefreshUse::Unknown);
}

pub(crate) async fn a_refresh_token_used_twice_revokes_its_family_alone(store: Arc<dyn Store>) {
    let developer = owner(team(&store).await, "a@example.org");
    let stolen = session(&developer, SessionKind::Refresh, family(), 600);
    let access = session(&developer, SessionKind::Access, stolen.family, 600);
    let elsewhere = session(&developer, SessionKind::Access, family(), 600);
    store.create_sessions(vec![stolen.clone(), access.clone(), elsewhere.clone()]).await.unwrap();
    assert_eq!(store.use_refresh_token(stolen.token_hash, at(1)).await.unwrap(), RefreshUse::Good(stolen.clone()));
    let next = session(&developer, SessionKind::Refresh, stolen.family, 600);
    store.create_sessions(vec![next.clone()]).await.unwrap();
    assert_eq!(store.use_refresh_token(stolen.token_hash, at(2)).await.unwrap(), RefreshUse::Reused);
    assert_eq!(store.use_refresh_token(next.token_hash, at(3)).await.unwrap(), RefreshUse::Unknown);
    assert_eq!(store.find_session(access.token_hash, at(3)).await.unwrap(), None);
    assert!(store.find_session(elsewhere.token_hash, at(3)).await.unwrap().is_some());
}

pub(crate) async fn a_revoked_family_takes_no_sessions(store: Arc<dyn Store>) {
    let developer = owner(team(&store).await, "a@example.org");
    let refresh = session(&developer, SessionKind::Refresh, family(), 600);
    store.create_sessions(vec![refresh.clone()]).await.unwrap();
    assert!(matches!(store.use_refresh_token(refresh.token_hash, at(1)).await.unwrap(), RefreshUse::Good(_)));
    // the thief is noticed, or the owner logs out, before the new pair is kept
    assert!(store.revoke_session_family(refresh.token_hash).await.unwrap());
    assert!(!store.revoke_session_family(refresh.token_hash).await.unwrap());
    assert!(!store.revoke_session_family(hash()).await.unwrap());
    let late = session(&developer, SessionKind::Access, refresh.family, 600);
    store.create_sessions(vec![late.clone()]).await.unwrap();
    assert_eq!(store.find_session(late.token_hash, at(2)).await.unwrap(), None);
}

pub(crate) async fn all_sessions_of_a_developer_can_be_revoked(store: Arc<dyn Store>) {
    let team = team(&store).await;
    let (one, two) = (owner(team, "a@example.org"), owner(team, "b@example.org"));
    let mine = session(&one, SessionKind::Access, family(), 600);
    let other = session(&two, SessionKind::Access, family(), 600);
    store.create_sessions(vec![mine.clone(), other.clone()]).await.unwrap();
    store.revoke_sessions(one.id).await.unwrap();
    assert_eq!(store.find_session(mine.token_hash, at(1)).await.unwrap(), None);
    assert!(store.find_session(other.token_hash, at(1)).await.unwrap().is_some());
    let again = session(&one, SessionKind::Access, family(), 600);
    store.create_sessions(vec![again.clone()]).await.unwrap();
    assert!(store.find_session(again.token_hash, at(1)).await.unwrap().is_some(), "a login afterwards is good");
}

pub(crate) async fn a_key_opens_until_its_end_and_is_rotated_in_place(store: Arc<dyn Store>) {
    let team = team(&store).await;
    let (forever, ending) = (api_key(team, None), api_key(team, Some(60)));
    store.create_api_key(forever.clone()).await.unwrap();
    store.create_api_key(ending.clone()).await.unwrap();
    assert_eq!(store.find_api_key(ending.hash, at(59)).await.unwrap(), Some(ending.clone()));
    assert_eq!(store.find_api_key(ending.hash, at(60)).await.unwrap(), None);
    let rotated = store.rotate_api_key(team, forever.id, hash(), "sk-…wxyz".to_owned()).await.unwrap();
    assert_eq!((rotated.id, rotated.name.as_str()), (forever.id, "Key"));
    assert_eq!(store.find_api_key(forever.hash, at(1)).await.unwrap(), None);
    assert_eq!(store.find_api_key(rotated.hash, at(1)).await.unwrap(), Some(rotated));
}

pub(crate) async fn a_team_never_reaches_anothers_keys(store: Arc<dyn Store>) {
    let (ours, theirs) = (team(&store).await, team(&store).await);
    let key = api_key(ours, None);
    store.create_api_key(key.clone()).await.unwrap();
    let refused = [
        store.rename_api_key(theirs, key.id, "x".to_owned()).await,
        store.rotate_api_key(theirs, key.id, hash(), "x".to_owned()).await,
        store.delete_api_key(theirs, key.id).await,
    ];
    assert!(refused.iter().all(|answer| matches!(answer, Err(StoreError::NotFound(_)))), "{refused:?}");
    assert!(store.list_api_keys(theirs).await.unwrap().is_empty());
    assert_eq!(store.list_api_keys(ours).await.unwrap(), [key.clone()], "nothing was changed");
    assert_eq!(store.delete_api_key(ours, key.id).await.unwrap(), key);
    assert_eq!(store.find_api_key(key.hash, at(1)).await.unwrap(), None);
}

pub(crate) async fn the_use_of_a_key_is_noted_to_the_minute(store: Arc<dyn Store>) {
    let key = api_key(team(&store).await, None);
    store.create_api_key(key.clone()).await.unwrap();
    for (second, noted) in [(5, 5), (40, 5), (66, 66)] {
        store.touch_api_key(key.id, at(second)).await.unwrap();
        let found = store.find_api_key(key.hash, at(second)).await.unwrap().unwrap();
        assert_eq!(found.last_used_at, Some(at(noted)), "at {second}");
    }
}
