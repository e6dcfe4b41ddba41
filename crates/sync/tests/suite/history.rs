//! History, asked for over HTTP: every answer that a provider can give, and what teams do meanwhile.

use crate::{
    provider::{Asked, PERMISSIONS, TOKEN},
    world::{GARMIN, World, until, within},
};
use model::{LocalDate, Timestamp, UserId};
use net::Url;
use std::{sync::Arc, time::Duration};
use store::{Account, Application, Connection, ConnectionStatus, Coverage, History, IntervalState as State, RunState};
use sync::{Stopped, SyncError};
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

const ALL: &str = r#"["ACTIVITY_EXPORT", "HEALTH_EXPORT", "MCT_EXPORT", "HISTORICAL_DATA_EXPORT"]"#;
const TYPES: [&str; 16] = [
    "activities",
    "activityDetails",
    "moveiq",
    "dailies",
    "epochs",
    "sleeps",
    "bodyComps",
    "stressDetails",
    "userMetrics",
    "pulseOx",
    "respiration",
    "hrv",
    "healthSnapshot",
    "bloodPressures",
    "skinTemp",
    "mct",
];
const DAY: i64 = 86_400;
const PATIENCE: Duration = Duration::from_secs(3601);

fn path(name: &str) -> String {
    format!("/wellness-api/rest/backfill/{name}")
}

pub(crate) struct Loop {
    shutdown: CancellationToken,
    task: JoinHandle<()>,
}

impl Loop {
    pub(crate) async fn stop(self) {
        self.shutdown.cancel();
        within(self.task).await.unwrap();
    }
}

/// A user whose account is connected, at a provider that accepts everything.
pub(crate) struct Scene {
    pub(crate) world: World,
    pub(crate) link: Connection,
}

impl Scene {
    pub(crate) async fn new() -> Self {
        Self::with(ALL).await
    }

    pub(crate) async fn with(permissions: &str) -> Self {
        let world = World::new().await;
        world.provider.always(PERMISSIONS, 200, permissions);
        for name in TYPES {
            world.provider.always(&path(name), 202, "");
        }
        let link = world.connect(world.user).await;
        Self { world, link }
    }

    pub(crate) fn run(&self) -> Loop {
        let shutdown = CancellationToken::new();
        let task = tokio::spawn(Arc::clone(&self.world.sync).run_history(shutdown.clone()));
        Loop { shutdown, task }
    }

    pub(crate) fn account(&self) -> Account {
        Account { app_id: self.link.app_id, id: self.link.provider_user_id.clone().unwrap() }
    }

    pub(crate) async fn history(&self) -> History {
        self.world.store.find_history(self.account()).await.unwrap().unwrap()
    }

    /// Moves the clock on and wakes the loop.
    pub(crate) fn pass(&self, by: Duration) {
        self.world.clock.advance(by);
        self.world.store.wakers().history.notify_one();
    }

    pub(crate) async fn until(&self, holds: impl Fn(&History) -> bool) -> History {
        until(async || {
            let history = self.world.store.find_history(self.account()).await.unwrap();
            history.is_some_and(|history| holds(&history))
        })
        .await;
        self.history().await
    }

    /// Waits until something holds, while the clock goes on.
    pub(crate) async fn until_in_time(&self, holds: impl Fn(&History) -> bool) -> History {
        until(async || {
            self.pass(Duration::from_secs(5));
            tokio::time::sleep(Duration::from_millis(2)).await;
            let history = self.world.store.find_history(self.account()).await.unwrap();
            history.is_some_and(|history| holds(&history))
        })
        .await;
        self.history().await
    }

    /// Waits until nothing waits to be asked, minute by minute of the clock.
    pub(crate) async fn until_all_asked(&self) -> History {
        until(async || {
            let history = self.world.store.find_history(self.account()).await.unwrap();
            let is_asked = history.is_some_and(|it| !it.intervals.iter().any(|it| is_unasked(it.state)));
            if !is_asked {
                self.pass(Duration::from_secs(5));
                tokio::time::sleep(Duration::from_millis(2)).await;
            }
            is_asked
        })
        .await;
        self.history().await
    }

    pub(crate) async fn until_ended(&self) -> History {
        until(async || {
            self.pass(Duration::from_mins(10));
            tokio::time::sleep(Duration::from_millis(2)).await;
            self.history().await.backfill.state != RunState::Running
        })
        .await;
        self.history().await
    }

