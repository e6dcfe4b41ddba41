//! Old samples go to a cold place, once: whatever comes again, fails or is cut off.

use crate::{
    bodies::{activity, daily},
    dump::{Dump, dump},
    world::{GARMIN, World},
};
use export::samples::{StoredSample, read_parquet};
use model::{BlockClass, SeriesType, UserId};
use serde_json::json;
use series::bucket_of;
use std::{collections::BTreeSet, fs, path::PathBuf, time::Duration};
use store::{ColdObject, ConnectionEnd, EndReason, ReplayQuery, Retention};
use tokio_util::sync::CancellationToken;

const COLD: Retention =
    Retention { raw_days: None, full_days: None, step_s: None, cold_days: Some(30), kept_days: None };
const HOURLY: Retention = Retention { full_days: Some(20), step_s: Some(3600), ..COLD };
const MONTHS: Duration = Duration::from_hours(65 * 24);

/// Three days in March of a person, and a run, after March went by more than a month ago.
async fn given(policy: Retention) -> (World, UserId) {
    let world = World::new().await;
    let user = world.person("a").await;
    for day in 2..=4 {
        world.push(&json!({ "dailies": [daily("a", day, 24)] })).await;
    }
    world.push(&json!({ "activities": [activity("a", 1, 500.0)] })).await;
    world.work().await;
    world.clock.advance(MONTHS);
    world.store.put_retention(world.team, policy).await.unwrap();
    (world, user)
}

/// Goes through all lanes.
async fn move_old(world: &World) {
    while world.workers().keep_policies_once(&CancellationToken::new()).await.unwrap() {}
}

/// The next round, and what is to be removed after it.
async fn round(world: &World) {
    world.clock.advance(Duration::from_hours(2));
    move_old(world).await;
    world.intake.remove_cold().await.unwrap();
}

async fn objects(world: &World, user: UserId) -> Vec<ColdObject> {
    world.store.list_cold(user).await.unwrap()
}

fn path(world: &World, user: UserId, object: &ColdObject) -> PathBuf {
    world.cold_folder().join(object.key.object_name(world.team, user))
}

/// The samples of one object.
fn read(world: &World, user: UserId, object: &ColdObject) -> Vec<StoredSample> {
    read_parquet(fs::read(path(world, user, object)).unwrap()).unwrap()
}

/// What lies in a user's folder.
fn files(world: &World, user: UserId) -> Vec<String> {
    let folder = world.cold_folder().join(world.team.to_string()).join(user.to_string());
    let Ok(entries) = fs::read_dir(folder) else { return Vec::new() };
    entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect()
}

/// Series, slot and value of each sample of a user, wherever it lies; panics where one lies twice.
async fn everything(world: &World, user: UserId) -> BTreeSet<String> {
    let mut all = BTreeSet::new();
    let mut put = |text: String| assert!(all.insert(text.clone()), "{text} is there twice");
    for (key, value) in dump(world, user).await.points {
        put(format!("{} {} {} {}", key.0, key.3, key.4, value.split(' ').next().unwrap()));
    }
    for object in objects(world, user).await {
        for sample in read(world, user, &object) {
            put(format!("{} {} {} {:?}", sample.series.as_str(), sample.at, sample.duration_us, sample.value));
        }
    }
    all
}

fn rates(dump: &Dump) -> usize {
    dump.count(SeriesType::HEART_RATE, "samples")
}

#[tokio::test]
async fn a_month_that_is_old_becomes_an_object_and_nothing_is_lost_or_twice() {
    let (world, user) = given(COLD).await;
    let (before, kept) = (everything(&world, user).await, dump(&world, user).await);
    assert_eq!(rates(&kept), 3 * 96);
    round(&world).await;
    let left = dump(&world, user).await;
    assert_eq!((rates(&left), &left.events, &left.scores), (0, &kept.events, &kept.scores));
    assert!(left.points.keys().any(|key| key.2 == "daily"), "totals of days stay");
    let all = objects(&world, user).await;
    assert_eq!(all.len(), 1);
    assert_eq!(all[0].points, read(&world, user, &all[0]).len() as u64);
    assert_eq!(files(&world, user), [all[0].key.file_name()]);
    assert_eq!(everything(&world, user).await, before);
    let done = world.store.retention_state(world.team).await.unwrap().done;
    assert_eq!((done.points_cooled, done.points_deleted), (all[0].points, 0));
}

