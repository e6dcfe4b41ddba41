//! The change log by lane, and runs.

use crate::given::{GARMIN, application, at, emission, run_id, sync_event, team, team_id, user, user_in_lane};
use std::sync::Arc;
use store::{ChangeBody, ChangePosition, Lane, RunQuery, Store, StoreError};

fn from(lane: Lane, position: i64) -> ChangePosition {
    ChangePosition { lane, position }
}

pub(crate) async fn positions_of_a_lane_have_no_gaps(store: Arc<dyn Store>) {
    let team = team(&store).await;
    let one = user(&store, team).await;
    let lane = Lane::of_user(one);
    let two = user_in_lane(&store, team, lane).await;
    assert_eq!(store.change_bounds(lane).await.unwrap(), (1, 0));
    let writes = (0..40).map(|second| {
        let store = Arc::clone(&store);
        let user = if second % 2 == 0 { one } else { two };
        tokio::spawn(async move {
            let mut change = application(team, user);
            change.sync_events = vec![sync_event(run_id(), second, "success")];
            change.emissions = vec![emission("workout.created")];
            if second % 5 == 0 {
                // a version that is not there: all of this is undone
                change.events = vec![store::StoredEvent { ver: 7, ..crate::given::workout(1, 1) }];
            }
            store.apply(change).await.unwrap();
        })
    });
    for write in writes.collect::<Vec<_>>() {
        write.await.unwrap();
    }
    let all = store.read_changes(from(lane, 0), None, 1000).await.unwrap();
    assert_eq!(all.iter().map(|change| change.at.position).collect::<Vec<_>>(), (1..=64).collect::<Vec<_>>());
    assert!(all.iter().all(|change| change.at.lane == lane && change.team_id == team));
    assert_eq!(store.change_bounds(lane).await.unwrap(), (1, 64));
    let some = store.read_changes(from(lane, 10), None, 5).await.unwrap();
    assert_eq!(some, all[10..15]);
    let of_one = store.read_changes(from(lane, 0), Some(one), 1000).await.unwrap();
    assert_eq!(of_one, all.iter().filter(|change| change.user_id == one).cloned().collect::<Vec<_>>());
    assert_eq!(of_one.len(), 32);
    let elsewhere = Lane((lane.0 + 1) % store::LANES);
    assert!(store.read_changes(from(elsewhere, 0), Some(one), 10).await.unwrap().is_empty());
}

pub(crate) async fn trimming_takes_whole_beginnings_of_lanes(store: Arc<dyn Store>) {
    let team = team(&store).await;
    let user = user(&store, team).await;
    let lane = Lane::of_user(user);
    // the third happened before the second was written
    let events = [10, 50, 20, 60].map(|second| sync_event(run_id(), second, "success"));
    store.put_sync_events(team, user, events.to_vec(), Vec::new()).await.unwrap();
    assert_eq!(store.trim_changes(at(30), 100).await.unwrap(), 1);
    assert_eq!(store.change_bounds(lane).await.unwrap(), (2, 4), "what is left has no gap");
    assert_eq!(store.read_changes(from(lane, 1), None, 10).await.unwrap().len(), 3);
    assert_eq!(store.trim_changes(at(100), 2).await.unwrap(), 2);
    assert_eq!(store.change_bounds(lane).await.unwrap(), (4, 4));
    assert_eq!(store.trim_changes(at(100), 2).await.unwrap(), 1);
    assert_eq!(store.change_bounds(lane).await.unwrap(), (5, 4));
    let runs = RunQuery { limit: 10, ..RunQuery::default() };
    assert_eq!(store.list_runs(team, runs).await.unwrap(), [], "runs go with their entries");
    store.put_sync_events(team, user, vec![sync_event(run_id(), 200, "success")], Vec::new()).await.unwrap();
    assert_eq!(store.change_bounds(lane).await.unwrap(), (5, 5), "positions go on");
}

