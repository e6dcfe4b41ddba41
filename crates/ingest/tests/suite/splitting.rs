//! One body, many people and types.

use crate::{
    bodies::{activity, daily, sleep},
    dump::{dump, events},
    world::{GARMIN, World},
};
use model::EventKind;
use serde_json::json;
use store::EndReason;

#[tokio::test]
async fn a_body_of_two_people_and_three_types_reaches_both() {
    let world = World::new().await;
    let (ann, bob) = (world.person("a1").await, world.person("b1").await);
    let body = json!({
        "activities": [activity("a1", 1, 500.0), activity("b1", 2, 700.0), activity("a1", 3, 900.0)],
        "sleeps": [sleep("b1", 1, "AUTO_FINAL"), sleep("a1", 1, "AUTO_FINAL")],
        "dailies": [daily("a1", 1, 24)],
    });
    world.push_spacious(&body).await;
    assert_eq!(world.depths().await.deliveries_waiting, 1);
    let at_the_door = World::new().await;
    let same = (at_the_door.person("a1").await, at_the_door.person("b1").await);
    at_the_door.push(&body).await;
    let depths = at_the_door.depths().await;
    assert_eq!((depths.deliveries_waiting, depths.parts_waiting), (0, 5));
    world.work().await;
    at_the_door.work().await;
    assert_eq!(dump(&world, ann).await, dump(&at_the_door, same.0).await);
    assert_eq!(dump(&world, bob).await, dump(&at_the_door, same.1).await);
    let depths = world.depths().await;
    assert_eq!((depths.deliveries_waiting, depths.parts_waiting, depths.parts_dead), (0, 0, 0));
    let count = |events: &[store::StoredEvent], kind| events.iter().filter(|event| event.kind == kind).count();
    let (of_ann, of_bob) = (events(&world, ann).await, events(&world, bob).await);
    let counts = |events: &[store::StoredEvent]| {
        [EventKind::Workout, EventKind::Sleep, EventKind::Daily].map(|kind| count(events, kind))
    };
    assert_eq!((counts(&of_ann), counts(&of_bob)), ([2, 1, 1], [1, 1, 0]));
    let user = world.store.find_user(world.team, ann).await.unwrap().unwrap();
    assert_eq!(user.last_synced_provider, Some(GARMIN));
    let told: Vec<String> = world.told(bob).await.into_iter().map(|emission| emission.event_type).collect();
    assert_eq!(told.iter().filter(|kind| *kind == "workout.created").count(), 1);
    assert_eq!(told.iter().filter(|kind| *kind == "sleep.created").count(), 1);
    assert_eq!(told.iter().filter(|kind| *kind == "sync.completed").count(), 2);
    assert_eq!(world.runs(ann).await.len(), 3);
}

#[tokio::test]
async fn items_of_an_unknown_account_wait_for_its_connection() {
    let world = World::new().await;
    world.push(&json!({ "activities": [activity("later", 1, 500.0), activity("never", 2, 1.0)] })).await;
    world.push(&json!({ "dailies": [daily("later", 1, 10)] })).await;
    world.work().await;
    let depths = world.depths().await;
    assert_eq!((depths.parts_unmatched, depths.parts_waiting), (3, 0));
    let user = world.person("later").await;
    world.work().await;
    assert_eq!(world.depths().await.parts_unmatched, 1);
    assert_eq!(dump(&world, user).await.events.len(), 2);
}

#[tokio::test]
async fn what_comes_while_a_connection_is_withdrawn_waits_until_it_is_renewed() {
    let world = World::new().await;
    let user = world.person("a").await;
    let link = world.store.list_connections(user).await.unwrap().remove(0);
    world.store.end_connection(user, link.id, EndReason::Disconnected.into(), world.clock.now()).await.unwrap();
    world.push(&json!({ "activities": [activity("a", 1, 500.0)] })).await;
    world.work().await;
    assert_eq!(world.depths().await.parts_unmatched, 1);
    world.connect_of(world.team, user, "a").await;
    world.work().await;
    assert_eq!((world.depths().await.parts_unmatched, events(&world, user).await.len()), (0, 1));
}

#[tokio::test]
async fn an_account_that_is_a_number_is_the_account_of_that_text() {
    let world = World::new().await;
    let user = world.person("77").await;
    let mut item = activity("", 1, 500.0);
    item["userId"] = json!(77);
    world.push(&json!({ "activities": [item] })).await;
    world.work().await;
    assert_eq!(events(&world, user).await.len(), 1);
}

#[tokio::test]
async fn a_notice_of_a_file_becomes_one_job() {
    let world = World::new().await;
    let user = world.person("a").await;
    world.push(&json!({ "activityFiles": [crate::bodies::file_notice("a", 1)] })).await;
    world.work().await;
    assert_eq!(world.depths().await.jobs_waiting, 1);
    let now = world.clock.now();
    let job = world.store.claim_jobs(now, now.plus_seconds(60), 10).await.unwrap().remove(0);
    assert_eq!(job.account, world.store.list_connections(user).await.unwrap()[0].provider_user_id.clone().unwrap());
    assert!(!job.fetch.bearer);
}
