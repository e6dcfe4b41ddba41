//! What a phone deletes: points, stages and workouts, whatever the order of arrival, and nothing of anybody else.

use crate::{
    dump::{Dump, dump},
    world::World,
};
use bytes::Bytes;
use futures::stream;
use model::{SeriesType, UserId};
use serde_json::{Value, json};
use std::{collections::BTreeMap, convert::Infallible, time::Duration};
use store::ReplayQuery;

async fn send(world: &World, user: UserId, data: Value) {
    world.clock.advance(Duration::from_secs(1));
    let body = json!({"provider": "apple", "data": data}).to_string();
    world.intake.accept_sync(user, stream::iter([Ok::<_, Infallible>(Bytes::from(body))])).await.unwrap();
}

/// A phone sends, and it is applied.
async fn synced(world: &World, user: UserId, data: Value) {
    send(world, user, data).await;
    world.work().await;
}

fn beat(id: &str, minute: u32, value: f64) -> Value {
    let at = format!("2026-11-17T08:{minute:02}:00Z");
    json!({
        "id": id, "type": "HKQuantityTypeIdentifierHeartRate", "startDate": at, "endDate": at, "value": value,
        "unit": "bpm", "source": {"appId": "com.apple.health", "deviceModel": "Watch7,5"}
    })
}

fn stage(id: &str, stage: &str, from: &str, to: &str) -> Value {
    let at = |time: &str| format!("2026-11-18T{time}:00Z");
    json!({"id": id, "stage": stage, "startDate": at(from), "endDate": at(to), "source": {"appId": "com.apple.health"}})
}

fn run(id: &str) -> Value {
    json!({
        "id": id, "type": "running", "startDate": "2026-11-17T06:00:00Z", "endDate": "2026-11-17T06:45:00Z",
        "values": [{"type": "distance", "value": 5234.0, "unit": "m"}],
        "samples": [{"timestamp": "2026-11-17T06:01:00Z", "type": "heartRate", "value": 110, "unit": "bpm"}]
    })
}

fn beats(kept: &Dump) -> Vec<String> {
    let of_heart = kept.points.iter().filter(|(key, _)| key.0 == SeriesType::HEART_RATE.as_str());
    of_heart.map(|(_, value)| value.split_whitespace().next().unwrap_or_default().to_owned()).collect()
}

async fn replay(world: &World, query: ReplayQuery) {
    assert!(world.store.replay(query, world.clock.now()).await.unwrap() > 0);
    world.work().await;
}

fn names(told: &[store::Emission]) -> Vec<&str> {
    told.iter().map(|one| one.event_type.as_str()).collect()
}

#[tokio::test]
async fn a_deleted_record_goes_alone_and_is_back_when_it_is_told_again() {
    let world = World::new().await;
    let (ann, bob) = (world.add_user_of(world.team).await, world.add_user_of(world.team).await);
    for user in [ann, bob] {
        synced(&world, user, json!({"records": [beat("a", 1, 61.0), beat("b", 2, 62.0)]})).await;
    }
    let whole = dump(&world, ann).await;
    for _ in 0..2 {
        synced(&world, ann, json!({"deleted": ["a", "unknown"]})).await;
        assert_eq!(beats(&dump(&world, ann).await).len(), 1);
    }
    let told: Vec<i64> =
        world.runs(ann).await.iter().filter_map(|run| run.metadata["points_deleted"].as_i64()).collect();
    assert_eq!(told, [0, 1, 0]);
    assert_eq!(
        names(&world.told(ann).await),
        ["sync.completed", "sync.completed"],
        "what changed nothing tells nobody"
    );
    assert_eq!(dump(&world, bob).await.points, whole.points, "another's record of that name stays");
    synced(&world, ann, json!({"records": [beat("a", 1, 61.0)]})).await;
    assert_eq!(dump(&world, ann).await, whole);
}

#[tokio::test]
async fn a_deletion_counts_for_what_was_told_before_it_and_with_it_whenever_that_is_applied() {
    let world = World::new().await;
    let user = world.add_user_of(world.team).await;
    send(&world, user, json!({"records": [beat("a", 1, 61.0), beat("b", 2, 62.0)], "workouts": [run("w")]})).await;
    send(&world, user, json!({"deleted": ["a", "w", "c"], "records": [beat("c", 3, 63.0)]})).await;
    world.work().await;
    let kept = dump(&world, user).await;
    assert_eq!((beats(&kept).len(), kept.events.len()), (1, 0), "{kept:?}");
    let records = ReplayQuery { user_id: Some(user), part_type: Some("records".to_owned()), ..Default::default() };
    replay(&world, records).await;
    assert_eq!(dump(&world, user).await, kept, "a record that is applied after its deletion");
    synced(&world, user, json!({"records": [beat("a", 1, 64.0)]})).await;
    let again = dump(&world, user).await;
    assert_eq!(beats(&again).len(), 2);
    let deletions = ReplayQuery { user_id: Some(user), part_type: Some("deleted".to_owned()), ..Default::default() };
    replay(&world, deletions).await;
    assert_eq!(dump(&world, user).await, again, "a deletion that is applied after a later telling");
    replay(&world, ReplayQuery { user_id: Some(user), ..Default::default() }).await;
    assert_eq!(dump(&world, user).await, again);
}

