//! The background work: its end, its failures, its retries.

use crate::{
    bodies::{activity, daily, details},
    dump::{dump, events},
    world::World,
};
use serde_json::json;
use std::time::Duration;
use store::ReplayQuery;
use tokio_util::sync::CancellationToken;

#[tokio::test(flavor = "multi_thread")]
async fn work_that_runs_does_what_comes_and_ends_when_told() {
    let world = World::new().await;
    let user = world.person("a").await;
    let shutdown = CancellationToken::new();
    let running = tokio::spawn(world.workers().run(shutdown.clone()));
    for number in 0..40 {
        world.push(&json!({ "activities": [activity("a", number, 500.0)] })).await;
    }
    tokio::time::timeout(Duration::from_secs(30), async {
        while events(&world, user).await.len() < 40 {
            tokio::task::yield_now().await;
        }
    })
    .await
    .unwrap();
    shutdown.cancel();
    tokio::time::timeout(Duration::from_secs(30), running).await.unwrap().unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_begun_is_finished_before_the_end_and_nothing_stays_claimed() {
    let world = World::new().await;
    let user = world.person("a").await;
    for number in 0..200 {
        world.push(&json!({ "activities": [activity("a", number, 500.0)], "dailies": [daily("a", number, 3)] })).await;
    }
    let shutdown = CancellationToken::new();
    let running = tokio::spawn(world.workers().run(shutdown.clone()));
    while events(&world, user).await.is_empty() {
        tokio::task::yield_now().await;
    }
    shutdown.cancel();
    tokio::time::timeout(Duration::from_secs(30), running).await.unwrap().unwrap();
    // no claim is released, no lease lapses: whatever is left was never begun
    world.work().await;
    let depths = world.depths().await;
    assert_eq!((depths.deliveries_waiting, depths.parts_waiting), (0, 0));
    assert_eq!(events(&world, user).await.len(), 400);
}

#[tokio::test]
async fn a_part_that_always_fails_ends_dead_and_later_ones_go_on() {
    let world = World::new().await;
    let user = world.person("a").await;
    world.push(&json!({ "activityDetails": [details("a", 1, 40_000)] })).await;
    world.workers().cut_waiting().await.unwrap();
    let name = world.spooled().remove(0);
    let path = world.spool_folder().join(&name);
    let body = std::fs::read(&path).unwrap();
    std::fs::write(&path, &body[..body.len() / 2]).unwrap();
    world.push(&json!({ "activities": [activity("a", 2, 500.0)] })).await;
    for _ in 0..5 {
        world.work().await;
        let depths = world.depths().await;
        assert_eq!((depths.parts_waiting, depths.parts_dead), (2, 0), "the later part waits for the failing one");
        world.clock.advance(Duration::from_hours(1));
    }
    world.work().await;
    let depths = world.depths().await;
    assert_eq!((depths.parts_waiting, depths.parts_dead), (0, 1));
    assert_eq!(events(&world, user).await.len(), 1);
    // mended, it can be replayed
    std::fs::write(&path, &body).unwrap();
    let query = ReplayQuery { dead_only: true, emit: true, ..ReplayQuery::default() };
    assert_eq!(world.store.replay(query, world.clock.now()).await.unwrap(), 1);
    world.work().await;
    assert_eq!(dump(&world, user).await.points.len(), 80_000);
    assert_eq!(world.depths().await.parts_dead, 0);
}

#[tokio::test]
async fn a_part_whose_body_is_gone_is_dead_at_once() {
    let world = World::new().await;
    let user = world.person("a").await;
    world.push(&json!({ "activityDetails": [details("a", 1, 20_000)] })).await;
    world.workers().cut_waiting().await.unwrap();
    std::fs::remove_file(world.spool_folder().join(world.spooled().remove(0))).unwrap();
    world.push(&json!({ "activities": [activity("a", 2, 500.0)] })).await;
    world.work().await;
    assert_eq!(world.depths().await.parts_dead, 1);
    assert_eq!(events(&world, user).await.len(), 1);
}

#[tokio::test]
async fn a_failing_part_holds_up_nobody_else() {
    let world = World::new().await;
    let mut others = Vec::new();
    for number in 0..70 {
        others.push((format!("o{number}"), world.person(&format!("o{number}")).await));
    }
    world.person("a").await;
    world.push(&json!({ "activityDetails": [details("a", 1, 20_000)] })).await;
    world.workers().cut_waiting().await.unwrap();
    let path = world.spool_folder().join(world.spooled().remove(0));
    let body = std::fs::read(&path).unwrap();
    std::fs::write(&path, &body[..100]).unwrap();
    let items: Vec<_> = others.iter().map(|(account, _)| activity(account, 1, 5.0)).collect();
    world.push(&json!({ "activities": items })).await;
    world.work().await;
    for (account, user) in others {
        assert_eq!(events(&world, user).await.len(), 1, "{account}");
    }
    assert_eq!(world.depths().await.parts_waiting, 1);
}
