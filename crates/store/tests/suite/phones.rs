//! Applications, invitation codes and phones' tokens; and events of a source that are looked for by span.

use crate::given::{at, event_id, family, hash, owner, team, user};
use model::{ApplicationId, DeveloperId, EventKind, InvitationCodeId, TeamId, UserId};
use std::sync::Arc;
use store::{InvitationCode, PhoneApp, PhoneRefresh, PhoneToken, Store, StoreError};

fn app(team: TeamId, name: &str, second: i64) -> PhoneApp {
    PhoneApp {
        id: ApplicationId::from_uuid(event_id().as_uuid()),
        team_id: team,
        app_id: format!("app_{}", event_id()),
        name: name.to_owned(),
        secret_hash: hash(),
        created_by: owner(team, "a@example.org").id,
        created_at: at(second),
    }
}

pub(crate) fn code(team: TeamId, user: UserId, life: i64) -> InvitationCode {
    InvitationCode {
        id: InvitationCodeId::from_uuid(event_id().as_uuid()),
        code_hash: hash(),
        team_id: team,
        user_id: user,
        created_by: DeveloperId::from_uuid(event_id().as_uuid()),
        created_at: at(0),
        expires_at: at(life),
    }
}

pub(crate) fn token(team: TeamId, user: UserId, family: [u8; 16], second: i64) -> PhoneToken {
    PhoneToken {
        token_hash: hash(),
        family,
        team_id: team,
        user_id: user,
        app_id: "app_1".to_owned(),
        created_at: at(second),
        expires_at: at(second + 600),
    }
}

pub(crate) async fn an_application_is_its_teams_alone(store: Arc<dyn Store>) {
    let (one, two) = (team(&store).await, team(&store).await);
    let (first, second) = (app(one, "first", 1), app(one, "second", 2));
    store.create_application(first.clone()).await.unwrap();
    store.create_application(second.clone()).await.unwrap();
    assert_eq!(store.list_applications(one).await.unwrap(), [second.clone(), first.clone()]);
    assert_eq!(store.list_applications(two).await.unwrap(), []);
    assert_eq!(store.find_application(&first.app_id).await.unwrap(), Some(first.clone()));
    let refused = store.rotate_application(two, &first.app_id, hash()).await;
    assert!(matches!(refused, Err(StoreError::NotFound(_))), "{refused:?}");
    assert!(store.delete_application(two, &first.app_id).await.is_err());
    let secret = hash();
    assert_eq!(store.rotate_application(one, &first.app_id, secret).await.unwrap().secret_hash, secret);
    store.delete_application(one, &first.app_id).await.unwrap();
    assert_eq!(store.list_applications(one).await.unwrap(), [second]);
}

pub(crate) async fn a_code_is_good_once_and_until_the_next(store: Arc<dyn Store>) {
    let team = team(&store).await;
    let user = user(&store, team).await;
    let (replaced, good, late) = (code(team, user, 60), code(team, user, 60), code(team, user, 60));
    store.put_invitation_code(replaced.clone()).await.unwrap();
    store.put_invitation_code(good.clone()).await.unwrap();
    assert_eq!(store.redeem_invitation_code(replaced.code_hash, at(1)).await.unwrap(), None);
    assert_eq!(store.redeem_invitation_code(good.code_hash, at(59)).await.unwrap(), Some(good.clone()));
    assert_eq!(store.redeem_invitation_code(good.code_hash, at(59)).await.unwrap(), None);
    store.put_invitation_code(late.clone()).await.unwrap();
    assert_eq!(store.redeem_invitation_code(late.code_hash, at(60)).await.unwrap(), None);
}

pub(crate) async fn a_phones_token_may_come_again_until_its_successor_is_used(store: Arc<dyn Store>) {
    let team = team(&store).await;
    let user = user(&store, team).await;
    let family = family();
    let first = token(team, user, family, 0);
    store.create_phone_token(first.clone()).await.unwrap();
    assert_eq!(store.use_phone_token(first.token_hash, at(1)).await.unwrap(), PhoneRefresh::Good(first.clone()));
    let lost = token(team, user, family, 2);
    store.create_phone_token(lost.clone()).await.unwrap();
    assert_eq!(store.use_phone_token(first.token_hash, at(3)).await.unwrap(), PhoneRefresh::Good(first.clone()));
    assert_eq!(store.use_phone_token(lost.token_hash, at(3)).await.unwrap(), PhoneRefresh::Unknown);
    let second = token(team, user, family, 4);
    store.create_phone_token(second.clone()).await.unwrap();
    assert_eq!(store.use_phone_token(second.token_hash, at(5)).await.unwrap(), PhoneRefresh::Good(second.clone()));
    assert_eq!(store.use_phone_token(first.token_hash, at(6)).await.unwrap(), PhoneRefresh::Reused);
    assert_eq!(store.use_phone_token(second.token_hash, at(7)).await.unwrap(), PhoneRefresh::Unknown);
    let refused = store.create_phone_token(token(team, user, family, 8)).await;
    assert!(matches!(refused, Err(StoreError::NotFound(_))), "a revoked family takes none");
}

pub(crate) async fn a_phones_tokens_end_with_their_time_their_revocation_and_their_user(store: Arc<dyn Store>) {
    let team = team(&store).await;
    let user = user(&store, team).await;
    let [late, revoked, erased] = [(); 3].map(|()| token(team, user, family(), 0));
    for token in [&late, &revoked, &erased] {
        store.create_phone_token(token.clone()).await.unwrap();
    }
    assert_eq!(store.use_phone_token(late.token_hash, at(600)).await.unwrap(), PhoneRefresh::Unknown);
    assert!(store.revoke_phone_family(revoked.token_hash).await.unwrap());
    assert!(!store.revoke_phone_family(revoked.token_hash).await.unwrap());
    assert_eq!(store.use_phone_token(revoked.token_hash, at(1)).await.unwrap(), PhoneRefresh::Unknown);
    let report = store.delete_user(team, user).await.unwrap();
    assert_eq!(report.counts.get("phone_tokens"), Some(&3), "{report:?}");
    assert_eq!(store.use_phone_token(erased.token_hash, at(1)).await.unwrap(), PhoneRefresh::Unknown);
    assert_eq!(store.list_events_of_source(user, EventKind::Sleep, 1, (at(0), at(9))).await.unwrap(), []);
}