    pub(crate) fn asked(&self, name: &str) -> Vec<(i64, i64)> {
        self.world.provider.asked(&path(name)).iter().map(range).collect()
    }

    pub(crate) fn asked_in_all(&self) -> usize {
        TYPES.iter().map(|name| self.asked(name).len()).sum()
    }

    /// Data of some days comes, as ingest tells the store.
    pub(crate) async fn receive(&self, part_type: &str, first: LocalDate, last: LocalDate) {
        let start = |day: LocalDate| Timestamp::from_seconds(i64::from(day.as_days()) * DAY);
        let coverage = Coverage {
            account: self.account(),
            part_type: part_type.to_owned(),
            first: start(first),
            last: start(last),
            days: (first.as_days()..=last.as_days()).map(LocalDate::from_days).collect(),
            received_at: self.world.clock.now(),
        };
        let application = Application { fetches: Vec::new(), coverage: vec![coverage], ..self.world.application() };
        self.world.store.apply(application).await.unwrap();
    }

    pub(crate) fn today(&self) -> LocalDate {
        self.world.clock.now().local_date(0)
    }
}

fn is_unasked(state: State) -> bool {
    matches!(state, State::Waiting | State::Requested)
}

fn range(asked: &Asked) -> (i64, i64) {
    let url = Url::parse(&format!("http://x/?{}", asked.query)).unwrap();
    let value = |name: &str| -> i64 { url.query_pairs().find(|(key, _)| key == name).unwrap().1.parse().unwrap() };
    (value("summaryStartTimeInSeconds"), value("summaryEndTimeInSeconds"))
}

pub(crate) fn of<'a>(history: &'a History, part_type: &str) -> Vec<&'a store::Interval> {
    history.intervals.iter().filter(|it| it.part_type == part_type).collect()
}

#[tokio::test]
async fn connecting_asks_for_every_type_at_its_own_path_within_its_cap_and_ends_without_data_as_complete() {
    let scene = Scene::new().await;
    let running = scene.run();
    let history = scene.until_all_asked().await;
    for name in TYPES {
        let asked = scene.asked(name);
        let cap = if ["activities", "activityDetails", "moveiq"].contains(&name) { 30 } else { 90 };
        assert!(asked.iter().all(|(from, to)| (to - from) / DAY < cap), "{name}: {asked:?}");
        let days: i64 = asked.iter().map(|(from, to)| to / DAY - from / DAY + 1).sum();
        assert_eq!(days, 31, "{name}: thirty days and today, each once");
        let bearer = scene.world.provider.asked(&path(name))[0].bearer();
        assert_eq!(bearer.as_deref(), Some("access-1"));
    }
    assert!(history.intervals.iter().all(|it| it.state == State::Accepted));
    let history = scene.until_ended().await;
    running.stop().await;
    assert_eq!(history.backfill.state, RunState::Complete);
    assert!(history.intervals.iter().all(|it| it.state == State::Empty), "no data is no failure");
    let events = scene.world.store.list_sync_events(scene.world.user, 50).await.unwrap();
    let told: Vec<_> =
        events.iter().rev().filter(|(_, it)| it.source == "backfill").map(|(_, it)| it.stage.as_str()).collect();
    assert_eq!((told[0], told[1], told.last()), ("queued", "started", Some(&"completed")));
    assert!(told.len() <= 13, "a tenth at a time: {told:?}");
}

#[tokio::test]
async fn no_minute_holds_more_days_than_an_evaluation_key_allows() {
    let scene = Scene::new().await;
    let running = scene.run();
    let history = scene.until_all_asked().await;
    running.stop().await;
    let asked: Vec<_> = history.intervals.iter().map(|it| (it.asked_at.unwrap(), it.days())).collect();
    assert_eq!(asked.iter().map(|(_, days)| days).sum::<u32>(), 16 * 31);
    for (at, _) in &asked {
        let minute = asked.iter().filter(|(other, _)| *other <= *at && *at < other.plus_seconds(60));
        let days: u32 = minute.map(|(_, days)| days).sum();
        assert!(days <= 90, "{days} days in the minute before {at}");
    }
}