#[tokio::test]
async fn of_two_records_in_one_place_the_other_comes_back() {
    let world = World::new().await;
    let user = world.add_user_of(world.team).await;
    synced(&world, user, json!({"records": [beat("a", 1, 61.0)]})).await;
    let first = dump(&world, user).await;
    synced(&world, user, json!({"records": [beat("b", 1, 71.0)]})).await;
    let second = dump(&world, user).await;
    assert_eq!((first.points.len(), second.points.len()), (1, 1));
    assert_ne!(first, second);
    synced(&world, user, json!({"deleted": ["b"]})).await;
    assert_eq!(dump(&world, user).await, first);
    synced(&world, user, json!({"records": [beat("c", 1, 71.0)], "deleted": ["a"]})).await;
    assert_eq!(dump(&world, user).await, second, "what replaces a record and deletes it leaves the later");
    synced(&world, user, json!({"deleted": ["c"]})).await;
    assert_eq!(dump(&world, user).await.points, BTreeMap::new());
}

#[tokio::test]
async fn nights_follow_their_stages_and_go_with_the_last() {
    let world = World::new().await;
    let user = world.add_user_of(world.team).await;
    let early = [stage("1", "light", "00:00", "01:00"), stage("2", "deep", "01:00", "02:00")];
    synced(&world, user, json!({"sleep": early})).await;
    let without = dump(&world, user).await;
    synced(
        &world,
        user,
        json!({"sleep": [stage("3", "rem", "02:00", "03:00"), stage("0", "in_bed", "00:00", "04:00")]}),
    )
    .await;
    assert_ne!(dump(&world, user).await, without);
    synced(&world, user, json!({"deleted": ["3", {"id": "0"}]})).await;
    assert_eq!(dump(&world, user).await, without);
    synced(&world, user, json!({"deleted": ["1", "2"]})).await;
    let gone = dump(&world, user).await;
    assert_eq!((gone.events.len(), gone.points.len()), (0, 0));
    let told = world.told(user).await;
    let of_sleep: Vec<&str> = names(&told).into_iter().filter(|name| name.starts_with("sleep.")).collect();
    assert_eq!(of_sleep, ["sleep.created", "sleep.updated", "sleep.updated", "sleep.deleted"]);
    replay(&world, ReplayQuery { user_id: Some(user), ..Default::default() }).await;
    assert_eq!(dump(&world, user).await, gone);
}

#[tokio::test]
async fn a_deleted_workout_goes_with_its_samples_and_what_a_person_deleted_never_comes_back() {
    let world = World::new().await;
    let user = world.add_user_of(world.team).await;
    synced(&world, user, json!({"workouts": [run("w")]})).await;
    let whole = dump(&world, user).await;
    let id = crate::dump::events(&world, user).await[0].id;
    synced(&world, user, json!({"deleted": ["w"]})).await;
    let gone = dump(&world, user).await;
    assert_eq!((gone.events.len(), gone.points.len()), (0, 0));
    assert!(names(&world.told(user).await).contains(&"workout.deleted"));
    synced(&world, user, json!({"workouts": [run("w")]})).await;
    assert_eq!(dump(&world, user).await, whole);
    assert_eq!(crate::dump::events(&world, user).await[0].id, id);
    world.store.delete_event(user, model::EventKind::Workout, id, world.clock.now()).await.unwrap();
    synced(&world, user, json!({"deleted": ["w"]})).await;
    synced(&world, user, json!({"workouts": [run("w")]})).await;
    assert_eq!(dump(&world, user).await.events.len(), 0);
}

/// What a user's tellings leave: of each record the last telling, of each place the record told last.
fn expected(steps: &[(usize, u32, bool)]) -> Vec<f64> {
    let mut live: BTreeMap<usize, (u32, usize)> = BTreeMap::new();
    for (turn, (id, minute, is_deletion)) in steps.iter().enumerate() {
        match is_deletion {
            true => drop(live.remove(id)),
            false => drop(live.insert(*id, (*minute, turn))),
        }
    }
    let mut places: BTreeMap<u32, usize> = BTreeMap::new();
    for (minute, turn) in live.into_values() {
        places.entry(minute).and_modify(|last| *last = turn.max(*last)).or_insert(turn);
    }
    places.into_values().map(|turn| 50.0 + turn as f64).collect()
}

#[tokio::test]
async fn any_sequence_of_tellings_and_deletions_leaves_what_was_said_last_and_a_replay_the_same() {
    let world = World::new().await;
    let mut state = 4711_u64;
    let mut dice = |sides: u64| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) % sides
    };
    for _ in 0..4 {
        let user = world.add_user_of(world.team).await;
        // a record stays where it is: ids 0 and 1 share one place, 2 and 3 another
        let steps: Vec<(usize, u32, bool)> =
            (0..12).map(|_| (dice(4), dice(3) == 0)).map(|(id, gone)| (id as usize, id as u32 / 2, gone)).collect();
        for (turn, (id, minute, is_deletion)) in steps.iter().enumerate() {
            let data = match is_deletion {
                true => json!({"deleted": [format!("{id}")]}),
                false => json!({"records": [beat(&format!("{id}"), *minute, 50.0 + turn as f64)]}),
            };
            send(&world, user, data).await;
            if dice(2) == 0 {
                world.work().await;
            }
        }
        world.work().await;
        let kept = dump(&world, user).await;
        let values: Vec<f64> = beats(&kept).iter().map(|value| value.parse().unwrap()).collect();
        assert_eq!(values, expected(&steps), "{steps:?}");
        replay(&world, ReplayQuery { user_id: Some(user), ..Default::default() }).await;
        assert_eq!(dump(&world, user).await, kept, "{steps:?}");
    }
}
