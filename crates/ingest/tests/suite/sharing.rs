//! One account of several users: each has the data, none loses it with another.

use crate::{
    bodies::{activity, details},
    dump::{blocks, dump},
    world::World,
};
use serde_json::json;

#[tokio::test]
async fn an_account_of_two_teams_reaches_both_and_is_erased_from_one() {
    let world = World::new().await;
    let other_team = world.add_team().await;
    let ann = world.person("shared").await;
    let bob = world.add_user_of(other_team).await;
    world.connect_of(other_team, bob, "shared").await;
    world.push(&json!({ "activities": [activity("shared", 1, 500.0)] })).await;
    // large enough for the spool, as a body and as a part
    world.push(&json!({ "activityDetails": [details("shared", 1, 20_000)] })).await;
    world.work().await;
    let (of_ann, of_bob) = (dump(&world, ann).await, dump(&world, bob).await);
    assert_eq!(of_ann, of_bob);
    assert_eq!(of_ann.events.len(), 1);
    assert_eq!(world.spooled().len(), 1, "one body for both");

    assert!(world.intake.delete_user(world.team, ann).await.unwrap().is_finished);
    assert_eq!(world.spooled().len(), 1, "the other still needs it");
    assert!(blocks(&world, ann).await.is_empty());
    assert_eq!(dump(&world, bob).await, of_bob);
    world.push(&json!({ "activities": [activity("shared", 2, 500.0)] })).await;
    world.work().await;
    assert!(crate::dump::events(&world, ann).await.is_empty());
    assert_eq!(dump(&world, bob).await.events.len(), 2);

    assert!(world.intake.delete_user(other_team, bob).await.unwrap().is_finished);
    assert!(world.spooled().is_empty());
}

#[tokio::test]
async fn what_waits_for_a_deleted_user_goes_with_them() {
    let world = World::new().await;
    let user = world.person("a").await;
    world.push(&json!({ "activityDetails": [details("a", 1, 20_000)] })).await;
    let now = world.clock.now();
    let delivery = world.store.claim_deliveries(now, now.plus_seconds(60), 1).await.unwrap().remove(0);
    world.store.release_claims().await.unwrap();
    world.work().await;
    world.store.replay(store::ReplayQuery::default(), now).await.unwrap();
    assert!(world.intake.delete_user(world.team, user).await.unwrap().is_finished);
    world.work().await;
    let depths = world.depths().await;
    assert_eq!((depths.parts_waiting, depths.parts_dead), (0, 0));
    assert!(world.spooled().is_empty(), "{:?} of {}", world.spooled(), delivery.receipt);
}

#[tokio::test]
async fn a_file_that_is_fetched_once_reaches_everyone_who_is_linked() {
    let world = World::new().await;
    let other_team = world.add_team().await;
    let (ann, bob) = (world.person("shared").await, world.add_user_of(other_team).await);
    world.connect_of(other_team, bob, "shared").await;
    let notice = json!({ "activityFiles": [crate::bodies::file_notice("shared", 1)] });
    world.push(&notice).await;
    world.work().await;
    assert_eq!(world.depths().await.jobs_waiting, 1, "one job for both");
    let job = world.job().await;
    world.fetched(&job, &crate::fit_bytes::run(crate::world::NOW, 60)).await;
    // sent again, after it was fetched
    world.push(&notice).await;
    world.work().await;
    assert_eq!(world.depths().await.jobs_waiting, 0);
    for user in [ann, bob] {
        let found = crate::dump::events(&world, user).await;
        assert_eq!(found.len(), 1);
        assert_eq!(world.store.list_files(user, found[0].id).await.unwrap().len(), 1);
    }
    assert!(dump(&world, ann).await == dump(&world, bob).await);
    // a part for each: one goes with its user, the other stays
    assert!(world.intake.delete_user(world.team, ann).await.unwrap().is_finished);
    assert_eq!(world.store.replay(store::ReplayQuery::default(), world.clock.now()).await.unwrap(), 3);
}

#[tokio::test]
async fn a_kill_between_a_download_and_its_cutting_loses_nothing_for_anyone() {
    let world = World::new().await;
    let (ann, bob) = (world.person("shared").await, world.person("shared").await);
    world.push(&json!({ "activityFiles": [crate::bodies::file_notice("shared", 1)] })).await;
    world.work().await;
    let job = world.job().await;
    world.fetched(&job, &crate::fit_bytes::run(crate::world::NOW, 60)).await;
    let world = world.reopened().await;
    let depths = world.depths().await;
    assert_eq!((depths.deliveries_waiting, depths.jobs_waiting, depths.jobs_dead), (1, 0, 0));
    world.work().await;
    for user in [ann, bob] {
        assert_eq!(crate::dump::events(&world, user).await.len(), 1);
    }
}
