//! The same again changes nothing; what changed is told; how final a thing is decides which stands.

use crate::{
    bodies::{VALIDATIONS, activity, daily, details, sleep},
    dump::{Dump, dump, events, versions},
    world::World,
};
use model::{EventDocument, SeriesType, UserId};
use serde_json::{Value, json};

async fn push_and_work(world: &World, body: Value) {
    world.push(&body).await;
    world.work().await;
}

fn everything(account: &str) -> [Value; 4] {
    [
        json!({ "activities": [activity(account, 1, 500.0)] }),
        json!({ "activityDetails": [details(account, 1, 60)] }),
        json!({ "sleeps": [sleep(account, 1, "AUTO_FINAL")] }),
        json!({ "dailies": [daily(account, 1, 12)] }),
    ]
}

#[tokio::test]
async fn the_same_content_again_writes_no_block_and_tells_nobody() {
    let world = World::new().await;
    let user = world.person("a").await;
    for body in everything("a") {
        push_and_work(&world, body).await;
    }
    let (kept, blocks, told) = (dump(&world, user).await, versions(&world, user).await, world.told(user).await.len());
    let revisions = |events: Vec<store::StoredEvent>| {
        events.into_iter().map(|event| (event.id, event.revision, event.updated_at)).collect::<Vec<_>>()
    };
    let before = revisions(events(&world, user).await);
    for _ in 0..2 {
        for body in everything("a") {
            push_and_work(&world, body).await;
        }
    }
    assert_eq!(dump(&world, user).await, kept);
    assert_eq!(versions(&world, user).await, blocks);
    assert_eq!(world.told(user).await.len(), told);
    assert_eq!(revisions(events(&world, user).await), before);
    // runs are still shown: the provider did send
    assert_eq!(world.runs(user).await.len(), 12);
}

#[tokio::test]
async fn a_changed_workout_is_one_revision_on_and_the_changed_fields_are_told() {
    let world = World::new().await;
    let user = world.person("a").await;
    push_and_work(&world, json!({ "activities": [activity("a", 1, 500.0)] })).await;
    let mut changed = activity("a", 1, 640.0);
    changed["activityName"] = json!("Evening run");
    push_and_work(&world, json!({ "activities": [changed] })).await;
    let event = events(&world, user).await.remove(0);
    assert_eq!(event.revision, 2);
    let told = world.told(user).await;
    let updates: Vec<_> = told.iter().filter(|emission| emission.event_type == "workout.updated").collect();
    assert_eq!(updates.len(), 1);
    assert_eq!(updates[0].changed, ["distance_m", "name"]);
    push_and_work(&world, json!({ "activityDetails": [details("a", 1, 5)] })).await;
    let last = world.told(user).await.into_iter().rfind(|emission| emission.event_type == "workout.updated");
    assert_eq!(last.unwrap().changed, ["laps", "samples", "steps"]);
}

#[tokio::test]
async fn a_change_and_its_opposite_in_one_batch_are_no_change() {
    let world = World::new().await;
    let user = world.person("a").await;
    push_and_work(&world, json!({ "activities": [activity("a", 1, 500.0)] })).await;
    let told = world.told(user).await.len();
    world.push(&json!({ "activities": [activity("a", 1, 640.0)] })).await;
    world.push(&json!({ "activities": [activity("a", 1, 500.0)] })).await;
    world.work().await;
    assert_eq!(events(&world, user).await[0].revision, 1);
    assert_eq!(world.told(user).await.len(), told);
}

/// Pushes bodies to a person of their own, one by one; gives what is kept.
async fn told_in(world: &World, account: &str, bodies: &[Value]) -> (UserId, Dump) {
    let user = world.person(account).await;
    for body in bodies {
        push_and_work(world, body.clone()).await;
    }
    (user, dump(world, user).await)
}

fn rotations<T: Clone>(of: &[T]) -> Vec<Vec<T>> {
    let mut all: Vec<Vec<T>> = (0..of.len()).map(|by| [&of[by..], &of[..by]].concat()).collect();
    let backwards: Vec<T> = of.iter().rev().cloned().collect();
    all.extend((0..of.len()).map(|by| [&backwards[by..], &backwards[..by]].concat()));
    all
}

#[tokio::test]
async fn the_most_final_night_stands_whatever_the_order() {
    let world = World::new().await;
    let mut expected = None;
    for (number, order) in rotations(&VALIDATIONS).into_iter().enumerate() {
        let account = format!("a{number}");
        let bodies: Vec<Value> = order.iter().map(|word| json!({ "sleeps": [sleep(&account, 1, word)] })).collect();
        let (user, kept) = told_in(&world, &account, &bodies).await;
        assert_eq!(*expected.get_or_insert_with(|| format!("{kept:#?}")), format!("{kept:#?}"), "{order:?}");
        let event = events(&world, user).await.remove(0);
        let EventDocument::Sleep(night) = event.document else { panic!("not a night") };
        assert_eq!(night.detail.validation.as_deref(), Some("ENHANCED_FINAL"));
        assert_eq!((kept.events.len(), kept.scores.len()), (1, 1));
    }
}

#[tokio::test]
async fn a_tentative_night_after_the_final_one_changes_nothing() {
    let world = World::new().await;
    let user = world.person("a").await;
    push_and_work(&world, json!({ "sleeps": [sleep("a", 1, "ENHANCED_FINAL")] })).await;
    let (kept, told) = (dump(&world, user).await, world.told(user).await.len());
    push_and_work(&world, json!({ "sleeps": [sleep("a", 1, "AUTO_TENTATIVE")] })).await;
    assert_eq!((dump(&world, user).await, world.told(user).await.len()), (kept, told));
    assert_eq!(events(&world, user).await[0].revision, 1);
}

#[tokio::test]
async fn a_growing_day_ends_the_same_in_any_order_and_counts_once() {
    let world = World::new().await;
    let mut expected = None;
    for (number, order) in rotations(&[4, 9, 15, 24]).into_iter().enumerate() {
        let account = format!("a{number}");
        let bodies: Vec<Value> = order.iter().map(|hours| json!({ "dailies": [daily(&account, 1, *hours)] })).collect();
        let (_, kept) = told_in(&world, &account, &bodies).await;
        assert_eq!(*expected.get_or_insert_with(|| format!("{kept:#?}")), format!("{kept:#?}"), "{order:?}");
        for series in [SeriesType::STEPS, SeriesType::ENERGY, SeriesType::DISTANCE_WALKING_RUNNING] {
            assert_eq!(kept.count(series, "daily"), 1, "{series:?}");
        }
        let steps = kept.points.iter().find(|(key, _)| key.0 == SeriesType::STEPS.as_str()).unwrap();
        assert!(steps.1.starts_with("14400.0 "), "{steps:?}");
        assert_eq!(kept.count(SeriesType::HEART_RATE, "samples"), 96);
    }
}

#[tokio::test]
async fn of_unranked_documents_the_latest_receipt_stands() {
    let world = World::new().await;
    let user = world.person("a").await;
    for distance in [500.0, 700.0, 500.0, 700.0, 600.0] {
        push_and_work(&world, json!({ "activities": [activity("a", 1, distance)] })).await;
    }
    let EventDocument::Workout(document) = events(&world, user).await.remove(0).document else { panic!() };
    assert_eq!(document.view().unwrap().detail.distance_m, Some(600.0));
}
