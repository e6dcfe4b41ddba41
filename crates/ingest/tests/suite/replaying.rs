//! Parts applied again: the same content, told only when asked.

use crate::{
    bodies::{activity, daily, details, file_meta, sleep},
    dump::{dump, versions},
    fit_bytes,
    world::{NOW, World},
};
use serde_json::json;
use store::ReplayQuery;

async fn filled() -> (World, model::UserId) {
    let world = World::new().await;
    let user = world.person("a").await;
    world.push(&json!({ "activities": [activity("a", 1, 500.0)], "dailies": [daily("a", 1, 7)] })).await;
    world.push(&json!({ "activities": [activity("a", 1, 600.0)], "dailies": [daily("a", 1, 20)] })).await;
    world.push(&json!({ "activityDetails": [details("a", 1, 30)], "sleeps": [sleep("a", 2, "DEVICE")] })).await;
    world.file(user, file_meta(1), &fit_bytes::run(NOW, 100)).await;
    world.push(&json!({ "activityFiles": [crate::bodies::file_notice("a", 1)] })).await;
    world.work().await;
    (world, user)
}

#[tokio::test]
async fn a_replay_changes_nothing_tells_nobody_and_fetches_nothing() {
    let (world, user) = filled().await;
    let (kept, blocks, told) = (dump(&world, user).await, versions(&world, user).await, world.told(user).await);
    let (runs, jobs) = (world.runs(user).await.len(), world.depths().await.jobs_waiting);
    let replayed = world.store.replay(ReplayQuery::default(), world.clock.now()).await.unwrap();
    assert_eq!(replayed, 8);
    assert_eq!(world.depths().await.parts_waiting, 8);
    world.work().await;
    assert_eq!(world.depths().await.parts_waiting, 0);
    assert_eq!((dump(&world, user).await, versions(&world, user).await), (kept, blocks));
    assert_eq!(world.told(user).await, told);
    assert_eq!((world.runs(user).await.len(), world.depths().await.jobs_waiting), (runs, jobs));
}

#[tokio::test]
async fn a_replay_that_is_asked_to_tell_shows_its_runs() {
    let (world, user) = filled().await;
    let (kept, runs) = (dump(&world, user).await, world.runs(user).await.len());
    let query =
        ReplayQuery { user_id: Some(user), part_type: Some("dailies".to_owned()), emit: true, ..Default::default() };
    assert_eq!(world.store.replay(query, world.clock.now()).await.unwrap(), 2);
    world.work().await;
    assert_eq!(world.runs(user).await.len(), runs + 2);
    assert_eq!(dump(&world, user).await, kept);
}
