//! Policies of retention: what becomes of old data, and that nothing brings it back.

use crate::{
    bodies::{activity, daily, sleep},
    dump::{blocks, dump, events, versions},
    world::World,
};
use model::{Context, Point, SeriesType, UserId};
use serde_json::json;
use std::time::Duration;
use store::{ReplayQuery, Retention};
use tokio_util::sync::CancellationToken;

const HOURLY: Retention =
    Retention { raw_days: None, full_days: Some(20), step_s: Some(3600), cold_days: None, kept_days: None };
const MONTH: Duration = Duration::from_hours(30 * 24);

/// Three days of a person, a run and a night, as old as a month.
async fn given(policy: Retention) -> (World, UserId) {
    let world = World::new().await;
    let user = world.person("a").await;
    for day in 1..=3 {
        world.push(&json!({ "dailies": [daily("a", day, 24)] })).await;
    }
    world.push(&json!({ "activities": [activity("a", 1, 500.0)], "sleeps": [sleep("a", 2, "DEVICE")] })).await;
    world.work().await;
    world.clock.advance(MONTH);
    world.store.put_retention(world.team, policy).await.unwrap();
    (world, user)
}

/// Goes through all lanes.
async fn round(world: &World) {
    while world.workers().keep_policies_once(&CancellationToken::new()).await.unwrap() {}
}

/// The points of heart rates in a context, in order.
async fn rates(world: &World, user: UserId, context: Context) -> Vec<Point> {
    let ours = blocks(world, user).await.into_iter();
    let ours = ours.filter(|block| block.key.series == SeriesType::HEART_RATE && block.key.context == context);
    let mut points: Vec<Point> =
        ours.flat_map(|block| series::Columns::decode(&block.data).unwrap().into_points()).collect();
    points.sort_by_key(|point| point.start);
    points
}

fn reduced() -> Context {
    Context::SAMPLES.reduced().unwrap()
}

#[tokio::test]
async fn old_points_become_one_an_hour_and_everything_else_stays() {
    let (world, user) = given(HOURLY).await;
    let (fine, kept) = (rates(&world, user, Context::SAMPLES).await, dump(&world, user).await);
    assert_eq!(fine.len(), 3 * 96);
    round(&world).await;
    assert!(rates(&world, user, Context::SAMPLES).await.is_empty());
    let hours = rates(&world, user, reduced()).await;
    assert_eq!(hours.len(), 3 * 24);
    for (hour, quarters) in hours.iter().zip(fine.chunks(4)) {
        assert_eq!((hour.start, hour.duration_us), (quarters[0].start, 3_600_000_000));
        assert_eq!(hour.value, quarters.iter().map(|point| point.value).sum::<f64>() / 4.0);
    }
    let now = dump(&world, user).await;
    assert_eq!((&now.events, &now.scores), (&kept.events, &kept.scores));
    let daily = |dump: &crate::dump::Dump| {
        dump.points.iter().filter(|(key, _)| key.2.starts_with("daily")).map(|(key, _)| key.clone()).collect::<Vec<_>>()
    };
    assert_eq!(daily(&now), daily(&kept));
    let state = world.store.retention_state(world.team).await.unwrap();
    assert_eq!((state.lanes_ended, state.all_ended_at), (64, Some(world.clock.now())));
    assert!(state.done.points_reduced >= 3 * 72, "{state:?}");
    assert_eq!(state.done.points_deleted, 0);
}

#[tokio::test]
async fn neither_a_replay_nor_a_delivery_again_brings_back_what_was_reduced() {
    let (world, user) = given(HOURLY).await;
    round(&world).await;
    let (kept, written) = (dump(&world, user).await, versions(&world, user).await);
    world.store.replay(ReplayQuery::default(), world.clock.now()).await.unwrap();
    world.push(&json!({ "dailies": [daily("a", 2, 24)] })).await;
    world.push(&json!({ "dailies": [daily("a", 3, 12)] })).await;
    world.work().await;
    assert_eq!((dump(&world, user).await.points, versions(&world, user).await), (kept.points, written));
}

#[tokio::test]
async fn old_data_that_comes_for_the_first_time_is_taken_and_then_reduced() {
    let (world, user) = given(HOURLY).await;
    round(&world).await;
    world.push(&json!({ "dailies": [daily("a", 0, 24)] })).await;
    world.work().await;
    assert_eq!(rates(&world, user, Context::SAMPLES).await.len(), 96);
    world.clock.advance(Duration::from_hours(2));
    round(&world).await;
    assert!(rates(&world, user, Context::SAMPLES).await.is_empty());
    assert_eq!(rates(&world, user, reduced()).await.len(), 4 * 24);
}

