//! A process that ends anywhere on the way: everything is there afterwards, once.

use crate::{
    bodies::{activity, daily, details},
    dump::{dump, versions},
    world::World,
};
use model::UserId;
use serde_json::{Value, json};
use store::{Delivery, Lane};

fn body() -> Value {
    json!({
        "activities": [activity("a", 1, 500.0), activity("a", 2, 600.0)],
        "dailies": [daily("a", 1, 24)],
        "activityDetails": [details("a", 1, 40)],
    })
}

async fn claimed(world: &World) -> Delivery {
    let now = world.clock.now();
    world.store.claim_deliveries(now, now.plus_seconds(600), 1).await.unwrap().remove(0)
}

async fn check(world: &World, user: UserId) {
    world.work().await;
    let depths = world.depths().await;
    assert_eq!(
        (depths.deliveries_waiting, depths.deliveries_dead, depths.parts_waiting, depths.parts_dead),
        (0, 0, 0, 0)
    );
    let smooth = World::new().await;
    let other = smooth.person("a").await;
    smooth.push(&body()).await;
    smooth.work().await;
    assert_eq!(dump(world, user).await, dump(&smooth, other).await);
    assert_eq!(world.told(user).await.len(), smooth.told(other).await.len());
}

#[tokio::test]
async fn between_answer_and_application_of_what_was_cut_at_the_door() {
    let world = World::new().await;
    let user = world.person("a").await;
    world.push(&body()).await;
    let depths = world.depths().await;
    assert_eq!((depths.deliveries_waiting, depths.parts_waiting), (0, 3));
    check(&world.reopened().await, user).await;
}

#[tokio::test]
async fn between_answer_and_cut() {
    let world = World::new().await;
    let user = world.person("a").await;
    world.push_spacious(&body()).await;
    check(&world.reopened().await, user).await;
}

#[tokio::test]
async fn after_a_delivery_was_claimed() {
    let world = World::new().await;
    let user = world.person("a").await;
    world.push_spacious(&body()).await;
    claimed(&world).await;
    check(&world.reopened().await, user).await;
}

#[tokio::test]
async fn between_parts_kept_and_delivery_ended() {
    let world = World::new().await;
    let user = world.person("a").await;
    world.push_spacious(&body()).await;
    let delivery = claimed(&world).await;
    world.store.release_claims().await.unwrap();
    world.work().await;
    // the delivery is there again, as if its end had not been written
    world.store.accept(delivery).await.unwrap();
    let before = versions(&world, user).await;
    let world = world.reopened().await;
    check(&world, user).await;
    assert_eq!(versions(&world, user).await, before);
}

#[tokio::test]
async fn between_cutting_and_application() {
    let world = World::new().await;
    let user = world.person("a").await;
    world.push_spacious(&body()).await;
    world.workers().cut_waiting().await.unwrap();
    let now = world.clock.now();
    let parts = world.store.list_parts(Lane::of_user(user), now, 64).await.unwrap();
    assert_eq!(parts.len(), 3);
    check(&world.reopened().await, user).await;
}

#[tokio::test]
async fn a_claim_that_nobody_ended_lapses() {
    let world = World::new().await;
    let user = world.person("a").await;
    world.push_spacious(&body()).await;
    claimed(&world).await;
    world.work().await;
    assert_eq!(dump(&world, user).await.events.len(), 0);
    world.clock.advance(std::time::Duration::from_mins(11));
    check(&world, user).await;
}

#[tokio::test]
async fn a_spooled_body_is_there_until_its_parts_are() {
    let world = World::new().await;
    let user = world.person("a").await;
    world.push(&json!({ "activityDetails": [details("a", 1, 9000), details("a", 2, 9000)] })).await;
    assert_eq!(world.spooled().len(), 1);
    let delivery = claimed(&world).await;
    let world = world.reopened().await;
    world.work().await;
    assert!(!world.spooled().contains(&format!("d{}", delivery.receipt)));
    assert_eq!(dump(&world, user).await.events.len(), 2);
    assert_eq!(dump(&world, user).await.points.len(), 2 * 2 * 9000);
}

#[tokio::test]
async fn an_old_body_that_no_row_knows_is_swept_and_others_stay() {
    let world = World::new().await;
    let user = world.person("a").await;
    let accepted = world.push(&json!({ "activityDetails": [details("a", 1, 9000)] })).await;
    let (orphan, broken) = (world.spool_folder().join("d17"), world.spool_folder().join("d18.part"));
    let young = world.spool_folder().join("d19");
    for path in [&orphan, &broken, &young] {
        std::fs::write(path, b"never answered").unwrap();
    }
    let long_ago = std::fs::metadata(&young).unwrap().modified().unwrap() - std::time::Duration::from_hours(2);
    let known = world.spool_folder().join(format!("d{}", accepted.receipt));
    for path in [&orphan, &broken, &known] {
        std::fs::File::options().write(true).open(path).unwrap().set_modified(long_ago).unwrap();
    }
    world.workers().sweep_spool().await.unwrap();
    assert_eq!(world.spooled(), [format!("d{}", accepted.receipt), "d19".to_owned()]);
    world.work().await;
    assert_eq!(dump(&world, user).await.events.len(), 1);
}
