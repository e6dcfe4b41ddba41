//! Provider apps, OAuth states, connections, sources and priorities.

use crate::given::{GARMIN, OURA, app_id, at, connection, hash, part, team, team_id, user};
use model::{DeviceType, ProviderAppId, Source, TeamId, UserId};
use std::sync::Arc;
use store::{
    ChangeBody, ChangePosition, ConnectionStatus, EndReason, Lane, OAuthState, ProviderApp, RenewedTokens, Store,
    StoreError, Subject,
};

fn app(team: Option<TeamId>) -> ProviderApp {
    ProviderApp {
        id: app_id(),
        team_id: team,
        provider: GARMIN,
        client_id: "client".to_owned(),
        client_secret: vec![1],
        webhook_secret_hash: hash(),
        created_at: at(0),
    }
}

pub(crate) async fn a_teams_own_app_goes_before_the_default(store: Arc<dyn Store>) {
    let (ours, theirs) = (team(&store).await, team(&store).await);
    let (default, own) = (app(None), app(Some(ours)));
    for app in [&default, &own] {
        store.put_provider_app(app.clone()).await.unwrap();
    }
    assert_eq!(store.find_app_for_team(ours, &GARMIN).await.unwrap(), Some(own.clone()));
    assert_eq!(store.find_app_for_team(theirs, &GARMIN).await.unwrap(), Some(default.clone()));
    assert_eq!(store.find_default_app(&GARMIN).await.unwrap(), Some(default));
    assert_eq!(store.find_app_for_team(ours, &OURA).await.unwrap(), None);
    assert_eq!(store.find_provider_app(own.id).await.unwrap(), Some(own));
}

fn state(team: TeamId, user: UserId, ends: i64) -> OAuthState {
    OAuthState {
        state_hash: hash(),
        user_id: user,
        team_id: team,
        app_id: app_id(),
        provider: GARMIN,
        redirect_uri: Some("https://example.org".to_owned()),
        verifier: Some(vec![3]),
        expires_at: at(ends),
    }
}

pub(crate) async fn an_authorization_is_taken_once_and_before_its_end(store: Arc<dyn Store>) {
    let team = team(&store).await;
    let user = user(&store, team).await;
    let (good, late) = (state(team, user, 60), state(team, user, 60));
    for state in [&good, &late] {
        store.create_oauth_state(state.clone(), at(0)).await.unwrap();
    }
    assert_eq!(store.take_oauth_state(good.state_hash, at(59)).await.unwrap(), Some(good.clone()));
    assert_eq!(store.take_oauth_state(good.state_hash, at(59)).await.unwrap(), None);
    assert_eq!(store.take_oauth_state(late.state_hash, at(60)).await.unwrap(), None);
    assert_eq!(store.take_oauth_state(late.state_hash, at(0)).await.unwrap(), None, "it is gone once refused");
}

pub(crate) async fn connecting_again_keeps_the_id_and_tells_once(store: Arc<dyn Store>) {
    let team = team(&store).await;
    let user = user(&store, team).await;
    let app = app_id();
    let first = store.connect(connection(team, user, app, "account")).await.unwrap();
    let mut again = connection(team, user, app, "account");
    again.access_token = Some(b"newer".to_vec());
    again.created_at = at(50);
    let second = store.connect(again).await.unwrap();
    assert_eq!((second.id, second.created_at), (first.id, first.created_at));
    assert_eq!(store.list_connections(user).await.unwrap(), [second.clone()]);
    assert_eq!(second.access_token.as_deref(), Some(&b"newer"[..]));
    let start = ChangePosition { lane: Lane::of_user(user), position: 0 };
    let told = store.read_changes(start, Some(user), 10).await.unwrap();
    assert_eq!(told.len(), 1);
    let ChangeBody::Emission(emission) = &told[0].body else { panic!("{told:?}") };
    assert_eq!(emission.event_type, "connection.created");
    assert_eq!(emission.subject, Subject::Connection { id: first.id });
    assert!(store.find_user(team, user).await.unwrap().unwrap().has_active_connection);
}

pub(crate) async fn nobody_connects_anothers_user(store: Arc<dyn Store>) {
    let team_of_user = team(&store).await;
    let user = user(&store, team_of_user).await;
    let refused = store.connect(connection(team_id(), user, app_id(), "account")).await;
    assert!(matches!(refused, Err(StoreError::NotFound("user"))), "{refused:?}");
    assert!(store.list_connections(user).await.unwrap().is_empty());
}

pub(crate) async fn an_account_is_found_for_all_who_linked_it(store: Arc<dyn Store>) {
    let (ours, theirs) = (team(&store).await, team(&store).await);
    let (one, two) = (user(&store, ours).await, user(&store, theirs).await);
    let app = app_id();
    let first = store.connect(connection(ours, one, app, "same")).await.unwrap();
    let second = store.connect(connection(theirs, two, app, "same")).await.unwrap();
    let ids = async |app: ProviderAppId, account: &str| {
        let found = store.find_connections_by_account(app, account).await.unwrap();
        found.into_iter().map(|link| link.id).collect::<std::collections::BTreeSet<_>>()
    };
    assert_eq!(ids(app, "same").await, [first.id, second.id].into());
    assert!(ids(app_id(), "same").await.is_empty());
    store.end_connection(one, first.id, EndReason::Disconnected.into(), at(5)).await.unwrap();
    assert_eq!(ids(app, "same").await, [second.id].into());
    // connected to another account, the old one no longer leads here
    store.connect(connection(theirs, two, app, "other")).await.unwrap();
    assert!(ids(app, "same").await.is_empty());
    assert_eq!(ids(app, "other").await, [second.id].into());
}

