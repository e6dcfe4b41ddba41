//! What a provider says again, and differently, corrects what was kept: never a second one, never the first for ever.

use crate::{
    bodies::{activity, daily, sleep},
    dump::{dump, events},
    world::World,
};
use model::EventDocument;
use serde_json::{Value, json};
use store::{Body, Lane};

async fn say(world: &World, body: Value) {
    world.push(&body).await;
    world.work().await;
}

#[tokio::test]
async fn a_workout_whose_start_and_length_are_corrected_stays_one_workout() {
    let world = World::new().await;
    let user = world.person("a").await;
    say(&world, json!({ "activities": [activity("a", 1, 500.0)] })).await;
    let first = events(&world, user).await.remove(0);
    let mut corrected = activity("a", 1, 500.0);
    corrected["startTimeInSeconds"] = json!(corrected["startTimeInSeconds"].as_i64().unwrap() - 30);
    corrected["durationInSeconds"] = json!(95);
    say(&world, json!({ "activities": [corrected.clone()] })).await;
    let kept = events(&world, user).await;
    assert_eq!((kept.len(), kept[0].id, kept[0].revision), (1, first.id, 2));
    let EventDocument::Workout(document) = &kept[0].document else { panic!("not a workout") };
    let view = document.view().unwrap();
    assert_eq!(view.start.as_seconds(), corrected["startTimeInSeconds"].as_i64().unwrap());
    assert_eq!((view.detail.duration_s, view.end.micros_since(view.start)), (Some(95.0), 95_000_000));
}

#[tokio::test]
async fn a_night_whose_bounds_are_corrected_stays_one_night() {
    let world = World::new().await;
    let user = world.person("a").await;
    let mut early = sleep("a", 1, "AUTO_TENTATIVE");
    early["startTimeInSeconds"] = json!(early["startTimeInSeconds"].as_i64().unwrap() + 1800);
    say(&world, json!({ "sleeps": [early] })).await;
    let last = sleep("a", 1, "ENHANCED_FINAL");
    say(&world, json!({ "sleeps": [last.clone()] })).await;
    let kept = events(&world, user).await;
    assert_eq!(kept.len(), 1);
    let EventDocument::Sleep(night) = &kept[0].document else { panic!("not a night") };
    assert_eq!(night.start.as_seconds(), last["startTimeInSeconds"].as_i64().unwrap());
    assert_eq!(night.detail.asleep_s, last["durationInSeconds"].as_f64());
    let scores = dump(&world, user).await.scores;
    assert!(scores.len() == 1 && scores.iter().all(|score| score.contains("Some(74.0)")), "{scores:?}");
}

#[tokio::test]
async fn the_stress_of_a_day_follows_the_day_and_not_its_first_hours() {
    let world = World::new().await;
    let user = world.person("a").await;
    for hours in [4, 15, 24, 9] {
        say(&world, json!({ "dailies": [daily("a", 1, hours)] })).await;
    }
    let scores = dump(&world, user).await.scores;
    assert!(scores.len() == 1 && scores.iter().all(|score| score.contains("Some(44.0)")), "{scores:?}");
}

#[tokio::test]
async fn what_no_document_describes_is_in_the_part_that_is_kept() {
    let world = World::new().await;
    let user = world.person("a").await;
    let scale = json!({ "bodyComps": [{
        "userId": "a", "summaryId": "b-1", "measurementTimeInSeconds": 1_772_323_200, "weightInGrams": 71_000,
        "visceralFatRating": 7, "metabolicAge": 29,
    }] });
    let accepted = world.push(&scale).await;
    world.work().await;
    let now = world.clock.now();
    world.store.replay(store::ReplayQuery::default(), now).await.unwrap();
    let parts = world.store.list_parts(Lane::of_user(user), now, 10).await.unwrap();
    let part = parts.iter().find(|part| part.receipt == accepted.receipt).unwrap();
    let Body::Inline(packed) = &part.body else { panic!("{part:?}") };
    let text = String::from_utf8(zstd::decode_all(packed.as_slice()).unwrap()).unwrap();
    assert!(text.contains("\"visceralFatRating\":7") && text.contains("\"metabolicAge\":29"), "{text}");
}