#[tokio::test]
async fn a_month_that_is_not_over_stays() {
    let (world, user) = given(Retention { cold_days: Some(50), ..COLD }).await;
    round(&world).await;
    assert_eq!((rates(&dump(&world, user).await), objects(&world, user).await.len()), (3 * 96, 0));
}

#[tokio::test]
async fn what_comes_again_makes_no_object_and_what_comes_late_makes_a_further_one() {
    let (world, user) = given(COLD).await;
    round(&world).await;
    let before = everything(&world, user).await;
    world.store.replay(ReplayQuery::default(), world.clock.now()).await.unwrap();
    world.push(&json!({ "dailies": [daily("a", 3, 24)] })).await;
    world.work().await;
    assert!(rates(&dump(&world, user).await) > 0, "it is taken");
    round(&world).await;
    assert_eq!((objects(&world, user).await.len(), rates(&dump(&world, user).await)), (1, 0));
    assert_eq!(everything(&world, user).await, before);

    let mut changed = daily("a", 5, 24);
    world.push(&json!({ "dailies": [changed.clone()] })).await;
    world.work().await;
    round(&world).await;
    let all = objects(&world, user).await;
    assert_eq!(all.len(), 2);
    let late = read(&world, user, &all[1]);
    assert_eq!(late.iter().filter(|sample| sample.series == SeriesType::HEART_RATE).count(), 96);
    assert!(everything(&world, user).await.is_superset(&before));

    // a value that was mended is in a further object, alone
    changed["timeOffsetHeartRateSamples"]["900"] = json!(199);
    changed["summaryId"] = json!("d-mended");
    world.push(&json!({ "dailies": [changed] })).await;
    world.work().await;
    round(&world).await;
    let all = objects(&world, user).await;
    let mended: Vec<f64> = read(&world, user, all.last().unwrap()).iter().map(|sample| sample.value).collect();
    assert_eq!((all.len(), mended), (3, vec![199.0]));
}

#[tokio::test]
async fn who_dies_while_writing_leaves_all_in_the_store_and_an_object_that_goes() {
    let (world, user) = given(COLD).await;
    let before = everything(&world, user).await;
    let now = world.clock.now();
    let month = bucket_of(BlockClass::Month, crate::world::NOW);
    let begun = world.store.begin_cold(world.team, user, GARMIN, month, now).await.unwrap();
    let dead = world.cold_folder().join(begun.object_name(world.team, user));
    fs::create_dir_all(dead.parent().unwrap()).unwrap();
    fs::write(&dead, "whole, and not kept").unwrap();
    let half = dead.with_extension("parquet.part");
    fs::write(&half, "half").unwrap();
    move_old(&world).await;
    let all = objects(&world, user).await;
    assert_eq!(all.len(), 1);
    assert!(all[0].key.number > begun.number);
    assert_eq!(everything(&world, user).await, before);
    world.intake.remove_cold().await.unwrap();
    assert!(dead.exists(), "its writer may be alive");
    world.clock.advance(Duration::from_hours(3));
    world.intake.remove_cold().await.unwrap();
    assert!(!dead.exists() && !half.exists());
    assert_eq!(everything(&world, user).await, before);
}