pub(crate) async fn what_waited_for_an_account_is_adopted(store: Arc<dyn Store>) {
    let team = team(&store).await;
    let user = user(&store, team).await;
    let app = app_id();
    let mut waiting = part(team, None, 5, 0);
    waiting.app_id = Some(app);
    waiting.account = Some("account".to_owned());
    let mut stranger = waiting.clone();
    stranger.number = 1;
    stranger.account = Some("another".to_owned());
    store.put_parts(vec![waiting, stranger]).await.unwrap();
    assert_eq!(store.queue_depths().await.unwrap().parts_unmatched, 2);
    assert!(store.take_lanes(at(10), 64).await.unwrap().is_empty());
    let link = store.connect(connection(team, user, app, "account")).await.unwrap();
    let lane = Lane::of_user(user);
    assert_eq!(store.take_lanes(at(10), 64).await.unwrap(), [lane]);
    let claimed = store.list_parts(lane, at(10), 10).await.unwrap();
    assert_eq!(claimed.len(), 1);
    assert_eq!((claimed[0].user_id, claimed[0].team_id), (Some(user), Some(team)));
    assert_eq!((claimed[0].connection_id, claimed[0].lane), (Some(link.id), lane));
    assert_eq!(store.queue_depths().await.unwrap().parts_unmatched, 1);
}

pub(crate) async fn a_part_split_before_its_account_was_connected_is_matched_when_kept(store: Arc<dyn Store>) {
    let team = team(&store).await;
    let (one, two) = (user(&store, team).await, user(&store, team).await);
    let app = app_id();
    let mut waiting = part(team, None, 5, 0);
    waiting.app_id = Some(app);
    waiting.account = Some("account".to_owned());
    for user in [one, two] {
        store.connect(connection(team, user, app, "account")).await.unwrap();
    }
    // the splitter had looked before they connected; then it is run again
    store.put_parts(vec![waiting.clone()]).await.unwrap();
    store.put_parts(vec![waiting]).await.unwrap();
    let depths = store.queue_depths().await.unwrap();
    assert_eq!((depths.parts_unmatched, depths.parts_waiting), (0, 2));
    for user in [one, two] {
        let claimed = store.list_parts(Lane::of_user(user), at(10), 10).await.unwrap();
        assert!(claimed.iter().any(|part| part.user_id == Some(user)), "{claimed:?}");
    }
}

pub(crate) async fn one_renews_tokens_at_a_time(store: Arc<dyn Store>) {
    let team = team(&store).await;
    let user = user(&store, team).await;
    let link = store.connect(connection(team, user, app_id(), "account")).await.unwrap();
    assert!(store.claim_token_renewal(user, link.id, at(0), at(30)).await.unwrap());
    assert!(!store.claim_token_renewal(user, link.id, at(29), at(60)).await.unwrap());
    assert!(store.claim_token_renewal(user, link.id, at(30), at(60)).await.unwrap(), "an old claim lapses");
    let tokens = RenewedTokens { access_token: vec![9], expires_at: Some(at(900)), ..RenewedTokens::default() };
    store.renew_tokens(user, link.id, tokens, at(31)).await.unwrap();
    let kept = store.find_connection(user, link.id).await.unwrap().unwrap();
    assert_eq!((kept.access_token, kept.refresh_token), (Some(vec![9]), Some(b"refresh".to_vec())));
    assert!(store.claim_token_renewal(user, link.id, at(32), at(60)).await.unwrap(), "renewing ends the claim");
}

pub(crate) async fn an_ended_connection_takes_no_tokens_any_more(store: Arc<dyn Store>) {
    let team = team(&store).await;
    let user = user(&store, team).await;
    let link = store.connect(connection(team, user, app_id(), "account")).await.unwrap();
    assert!(store.claim_token_renewal(user, link.id, at(0), at(30)).await.unwrap());
    store.end_connection(user, link.id, EndReason::Disconnected.into(), at(1)).await.unwrap();
    let tokens = RenewedTokens { access_token: vec![9], refresh_token: Some(vec![9]), ..RenewedTokens::default() };
    assert!(matches!(store.renew_tokens(user, link.id, tokens, at(2)).await, Err(StoreError::NotFound(_))));
    assert!(!store.claim_token_renewal(user, link.id, at(40), at(60)).await.unwrap());
    let kept = store.find_connection(user, link.id).await.unwrap().unwrap();
    assert_eq!((kept.status, kept.access_token, kept.refresh_token), (ConnectionStatus::Revoked, None, None));
    assert!(!store.find_user(team, user).await.unwrap().unwrap().has_active_connection);
}

