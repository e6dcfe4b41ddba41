//! Scores: a change of one alone is told, with what changed; what is kept already is not told again.

use crate::{
    bodies::{activity, sleep},
    world::World,
};
use model::UserId;
use serde_json::{Value, json};

/// What subscribers were told since there were `before` emissions.
async fn told_since(world: &World, user: UserId, before: usize) -> Vec<String> {
    world.told(user).await.into_iter().skip(before).map(|emission| emission.event_type).collect()
}

async fn scored(world: &World, score: Value) {
    let mut night = sleep("a", 1, "AUTO_FINAL");
    night["overallSleepScore"] = score;
    world.push(&json!({ "sleeps": [night] })).await;
    world.work().await;
}

#[tokio::test]
async fn a_change_of_a_score_alone_is_told_and_no_change_is_not() {
    let world = World::new().await;
    let user = world.person("a").await;
    scored(&world, json!({ "value": 70, "qualifierKey": "GOOD" })).await;
    let first = world.told(user).await.len();
    assert_eq!(world.runs(user).await.pop().unwrap().metadata["scores_changed"], json!(["sleep"]));

    scored(&world, json!({ "value": 70, "qualifierKey": "GOOD" })).await;
    assert_eq!(told_since(&world, user, first).await, [""; 0]);
    assert_eq!(world.runs(user).await.pop().unwrap().metadata["scores_changed"], json!([]));

    scored(&world, json!({ "value": 81, "qualifierKey": "GOOD" })).await;
    assert_eq!(told_since(&world, user, first).await, ["sync.completed"]);
    assert_eq!(world.runs(user).await.pop().unwrap().metadata["scores_changed"], json!(["sleep"]));

    scored(&world, json!({ "value": 81, "qualifierKey": "FAIR" })).await;
    assert_eq!(told_since(&world, user, first).await, ["sync.completed"; 2]);
}

/// Parts that are applied together are told of apart: only of what each of them changed.
#[tokio::test]
async fn what_changed_nothing_is_not_told_because_something_else_did() {
    let world = World::new().await;
    let user = world.person("a").await;
    scored(&world, json!({ "value": 70, "qualifierKey": "GOOD" })).await;
    let first = world.told(user).await.len();
    let mut same = sleep("a", 1, "AUTO_FINAL");
    same["overallSleepScore"] = json!({ "value": 70, "qualifierKey": "GOOD" });
    world.push(&json!({ "sleeps": [same] })).await;
    world.push(&json!({ "activities": [activity("a", 1, 500.0)] })).await;
    world.work().await;
    let told = told_since(&world, user, first).await;
    assert_eq!(told.iter().filter(|kind| *kind == "sync.completed").count(), 1, "{told:?}");
}
