//! History and what else goes on for its account: permissions that come and go, calls that wait, days without data.

use crate::{
    history::{Scene, of},
    world::{GARMIN, summaries, until},
};
use std::time::Duration;
use store::{IntervalState as State, RunState};

const DAY: i64 = 86_400;

async fn permit(scene: &Scene, permissions: &str) {
    let now = scene.world.clock.now();
    let given = permissions.split(' ').map(str::to_owned).collect();
    scene.world.store.change_permissions(scene.link.user_id, scene.link.id, given, now, now).await.unwrap();
    scene.world.store.wakers().history.notify_one();
    until(async || scene.world.store.list_wishes(1).await.unwrap().is_empty()).await;
}

#[tokio::test]
async fn what_was_recorded_while_a_type_was_not_permitted_is_asked_for_when_it_is_again() {
    let scene = Scene::new().await;
    let running = scene.run();
    scene.until_all_asked().await;
    let run = scene.until_ended().await.backfill.run_id;
    scene.pass(Duration::from_hours(5 * 24));
    let withdrawn_at = scene.world.clock.now();
    let (activities, dailies) = (scene.asked("activities"), scene.asked("dailies"));
    permit(&scene, "HEALTH_EXPORT MCT_EXPORT HISTORICAL_DATA_EXPORT").await;
    let history = scene.history().await;
    assert_eq!(history.backfill.run_id, run, "a withdrawal begins no run");
    assert!(of(&history, "activities").iter().any(|it| it.state == State::Held));
    scene.pass(Duration::from_hours(3 * 24));
    permit(&scene, "ACTIVITY_EXPORT HEALTH_EXPORT MCT_EXPORT HISTORICAL_DATA_EXPORT").await;
    let now = scene.world.clock.now().as_seconds();
    scene.until_in_time(|history| of(history, "activities").iter().all(|it| it.state != State::Held)).await;
    scene.until_all_asked().await;
    let history = scene.until_ended().await;
    running.stop().await;
    assert_eq!(history.backfill.state, RunState::Complete);
    let again = scene.asked("activities").split_off(activities.len());
    let from = withdrawn_at.as_seconds().div_euclid(DAY) * DAY;
    assert_eq!(again.len(), 1, "{again:?}");
    assert!(again[0].0 == from && (now..now + 60).contains(&again[0].1), "{again:?} is not {from} to {now}");
    assert_eq!(scene.asked("dailies"), dailies, "this was permitted all the time");
}

#[tokio::test]
async fn nothing_is_settled_while_a_call_for_the_account_waits() {
    let scene = Scene::new().await;
    let running = scene.run();
    scene.until_all_asked().await;
    scene.world.add_job(scene.link.id, summaries(scene.world.provider.url("/pull"))).await;
    scene.pass(Duration::from_hours(2));
    let store = &scene.world.store;
    until(async || store.list_looks(scene.world.clock.now(), 1).await.unwrap().is_empty()).await;
    assert!(scene.history().await.intervals.iter().all(|it| it.state == State::Accepted));
    let now = scene.world.clock.now();
    let job = store.claim_jobs(now, now.plus_seconds(60), 1).await.unwrap().remove(0);
    assert!(store.list_looks(now.plus_seconds(90), 1).await.unwrap()[0].is_busy, "also while it is under way");
    store.end_job(&job, store::JobEnd::Done, Vec::new(), now).await.unwrap();
    let history = scene.until_ended().await;
    running.stop().await;
    assert!(history.intervals.iter().all(|it| it.state == State::Empty));
}

#[tokio::test]
async fn days_are_missing_only_between_others_and_only_of_somebody_who_has_data() {
    let scene = Scene::new().await;
    let running = scene.run();
    scene.until_all_asked().await;
    scene.until_ended().await;
    running.stop().await;
    let missing = async || {
        let status = scene.world.sync.history_status(scene.world.team, scene.world.user, &GARMIN).await.unwrap();
        status.missing["dailies"].clone()
    };
    assert!(missing().await.is_empty(), "somebody without any data");
    let first = of(&scene.history().await, "dailies").iter().map(|it| it.from).min().unwrap().local_date(0);
    // the first local day east of UTC begins before the range does
    scene.receive("dailies", first.plus_days(1), first.plus_days(9)).await;
    scene.receive("dailies", first.plus_days(12), first.plus_days(29)).await;
    assert_eq!(missing().await, [first.plus_days(10), first.plus_days(11)]);
}
