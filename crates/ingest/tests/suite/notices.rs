//! Notices about accounts: the end of a registration and changed permissions, for everyone who is linked.

use crate::{
    bodies::{activity, daily, file_notice},
    dump::events,
    world::World,
};
use model::{IssueCode, Timestamp, UserId};
use serde_json::{Value, json};
use std::time::Duration;
use store::{Connection, ConnectionStatus, EndReason, Lane, PartOutcome, ReplayQuery, Standing};

async fn link(world: &World, user: UserId) -> Connection {
    world.store.list_connections(user).await.unwrap().remove(0)
}

/// Ann of one team and Bob of another, with the same account.
async fn shared(world: &World) -> [UserId; 2] {
    let other_team = world.add_team().await;
    let (ann, bob) = (world.person("shared").await, world.add_user_of(other_team).await);
    world.connect_of(other_team, bob, "shared").await;
    [ann, bob]
}

fn gone() -> Value {
    json!({ "deregistrations": [{ "userId": "shared" }] })
}

fn permissions(list: &[&str], summary_id: &str, changed_at: Timestamp) -> Value {
    json!({ "userPermissionsChange": [{
        "userId": "shared", "summaryId": summary_id, "permissions": list, "changeTimeInSeconds": changed_at.as_seconds(),
    }] })
}

async fn told_of_connection(world: &World, user: UserId) -> Vec<(String, Vec<String>)> {
    let told = world.told(user).await.into_iter().filter(|emission| emission.event_type.starts_with("connection."));
    told.map(|emission| (emission.event_type, emission.changed)).collect()
}

async fn outcomes(world: &World, user: UserId, receipt: i64) -> Vec<PartOutcome> {
    world.store.list_outcomes(Lane::of_user(user), receipt).await.unwrap()
}

#[tokio::test]
async fn a_deregistration_ends_the_connections_of_all_teams_and_data_of_the_same_body_is_kept() {
    let world = World::new().await;
    let both = shared(&world).await;
    let mut body = gone();
    body["activities"] = json!([activity("shared", 1, 500.0)]);
    world.push(&body).await;
    world.work().await;
    for user in both {
        let link = link(&world, user).await;
        assert_eq!((link.status, link.access_token), (ConnectionStatus::Revoked, None));
        assert_eq!(link.standing.end_reason, Some(EndReason::Deregistration));
        assert_eq!(told_of_connection(&world, user).await, [("connection.revoked".to_owned(), Vec::new())]);
        assert_eq!(events(&world, user).await.len(), 1);
        let ended = world.runs(user).await.into_iter().filter(|run| run.status == "cancelled");
        assert_eq!(ended.map(|run| run.metadata["reason"].clone()).collect::<Vec<_>>(), ["deregistration"]);
    }
    assert_eq!(world.depths().await.parts_unmatched, 0);
}

#[tokio::test]
async fn a_deregistration_that_is_sent_twice_is_told_once() {
    let world = World::new().await;
    let both = shared(&world).await;
    world.push(&gone()).await;
    world.push(&gone()).await;
    world.work().await;
    world.push(&gone()).await;
    world.work().await;
    for user in both {
        assert_eq!(told_of_connection(&world, user).await.len(), 1);
    }
    let depths = world.depths().await;
    assert_eq!((depths.parts_unmatched, depths.parts_waiting, depths.parts_dead), (0, 0, 0));
}

#[tokio::test]
async fn a_deregistration_of_an_unknown_account_stays_in_sight_and_ends_no_later_connection() {
    let world = World::new().await;
    world.push(&gone()).await;
    world.work().await;
    assert_eq!(world.depths().await.parts_unmatched, 1);
    world.clock.advance(Duration::from_secs(10));
    let user = world.person("shared").await;
    world.work().await;
    assert_eq!(link(&world, user).await.status, ConnectionStatus::Active);
    assert_eq!(world.depths().await.parts_unmatched, 0);
    assert!(told_of_connection(&world, user).await.is_empty());
}

#[tokio::test]
async fn a_deregistration_that_waited_while_the_account_was_connected_again_is_outdated() {
    let world = World::new().await;
    let user = world.person("shared").await;
    let accepted = world.push(&gone()).await;
    world.clock.advance(Duration::from_secs(5));
    world.connect_of(world.team, user, "shared").await;
    world.work().await;
    assert_eq!(link(&world, user).await.status, ConnectionStatus::Active);
    let issues = outcomes(&world, user, accepted.receipt).await.remove(0).issues;
    assert_eq!(issues.iter().map(|issue| issue.code).collect::<Vec<_>>(), [IssueCode::Outdated]);
    // a later one counts
    world.push(&gone()).await;
    world.work().await;
    assert_eq!(link(&world, user).await.status, ConnectionStatus::Revoked);
}

#[tokio::test]
async fn a_replay_ends_no_connection_and_changes_no_permission() {
    let world = World::new().await;
    let user = world.person("shared").await;
    world.push(&permissions(&["HEALTH_EXPORT"], "s1", world.clock.now())).await;
    world.push(&gone()).await;
    world.work().await;
    world.clock.advance(Duration::from_secs(5));
    world.connect_of(world.team, user, "shared").await;
    for emit in [false, true] {
        world.store.replay(ReplayQuery { emit, ..ReplayQuery::default() }, world.clock.now()).await.unwrap();
        world.work().await;
        let link = link(&world, user).await;
        assert_eq!((link.status, link.scope.as_deref()), (ConnectionStatus::Active, None));
    }
}