#[tokio::test]
async fn without_the_permission_for_history_nothing_is_asked_and_the_run_says_why_until_it_is_given() {
    let scene = Scene::with(r#"["HEALTH_EXPORT"]"#).await;
    let running = scene.run();
    let history = scene.until(|history| history.backfill.state == RunState::Failed).await;
    assert!(history.backfill.error.unwrap().contains("HISTORICAL_DATA_EXPORT"));
    assert_eq!(scene.asked_in_all(), 0);
    let given = ["HEALTH_EXPORT", "HISTORICAL_DATA_EXPORT"].map(str::to_owned).to_vec();
    let now = scene.world.clock.now().plus_seconds(1);
    scene.world.store.change_permissions(scene.link.user_id, scene.link.id, given, now, now).await.unwrap();
    scene.until_in_time(|history| !of(history, "dailies").is_empty()).await;
    scene.until_all_asked().await;
    running.stop().await;
    assert!(!scene.asked("dailies").is_empty());
    assert!(scene.asked("activities").is_empty() && scene.asked("mct").is_empty(), "these are not permitted");
}

#[tokio::test]
async fn a_type_that_is_not_permitted_stops_alone_and_resumes_when_it_is() {
    let scene = Scene::new().await;
    scene.world.provider.always(&path("sleeps"), 412, "");
    let running = scene.run();
    let history = scene.until_all_asked().await;
    assert!(of(&history, "sleeps").iter().all(|it| it.state == State::Held));
    assert!(of(&history, "dailies").iter().all(|it| it.state == State::Accepted));
    assert_eq!(scene.world.connection(scene.world.user).await.status, ConnectionStatus::Active);
    assert_eq!(scene.asked("sleeps").len(), 1);
    scene.world.provider.always(&path("sleeps"), 202, "");
    let given = ["ACTIVITY_EXPORT", "HEALTH_EXPORT", "HISTORICAL_DATA_EXPORT"].map(str::to_owned).to_vec();
    let now = scene.world.clock.now().plus_seconds(1);
    scene.world.store.change_permissions(scene.link.user_id, scene.link.id, given, now, now).await.unwrap();
    let history =
        scene.until_in_time(|history| of(history, "sleeps").iter().all(|it| it.state == State::Accepted)).await;
    running.stop().await;
    assert!(history.intervals.iter().all(|it| it.state != State::Failed));
}

#[tokio::test]
async fn withdrawn_consent_ends_the_connection_and_the_run() {
    let scene = Scene::new().await;
    for name in TYPES {
        scene.world.provider.always(&path(name), 403, "");
    }
    let running = scene.run();
    let history = scene.until(|history| history.backfill.state == RunState::Cancelled).await;
    running.stop().await;
    assert_eq!(scene.world.connection(scene.world.user).await.status, ConnectionStatus::Revoked);
    assert!(history.intervals.iter().all(|it| it.state == State::Cancelled));
}

#[tokio::test]
async fn a_403_for_want_of_the_permission_for_history_alone_leaves_the_connection() {
    let scene = Scene::new().await;
    scene.world.provider.always(PERMISSIONS, 200, r#"["ACTIVITY_EXPORT", "HEALTH_EXPORT"]"#);
    for name in TYPES {
        scene.world.provider.always(&path(name), 403, "");
    }
    let running = scene.run();
    let history = scene.until(|history| history.backfill.state == RunState::Failed).await;
    running.stop().await;
    assert!(history.intervals.iter().all(|it| it.state == State::Held));
    assert_eq!(scene.world.connection(scene.world.user).await.status, ConnectionStatus::Active);
}

#[tokio::test]
async fn a_refused_token_is_renewed_once() {
    let scene = Scene::new().await;
    scene.world.provider.once(&path("activities"), 401, "");
    let running = scene.run();
    until(async || scene.asked("activities").len() >= 2).await;
    running.stop().await;
    let asked = scene.world.provider.asked(&path("activities"));
    assert_eq!(asked[1].bearer().as_deref(), Some("access-2"));
    assert_eq!(scene.world.provider.asked(TOKEN).len(), 2);
}

#[tokio::test]
async fn too_many_requests_wait_as_long_as_asked_and_lose_nothing() {
    let scene = Scene::new().await;
    scene.world.provider.once_asking(&path("activities"), 429, "retry-after", "120");
    let running = scene.run();
    until(async || scene.asked("activities").len() == 1).await;
    scene.until(|history| of(history, "activities")[0].state == State::Waiting).await;
    let before = scene.asked_in_all();
    scene.pass(Duration::from_secs(119));
    scene.until(|history| !history.intervals.iter().any(|it| it.state == State::Requested)).await;
    assert_eq!(scene.asked_in_all(), before);
    let history = scene.until_all_asked().await;
    running.stop().await;
    assert!(history.intervals.iter().all(|it| it.state == State::Accepted));
}

#[tokio::test]
async fn the_earliest_day_is_learned_older_days_are_unavailable_and_the_rest_is_asked_again() {
    let scene = Scene::new().await;
    let floor = scene.world.clock.now().plus_seconds(-10 * DAY - 4321);
    let text = format!(r#"{{"errorMessage": "start is before the minimum start time of {}"}}"#, floor.as_seconds());
    scene.world.provider.once(&path("dailies"), 400, &text);
    let running = scene.run();
    let history = scene.until_all_asked().await;
    running.stop().await;
    let last = scene.asked("dailies").pop().unwrap();
    assert_eq!(last.0, floor.as_seconds());
    let states: Vec<_> = of(&history, "dailies").iter().map(|it| it.state).collect();
    assert_eq!(states, [State::Accepted, State::Unavailable]);
    assert_eq!(history.floors, [("dailies".to_owned(), floor)]);
}

#[tokio::test]
async fn a_type_that_is_not_enabled_fails_with_that_reason_and_the_run_does_not_end_as_complete() {
    let scene = Scene::new().await;
    let off = r#"{"errorMessage": "Endpoint not enabled for summary type"}"#;
    scene.world.provider.always(&path("hrv"), 400, off);
    let running = scene.run();
    scene.until_all_asked().await;
    let history = scene.until_ended().await;
    running.stop().await;
    assert_eq!(history.backfill.state, RunState::Failed);
    assert!(history.backfill.error.unwrap().contains("hrv: status 400: the type is not enabled"));
    assert!(of(&history_of(&scene).await, "dailies").iter().all(|it| it.state == State::Empty));
}

async fn history_of(scene: &Scene) -> History {
    scene.history().await
}

#[tokio::test]
async fn failures_of_the_server_are_tried_again_with_gaps() {
    let scene = Scene::new().await;
    scene.world.provider.once(&path("dailies"), 500, "");
    scene.world.provider.once(&path("dailies"), 503, "");
    let running = scene.run();
    let history = scene.until_all_asked().await;
    running.stop().await;
    assert_eq!(of(&history, "dailies")[0].state, State::Accepted);
    assert_eq!(scene.asked("dailies").len(), 3);
}

#[tokio::test]
async fn what_was_under_way_at_a_kill_is_asked_again_and_a_duplicate_counts_by_what_came() {
    let scene = Scene::new().await;
    scene.world.provider.close_gate();
    // ended as a kill does: in the middle of whatever it does
    let process = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
    process.spawn(Arc::clone(&scene.world.sync).run_history(CancellationToken::new()));
    until(async || scene.asked("activities").len() == 1).await;
    process.shutdown_background();
    scene.world.provider.open_gate();
    scene.world.store.release_claims().await.unwrap();
    let (from, to) = scene.asked("activities")[0];
    let told = format!(r#"{{"errorMessage": "processed at {} for {from} to {to}"}}"#, to + 60);
    scene.world.provider.always(&path("activities"), 409, &told);
    let running = scene.run();
    let history = scene.until_all_asked().await;
    assert_eq!(of(&history, "activities")[0].state, State::Duplicate);
    let day = scene.today().plus_days(-7);
    scene.receive("activities", day, day).await;
    let history = scene.until_ended().await;
    running.stop().await;
    assert_eq!(of(&history, "activities")[0].state, State::Received);
    assert_eq!(history.backfill.state, RunState::Complete);
}

#[tokio::test]
async fn live_pushes_and_first_batches_do_not_complete_history() {
    let scene = Scene::new().await;
    let running = scene.run();
    scene.until_all_asked().await;
    let today = scene.today();
    scene.receive("dailies", today, today).await;
    scene.pass(Duration::from_mins(20));
    scene.receive("sleeps", today.plus_days(-20), today.plus_days(-15)).await;
    scene.pass(Duration::from_mins(9));
    let history = scene.history().await;
    assert!(history.intervals.iter().all(|it| it.state == State::Accepted));
    scene.receive("sleeps", today.plus_days(-14), today.plus_days(-1)).await;
    let history = scene.until_ended().await;
    running.stop().await;
    assert_eq!(of(&history, "sleeps").iter().map(|it| it.state).max(), Some(State::Received));
    assert!(of(&history, "dailies").iter().all(|it| it.state == State::Empty), "today's push is no history");
}

#[tokio::test]
async fn stopping_holds_at_once_and_a_retry_asks_exactly_for_what_is_missing() {
    let scene = Scene::new().await;
    let (team, user, sync) = (scene.world.team, scene.world.user, &scene.world.sync);
    let running = scene.run();
    until(async || scene.asked_in_all() >= 2).await;
    scene.until(|history| !history.intervals.iter().any(|it| it.state == State::Requested)).await;
    assert_eq!(sync.cancel_history(team, user, &GARMIN).await.unwrap(), Stopped::Stopped);
    assert_eq!(sync.cancel_history(team, user, &GARMIN).await.unwrap(), Stopped::Idle);
    let before = scene.asked_in_all();
    scene.pass(Duration::from_mins(5));
    scene.pass(Duration::from_mins(5));
    assert_eq!(scene.asked_in_all(), before);
    assert_eq!(scene.asked("mct").len(), 0);
    assert!(sync.retry_history(team, user, &GARMIN, "mct").await.unwrap());
    // the clock stands: a lease that ran out meanwhile would have it asked for once more
    until(async || scene.asked("mct").len() == 1).await;
    scene.until(|history| of(history, "mct").iter().all(|it| it.state == State::Accepted)).await;
    assert!(!sync.retry_history(team, user, &GARMIN, "mct").await.unwrap(), "nothing of it is missing");
    running.stop().await;
    assert_eq!(scene.asked_in_all(), before + 1);
    let (from, to) = scene.asked("mct")[0];
    assert_eq!((to / DAY - from / DAY), 30, "the same thirty days, not those before them");
}

#[tokio::test]
async fn what_was_stopped_stays_so_after_a_retry_of_one_type_and_a_change_of_permissions() {
    let scene = Scene::new().await;
    let (team, user, sync) = (scene.world.team, scene.world.user, &scene.world.sync);
    let running = scene.run();
    until(async || scene.asked_in_all() >= 2).await;
    scene.until(|history| !history.intervals.iter().any(|it| it.state == State::Requested)).await;
    assert_eq!(sync.cancel_history(team, user, &GARMIN).await.unwrap(), Stopped::Stopped);
    assert!(sync.retry_history(team, user, &GARMIN, "mct").await.unwrap());
    scene.until_all_asked().await;
    scene.until_ended().await;
    let is_stopped = |history: &History| {
        let sleeps = of(history, "sleeps");
        history.backfill.state == RunState::Cancelled && sleeps.iter().all(|it| it.state == State::Cancelled)
    };
    assert!(is_stopped(&scene.history().await), "the retry of one type does not complete the others");
    let (before, health) = (scene.asked_in_all(), scene.asked("sleeps").len());
    for permissions in ["HEALTH_EXPORT MCT_EXPORT HISTORICAL_DATA_EXPORT", "HEALTH_EXPORT HISTORICAL_DATA_EXPORT"] {
        let now = scene.world.clock.now().plus_seconds(1);
        let given = permissions.split(' ').map(str::to_owned).collect();
        scene.world.store.change_permissions(scene.link.user_id, scene.link.id, given, now, now).await.unwrap();
        scene.pass(Duration::from_mins(1));
        until(async || scene.world.store.list_wishes(1).await.unwrap().is_empty()).await;
    }
    scene.pass(Duration::from_mins(5));
    running.stop().await;
    assert!(is_stopped(&scene.history().await));
    assert_eq!((scene.asked_in_all(), scene.asked("sleeps").len()), (before, health));
}

#[tokio::test]
async fn connecting_again_asks_for_what_is_missing_since_and_not_for_the_rest() {
    let scene = Scene::new().await;
    let running = scene.run();
    scene.until_all_asked().await;
    scene.until_ended().await;
    scene.world.sync.disconnect(scene.world.team, scene.world.user, &GARMIN).await.unwrap();
    let asked_until = scene.asked("dailies")[0].1;
    let before = scene.asked("dailies").len();
    scene.pass(Duration::from_hours(20 * 24));
    scene.world.connect(scene.world.user).await;
    until(async || scene.history().await.backfill.state == RunState::Running).await;
    scene.until_all_asked().await;
    running.stop().await;
    let again = scene.asked("dailies").split_off(before);
    assert_eq!(again.iter().map(|it| it.0).min(), Some(asked_until + 1));
    assert!(again.iter().map(|(from, to)| (to - from) / DAY).sum::<i64>() <= 21, "{again:?}");
}

#[tokio::test]
async fn two_users_of_one_account_are_asked_for_once_and_both_see_it() {
    let scene = Scene::new().await;
    let other = UserId::generate(&scene.world.clock, &scene.world.rng);
    scene.world.add_user(other).await;
    scene.world.connect(other).await;
    let running = scene.run();
    scene.until_all_asked().await;
    scene.until_ended().await;
    running.stop().await;
    assert_eq!(scene.asked("dailies").iter().map(|(from, to)| to / DAY - from / DAY + 1).sum::<i64>(), 31);
    let mut ids = Vec::new();
    for user in [scene.world.user, other] {
        let events = scene.world.store.list_sync_events(user, 50).await.unwrap();
        let ended = events.into_iter().find(|(_, it)| it.stage == "completed").unwrap().1;
        assert_eq!(ended.items_processed, ended.items_total);
        ids.push(ended.run_id);
    }
    assert_ne!(ids[0], ids[1], "each knows the run by an id of their own");
}

#[tokio::test]
async fn days_missing_between_others_are_found_the_next_day_and_asked_for_once_more() {
    let scene = Scene::new().await;
    let running = scene.run();
    scene.until_all_asked().await;
    scene.until_ended().await;
    let connected = scene.today();
    scene.receive("dailies", connected, connected.plus_days(3)).await;
    scene.pass(Duration::from_hours(8 * 24));
    scene.receive("dailies", connected.plus_days(6), connected.plus_days(7)).await;
    let before = scene.asked("sleeps").len();
    scene.pass(Duration::from_hours(24));
    until(async || {
        scene.pass(Duration::from_secs(20));
        scene.asked("sleeps").len() > before && scene.asked("dailies").len() > before
    })
    .await;
    let first = i64::from(connected.plus_days(3).as_days()) * DAY;
    assert_eq!(scene.asked("dailies").pop().unwrap(), (first, first + 3 * DAY - 1));
    scene.until_all_asked().await;
    scene.until_ended().await;
    let asked = scene.asked_in_all();
    for _ in 0..3 {
        scene.pass(Duration::from_hours(25));
        until(async || scene.world.store.list_gap_checks(scene.world.clock.now(), 1).await.unwrap().is_empty()).await;
    }
    running.stop().await;
    assert_eq!(scene.asked_in_all(), asked, "a quiet person is not asked about again and again");
}

#[tokio::test]
async fn more_history_is_asked_for_at_a_wish_but_not_twice() {
    let scene = Scene::new().await;
    let (team, user, sync) = (scene.world.team, scene.world.user, &scene.world.sync);
    let running = scene.run();
    scene.until_all_asked().await;
    let before = scene.asked("dailies").len();
    assert!(sync.extend_history(team, user, &GARMIN, 60).await.unwrap());
    scene.until_all_asked().await;
    running.stop().await;
    let mut added = scene.asked("dailies").split_off(before);
    // and the minutes since the first plan
    added.retain(|(from, _)| *from < scene.asked("dailies")[0].0);
    assert_eq!(added.iter().map(|(from, to)| to / DAY - from / DAY + 1).sum::<i64>(), 30, "{added:?}");
    let stranger = UserId::generate(&scene.world.clock, &scene.world.rng);
    let refused = sync.extend_history(team, stranger, &GARMIN, 60).await;
    assert!(matches!(refused, Err(SyncError::UserNotFound)));
}

#[tokio::test]
async fn patience_counts_only_while_somebody_listens() {
    let scene = Scene::new().await;
    let running = scene.run();
    scene.until_all_asked().await;
    running.stop().await;
    scene.world.clock.advance(PATIENCE);
    let running = scene.run();
    until(async || scene.world.store.list_looks(scene.world.clock.now(), 1).await.unwrap().is_empty()).await;
    assert!(scene.history().await.intervals.iter().all(|it| it.state == State::Accepted));
    running.stop().await;
}