pub(crate) async fn a_source_keeps_its_number(store: Arc<dyn Store>) {
    let team = team(&store).await;
    let (one, two) = (user(&store, team).await, user(&store, team).await);
    let phone = Source { device: Some("Phone".to_owned()), ..Source::of(GARMIN) };
    let watch = Source {
        device: Some("Watch".to_owned()),
        device_type: Some(DeviceType::Watch),
        software_version: Some("1".to_owned()),
        ..Source::of(GARMIN)
    };
    let newer = Source { software_version: Some("2".to_owned()), ..watch.clone() };
    let numbers = store.ensure_sources(one, vec![phone.clone(), watch.clone(), phone.clone()], at(0)).await.unwrap();
    assert_eq!(numbers, [1, 2, 1]);
    assert_eq!(store.ensure_sources(one, vec![newer.clone()], at(1)).await.unwrap(), [2]);
    assert_eq!(store.ensure_sources(two, vec![newer.clone()], at(1)).await.unwrap(), [1]);
    let kept = store.list_sources(one).await.unwrap();
    assert_eq!(kept.iter().map(|kept| kept.number).collect::<Vec<_>>(), [1, 2]);
    assert_eq!((&kept[0].source, &kept[1].source), (&phone, &newer));
    let nobody = crate::given::user_id();
    assert!(matches!(store.ensure_sources(nobody, vec![phone], at(1)).await, Err(StoreError::NotFound("user"))));
}

pub(crate) async fn devices_of_one_model_are_told_apart_and_the_first_takes_what_was_there(store: Arc<dyn Store>) {
    let team = team(&store).await;
    let user = user(&store, team).await;
    let watch = |id: Option<&str>| Source {
        device: Some("Watch".to_owned()),
        device_id: id.map(str::to_owned),
        ..Source::of(GARMIN)
    };
    let number = async |id| store.ensure_sources(user, vec![watch(id)], at(0)).await.unwrap()[0];
    assert_eq!((number(None).await, number(Some("a")).await, number(Some("b")).await), (1, 1, 2));
    assert_eq!((number(Some("a")).await, number(Some("b")).await, number(None).await), (1, 2, 1));
    let both = vec![watch(Some("b")), watch(None), watch(Some("c"))];
    assert_eq!(store.ensure_sources(user, both, at(0)).await.unwrap(), [2, 1, 3]);
    let kept = store.list_sources(user).await.unwrap();
    let ids: Vec<Option<&str>> = kept.iter().map(|kept| kept.source.device_id.as_deref()).collect();
    assert_eq!(ids, [Some("a"), Some("b"), Some("c")]);
}

pub(crate) async fn priorities_are_kept_for_teams_users_and_series(store: Arc<dyn Store>) {
    let (ours, theirs) = (team(&store).await, team(&store).await);
    let (user, other) = (user(&store, ours).await, user(&store, ours).await);
    let of = |user_id, series, name: &str, priority| {
        let kind = model::PriorityKind::Provider;
        model::Priority { user_id, series, kind, name: name.to_owned(), priority }
    };
    let steps = Some(model::SeriesType::STEPS);
    let (garmin, oura) = (of(None, None, "garmin", 1), of(None, steps, "oura", 2));
    store.put_priorities(ours, vec![garmin.clone(), oura.clone()], at(1)).await.unwrap();
    store.put_priorities(ours, vec![of(None, steps, "oura", 3)], at(2)).await.unwrap();
    let own = of(Some(user), None, "garmin", 5);
    store.replace_priorities(ours, user, vec![of(None, None, "polar", 1)], at(3)).await.unwrap();
    store.replace_priorities(ours, user, vec![own.clone()], at(4)).await.unwrap();
    let seen = async |team, user| {
        let found = store.list_priorities(team, user).await.unwrap();
        let seen = found.into_iter().map(|it| (it.priority, it.created_at, it.updated_at));
        seen.collect::<Vec<_>>()
    };
    let for_all = vec![(garmin, at(1), at(1)), (of(None, steps, "oura", 3), at(1), at(2))];
    assert_eq!(seen(ours, None).await, for_all);
    assert_eq!(seen(ours, Some(other)).await, for_all);
    let with_own = vec![for_all[0].clone(), (own, at(4), at(4)), for_all[1].clone()];
    assert_eq!(seen(ours, Some(user)).await, with_own);
    assert!(seen(theirs, Some(user)).await.is_empty());
    // in place of what was set for one series; what holds for all, for a user and for another team stays
    store.put_priorities(theirs, vec![of(None, steps, "oura", 9)], at(5)).await.unwrap();
    store.replace_series_priorities(ours, vec![of(None, steps, "polar", 4)], at(6)).await.unwrap();
    let changed = vec![for_all[0].clone(), with_own[1].clone(), (of(None, steps, "polar", 4), at(6), at(6))];
    assert_eq!(seen(ours, Some(user)).await, changed);
    assert_eq!(seen(theirs, None).await, [(of(None, steps, "oura", 9), at(5), at(5))]);
}
