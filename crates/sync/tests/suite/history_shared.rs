//! History of an account under several names: of several users, and of types whose paths are called otherwise
//! than their notifications.

use crate::history::{Scene, of};
use crate::world::GARMIN;
use model::UserId;
use std::time::Duration;
use store::{IntervalState as State, RunState};

#[tokio::test]
async fn whoever_leaves_first_leaves_the_history_of_the_others_to_go_on() {
    let scene = Scene::new().await;
    let other = UserId::generate(&scene.world.clock, &scene.world.rng);
    scene.world.add_user(other).await;
    scene.world.connect(other).await;
    // the one for whom it was begun goes, before anything was asked
    scene.world.sync.disconnect(scene.world.team, scene.world.user, &GARMIN).await.unwrap();
    let running = scene.run();
    let history = scene.until_all_asked().await;
    assert!(history.intervals.iter().all(|it| it.state == State::Accepted), "{:?}", history.backfill);
    let bearers = scene.world.provider.asked("/wellness-api/rest/backfill/dailies");
    assert!(bearers.iter().all(|asked| asked.bearer().as_deref() == Some("access-2")), "with a token that is good");
    let history = scene.until_ended().await;
    running.stop().await;
    assert_eq!(history.backfill.state, RunState::Complete);
}

#[tokio::test]
async fn types_whose_history_is_called_otherwise_than_their_notifications_are_received() {
    let scene = Scene::new().await;
    let running = scene.run();
    scene.until_all_asked().await;
    let today = scene.today();
    for (path, key) in [("respiration", "allDayRespiration"), ("pulseOx", "pulseox"), ("moveiq", "moveIQActivities")] {
        assert!(!scene.asked(path).is_empty(), "{path}");
        scene.receive(key, today.plus_days(-30), today.plus_days(-1)).await;
    }
    scene.pass(Duration::from_mins(11));
    let history = scene.until_ended().await;
    running.stop().await;
    for key in ["allDayRespiration", "pulseox", "moveIQActivities"] {
        let states: Vec<State> = of(&history, key).iter().map(|it| it.state).collect();
        assert!(!states.is_empty() && states.contains(&State::Received), "{key}: {states:?}");
        assert!(states.iter().all(|state| matches!(state, State::Received | State::Empty)), "{key}: {states:?}");
    }
}