pub(crate) async fn what_happened_is_told_as_it_was_and_latest_first(store: Arc<dyn Store>) {
    let team = team(&store).await;
    let user = user(&store, team).await;
    let run = run_id();
    let events = [sync_event(run, 10, "in_progress"), sync_event(run, 20, "success")];
    store.put_sync_events(team, user, events.to_vec(), vec![emission("sync.completed")]).await.unwrap();
    let [first, second] = events;
    let lane = Lane::of_user(user);
    let told = [(from(lane, 2), second.clone()), (from(lane, 1), first.clone())];
    assert_eq!(store.list_sync_events(user, 10).await.unwrap(), told, "each with its place in the log");
    assert_eq!(store.list_sync_events(user, 1).await.unwrap(), told[..1]);
    let log = store.read_changes(from(Lane::of_user(user), 0), Some(user), 10).await.unwrap();
    assert_eq!(log[0].body, ChangeBody::Sync(Box::new(first)));
    assert!(matches!(&log[2].body, ChangeBody::Emission(told) if told.event_type == "sync.completed"));
    let kept = store.find_run(user, run).await.unwrap().unwrap();
    assert_eq!((kept.latest, kept.first_at), (second, at(10)));
}

pub(crate) async fn nothing_is_told_of_a_user_who_is_gone_or_anothers(store: Arc<dyn Store>) {
    let team = team(&store).await;
    let user = user(&store, team).await;
    let event = || vec![sync_event(run_id(), 1, "success")];
    let gone = store.put_sync_events(team, crate::given::user_id(), event(), Vec::new()).await;
    let anothers = store.put_sync_events(team_id(), user, event(), Vec::new()).await;
    assert!(matches!((gone, anothers), (Err(StoreError::NotFound(_)), Err(StoreError::NotFound(_)))));
    assert!(store.list_sync_events(user, 10).await.unwrap().is_empty());
}

pub(crate) async fn an_emission_alone_is_dated_now(store: Arc<dyn Store>) {
    let team = team(&store).await;
    let user = user(&store, team).await;
    store.put_sync_events(team, user, Vec::new(), vec![emission("sync.completed")]).await.unwrap();
    let log = store.read_changes(from(Lane::of_user(user), 0), None, 10).await.unwrap();
    assert_eq!(log[0].created_at, at(0));
}

pub(crate) async fn a_teams_runs_are_listed_by_what_is_asked(store: Arc<dyn Store>) {
    let (ours, theirs) = (team(&store).await, team(&store).await);
    let (one, two) = (user(&store, ours).await, user(&store, theirs).await);
    let (old, new) = (run_id(), run_id());
    let mut pulled = sync_event(new, 30, "failed");
    pulled.source = "pull".to_owned();
    store.put_sync_events(ours, one, vec![sync_event(old, 10, "success"), pulled], Vec::new()).await.unwrap();
    store.put_sync_events(theirs, two, vec![sync_event(run_id(), 40, "success")], Vec::new()).await.unwrap();
    // an event that is heard of late does not hide the latest
    store.put_sync_events(ours, one, vec![sync_event(new, 20, "in_progress")], Vec::new()).await.unwrap();
    let all = RunQuery { limit: 10, ..RunQuery::default() };
    let runs = async |query: RunQuery| {
        let runs = store.list_runs(ours, query).await.unwrap();
        runs.into_iter().map(|run| run.latest.run_id).collect::<Vec<_>>()
    };
    assert_eq!(runs(all.clone()).await, [new, old]);
    assert_eq!(runs(RunQuery { limit: 1, ..all.clone() }).await, [new]);
    assert_eq!(runs(RunQuery { user_id: Some(one), ..all.clone() }).await, [new, old]);
    assert!(runs(RunQuery { user_id: Some(two), ..all.clone() }).await.is_empty());
    assert_eq!(runs(RunQuery { status: Some("success".to_owned()), ..all.clone() }).await, [old]);
    assert_eq!(runs(RunQuery { source: Some("pull".to_owned()), ..all.clone() }).await, [new]);
    assert_eq!(runs(RunQuery { provider: Some(GARMIN.to_string()), ..all.clone() }).await, [new, old]);
    assert!(runs(RunQuery { provider: Some("oura".to_owned()), ..all }).await.is_empty());
    assert!(store.find_run(two, new).await.unwrap().is_none());
}