#[tokio::test]
async fn what_is_younger_than_the_policy_stays_fine_and_another_team_keeps_everything() {
    let (world, user) = given(Retention { full_days: Some(34), ..HOURLY }).await;
    let other = world.add_team().await;
    let theirs = world.add_user_of(other).await;
    world.connect_of(other, theirs, "b").await;
    world.push(&json!({ "dailies": [daily("b", 1, 24)] })).await;
    world.work().await;
    round(&world).await;
    // the cut is the midnight of UTC before 4 March, amid what the device calls a day
    let (old, young) = (rates(&world, user, reduced()).await, rates(&world, user, Context::SAMPLES).await);
    let cut = old.last().map(|point| point.end()).unwrap();
    assert!(young.iter().all(|point| point.start >= cut), "{cut:?}");
    assert_eq!(old.len() * 4 + young.len(), 3 * 96);
    assert!(!old.is_empty() && !young.is_empty());
    assert_eq!(rates(&world, theirs, Context::SAMPLES).await.len(), 96);
    assert_eq!(world.store.retention_state(other).await.unwrap().done, store::RetentionDone::default());
}

#[tokio::test]
async fn work_that_is_cut_off_after_every_step_ends_as_if_it_had_not_been() {
    let (whole, one) = given(HOURLY).await;
    round(&whole).await;
    let (mut world, user) = given(HOURLY).await;
    let stopped = CancellationToken::new();
    stopped.cancel();
    let mut times = 0;
    loop {
        let worked = world.workers().keep_policies_once(&stopped).await.unwrap();
        world = world.reopened().await;
        if !worked && world.store.retention_state(world.team).await.unwrap().lanes_ended == 64 {
            break;
        }
        // the lease of a process that died lapses
        world.clock.advance(Duration::from_secs(if worked { 0 } else { 121 }));
        times += 1;
        assert!(times < 1_000);
    }
    assert!(times > 64, "{times}");
    let (cut_off, straight) = (dump(&world, user).await, dump(&whole, one).await);
    assert_eq!((cut_off.points, cut_off.events.len()), (straight.points, straight.events.len()));
}

#[tokio::test]
async fn what_is_past_its_time_goes_and_does_not_come_back() {
    let (world, user) = given(Retention { kept_days: Some(25), ..Retention::default() }).await;
    world.push(&json!({ "dailies": [daily("a", 36, 3)] })).await;
    world.work().await;
    round(&world).await;
    let left = dump(&world, user).await;
    assert_eq!((events(&world, user).await.len(), left.scores.len()), (1, 1), "the day that is young, and its stress");
    assert!(left.points.keys().all(|key| key.3.as_seconds() > crate::bodies::day_start(35)), "{:?}", left.points);
    assert!(!left.points.is_empty());
    world.store.replay(ReplayQuery::default(), world.clock.now()).await.unwrap();
    world.push(&json!({ "dailies": [daily("a", 2, 24)], "activities": [activity("a", 2, 700.0)] })).await;
    world.work().await;
    assert_eq!(dump(&world, user).await, left);
    let done = world.store.retention_state(world.team).await.unwrap().done;
    assert!(done.points_deleted > 3 * 96 && done.events_deleted >= 5, "{done:?}");
}

#[tokio::test]
async fn bodies_as_received_go_when_their_team_says_and_others_when_the_installation_does() {
    let (world, _) = given(Retention { raw_days: Some(7), ..Retention::default() }).await;
    let other = world.add_team().await;
    let theirs = world.add_user_of(other).await;
    world.connect_of(other, theirs, "b").await;
    world.push(&json!({ "dailies": [daily("b", 1, 24)] })).await;
    world.work().await;
    world.clock.advance(Duration::from_hours(8 * 24));
    let replayable = async || world.store.replay(ReplayQuery::default(), world.clock.now()).await.unwrap();
    assert_eq!(replayable().await, 6);
    world.work().await;
    world.workers().retire_once().await.unwrap();
    assert_eq!(replayable().await, 1, "the other team's");
    world.work().await;
    world.store.put_retention(other, Retention { raw_days: Some(100), ..Retention::default() }).await.unwrap();
    world.clock.advance(Duration::from_hours(90 * 24));
    world.workers().retire_once().await.unwrap();
    assert_eq!(replayable().await, 1, "a team may keep them longer than the installation");
}