#[tokio::test]
async fn work_that_is_cut_off_after_every_step_moves_everything_once() {
    let (mut world, user) = given(HOURLY).await;
    let stopped = CancellationToken::new();
    stopped.cancel();
    let mut times = 0;
    while world.store.retention_state(world.team).await.unwrap().lanes_ended < 64 {
        let worked = world.workers().keep_policies_once(&stopped).await.unwrap();
        world = world.reopened().await;
        world.clock.advance(Duration::from_secs(if worked { 0 } else { 121 }));
        times += 1;
        assert!(times < 1_000);
    }
    let all = everything(&world, user).await;
    let (whole, one) = given(HOURLY).await;
    round(&whole).await;
    assert_eq!(all, everything(&whole, one).await);
    assert_eq!(objects(&world, user).await.len(), 1);
}

#[tokio::test]
async fn a_place_that_fails_holds_up_nothing_else_and_is_tried_again() {
    let (world, user) = given(COLD).await;
    let before = everything(&world, user).await;
    let in_the_way = world.cold_folder().join(world.team.to_string());
    fs::write(&in_the_way, "a file where a folder should be").unwrap();
    move_old(&world).await;
    assert!(world.intake.remove_cold().await.is_err());
    assert_eq!(world.store.retention_state(world.team).await.unwrap().lanes_ended, 64);
    assert_eq!((objects(&world, user).await.len(), everything(&world, user).await), (0, before.clone()));
    fs::remove_file(&in_the_way).unwrap();
    round(&world).await;
    assert_eq!((objects(&world, user).await.len(), everything(&world, user).await), (1, before));
}

#[tokio::test]
async fn reduced_points_stay_so_when_the_fine_ones_come_again_and_go_when_their_time_is_over() {
    let (world, user) = given(HOURLY).await;
    round(&world).await;
    let all = objects(&world, user).await;
    let hours: Vec<StoredSample> =
        read(&world, user, &all[0]).into_iter().filter(|it| it.series == SeriesType::HEART_RATE).collect();
    assert_eq!(hours.len(), 3 * 24);
    assert!(hours.iter().all(|hour| hour.is_reduced && hour.duration_us == 3_600_000_000));
    let before = everything(&world, user).await;
    world.push(&json!({ "dailies": [daily("a", 3, 12)] })).await;
    world.work().await;
    round(&world).await;
    assert_eq!((objects(&world, user).await, rates(&dump(&world, user).await)), (all, 0));
    let samples = |all: &BTreeSet<String>| all.iter().filter(|text| text.starts_with("heart_rate ")).count();
    assert_eq!(samples(&everything(&world, user).await), samples(&before));

    world.store.put_retention(world.team, Retention { kept_days: Some(35), ..HOURLY }).await.unwrap();
    round(&world).await;
    assert!(objects(&world, user).await.is_empty() && files(&world, user).is_empty());
    assert!(world.store.retention_state(world.team).await.unwrap().done.points_deleted >= 3 * 24);
}

#[tokio::test]
async fn erasing_what_came_through_a_connection_removes_its_objects_alone() {
    let (world, user) = given(COLD).await;
    let other = world.person("b").await;
    world.push(&json!({ "dailies": [daily("b", 3, 24)] })).await;
    world.work().await;
    round(&world).await;
    let theirs = files(&world, other);
    assert_eq!((files(&world, user).len(), theirs.len()), (1, 1));
    let link = world.store.list_connections(user).await.unwrap().remove(0);
    let end = ConnectionEnd { erase: true, ..EndReason::Disconnected.into() };
    world.store.end_connection(user, link.id, end, world.clock.now()).await.unwrap();
    world.intake.erase_waiting().await.unwrap();
    assert!(objects(&world, user).await.is_empty() && files(&world, user).is_empty());
    assert_eq!((files(&world, other), objects(&world, other).await.len()), (theirs, 1));
    // whoever connects again begins anew
    world.clock.advance(Duration::from_secs(5));
    world.connect_of(world.team, user, "a").await;
    world.push(&json!({ "dailies": [daily("a", 2, 24)] })).await;
    world.work().await;
    round(&world).await;
    assert_eq!(files(&world, user).len(), 1);
}