#[tokio::test]
async fn changed_permissions_reach_every_linked_connection_and_say_what_changed() {
    let world = World::new().await;
    let both = shared(&world).await;
    let now = world.clock.now();
    world.push(&permissions(&["HEALTH_EXPORT", "ACTIVITY_EXPORT"], "s1", now)).await;
    world.push(&permissions(&["MCT_EXPORT", "HEALTH_EXPORT"], "s1", now.plus_seconds(1))).await;
    world.work().await;
    for user in both {
        let link = link(&world, user).await;
        assert_eq!(link.scope.as_deref(), Some("HEALTH_EXPORT MCT_EXPORT"));
        assert_eq!(link.standing.permissions_at, Some(now.plus_seconds(1)));
        let told = told_of_connection(&world, user).await;
        assert_eq!(told.iter().map(|(name, _)| name.as_str()).collect::<Vec<_>>(), ["connection.updated"; 2]);
        assert_eq!(told[1].1, ["granted:MCT_EXPORT", "withdrawn:ACTIVITY_EXPORT"]);
    }
}

#[tokio::test]
async fn an_older_change_or_one_sent_twice_changes_nothing() {
    let world = World::new().await;
    let user = world.person("shared").await;
    let now = world.clock.now();
    for (list, at) in [(&["HEALTH_EXPORT"][..], 20), (&["HEALTH_EXPORT"], 20), (&["ACTIVITY_EXPORT"], 10)] {
        world.clock.advance(Duration::from_secs(30));
        world.push(&permissions(list, "s1", now.plus_seconds(at))).await;
        world.work().await;
    }
    assert_eq!(link(&world, user).await.scope.as_deref(), Some("HEALTH_EXPORT"));
    assert_eq!(told_of_connection(&world, user).await.len(), 1);
}

#[tokio::test]
async fn an_empty_list_permits_nothing() {
    let world = World::new().await;
    let user = world.person("shared").await;
    world.push(&permissions(&[], "s1", world.clock.now())).await;
    world.work().await;
    assert_eq!(link(&world, user).await.scope.as_deref(), Some(""));
    let body = json!({ "activities": [activity("shared", 1, 5.0)], "dailies": [daily("shared", 1, 24)],
        "activityFiles": [file_notice("shared", 1)] });
    let accepted = world.push(&body).await;
    world.work().await;
    assert!(events(&world, user).await.is_empty());
    let depths = world.depths().await;
    assert_eq!((depths.parts_waiting, depths.parts_dead, depths.jobs_waiting), (0, 0, 0));
    let outcomes = outcomes(&world, user, accepted.receipt).await;
    assert_eq!(outcomes.len(), 3);
    assert!(outcomes.iter().all(|it| it.is_done && it.issues[0].code == IssueCode::NotPermitted), "{outcomes:?}");
    let skipped = world.runs(user).await.into_iter().filter(|run| run.status == "skipped").count();
    assert_eq!(skipped, 3);
    // what was not permitted is not kept, so it cannot be replayed into being
    assert_eq!(
        world
            .store
            .replay(ReplayQuery { part_type: Some("dailies".to_owned()), ..Default::default() }, world.clock.now())
            .await
            .unwrap(),
        0
    );
}

#[tokio::test]
async fn each_type_is_gated_by_its_own_permission_from_the_change_on() {
    let world = World::new().await;
    let user = world.person("shared").await;
    // one by one in their order, though all wait together
    world.push(&json!({ "activities": [activity("shared", 1, 5.0)] })).await;
    world.push(&permissions(&["HEALTH_EXPORT"], "s1", world.clock.now().plus_seconds(1))).await;
    world.push(&json!({ "activities": [activity("shared", 2, 5.0)], "dailies": [daily("shared", 1, 24)] })).await;
    let given_back = world.clock.now().plus_seconds(1);
    world.push(&permissions(&["HEALTH_EXPORT", "ACTIVITY_EXPORT"], "s1", given_back)).await;
    world.push(&json!({ "activities": [activity("shared", 3, 5.0)] })).await;
    world.work().await;
    let kept = events(&world, user).await;
    let mut names: Vec<&str> = kept.iter().map(|event| event.external_id.as_str()).collect();
    names.sort_unstable();
    assert_eq!(names.len(), 3, "{names:?}");
    assert!(!names.iter().any(|name| name.contains("w2")), "{names:?}");
}

#[tokio::test]
async fn permissions_that_nobody_told_count_as_given() {
    let world = World::new().await;
    let user = world.person("shared").await;
    let before = link(&world, user).await;
    assert_eq!((before.scope, before.standing.permissions_at), (None, Standing::default().permissions_at));
    world.push(&json!({ "activities": [activity("shared", 1, 5.0)] })).await;
    world.work().await;
    assert_eq!(events(&world, user).await.len(), 1);
}

#[tokio::test]
async fn a_notice_that_says_nothing_is_an_issue_and_does_no_harm() {
    let world = World::new().await;
    let user = world.person("shared").await;
    let accepted =
        world.push(&json!({ "userPermissionsChange": [{ "userId": "shared", "permissions": "all" }] })).await;
    world.work().await;
    assert_eq!(link(&world, user).await.scope, None);
    assert_eq!(outcomes(&world, user, accepted.receipt).await[0].issues[0].code, IssueCode::Missing);
}
