//! Policies of retention, the rounds of their work, and what it finds; reports of erased users.

use crate::given::{application, at, block, erase_rest, part, team, user, workout};
use model::{BlockClass, Context, Timestamp};
use std::{collections::BTreeSet, sync::Arc};
use store::{Application, Applied, Body, LANES, OldBlocks, Part, Retention, RetentionDone, Store};

const DAY: i64 = 86_400;
const POLICY: Retention =
    Retention { raw_days: Some(7), full_days: Some(30), step_s: Some(60), cold_days: Some(90), kept_days: None };

pub(crate) async fn a_team_decides_for_itself_and_can_change_its_mind(store: Arc<dyn Store>) {
    let (one, other) = (team(&store).await, team(&store).await);
    assert_eq!(store.find_retention(one).await.unwrap(), Retention::default());
    store.put_retention(one, POLICY).await.unwrap();
    assert_eq!(store.find_retention(one).await.unwrap(), POLICY);
    assert_eq!(store.list_retentions().await.unwrap(), [(one, POLICY)]);
    store.put_retention(one, Retention { kept_days: Some(400), ..Retention::default() }).await.unwrap();
    assert_eq!(store.find_retention(one).await.unwrap().kept_days, Some(400));
    assert_eq!(store.find_retention(other).await.unwrap(), Retention::default());
}

pub(crate) async fn a_lane_is_one_process_s_until_its_lease_lapses_and_goes_on_where_it_was(store: Arc<dyn Store>) {
    let team = team(&store).await;
    let user = user(&store, team).await;
    assert_eq!(store.claim_retention(at(0), at(60)).await.unwrap(), None, "nobody decided anything");
    store.put_retention(team, POLICY).await.unwrap();
    let mut lanes = BTreeSet::new();
    while let Some(round) = store.claim_retention(at(0), at(60)).await.unwrap() {
        assert_eq!(round.reached, None);
        assert!(lanes.insert(round.lane), "{:?} twice", round.lane);
    }
    assert_eq!(lanes.len(), LANES as usize);
    let first = *lanes.first().unwrap();
    let done = RetentionDone { points_reduced: 5, points_cooled: 8, points_deleted: 6, events_deleted: 7 };
    for _ in 0..2 {
        store.note_retention(first, user, at(60), Some((team, done))).await.unwrap();
    }
    let again = store.claim_retention(at(60), at(120)).await.unwrap().unwrap();
    assert_eq!((again.lane, again.reached), (first, Some(user)));
    for lane in &lanes {
        assert_eq!(store.retention_state(team).await.unwrap().all_ended_at, None);
        store.end_retention(*lane, at(100 + i64::from(lane.0)), at(900)).await.unwrap();
    }
    let state = store.retention_state(team).await.unwrap();
    assert_eq!((state.lanes_ended, state.all_ended_at), (64, Some(at(100))));
    let twice = RetentionDone { points_reduced: 10, points_cooled: 16, points_deleted: 12, events_deleted: 14 };
    assert_eq!(state.done, twice);
    assert_eq!(store.claim_retention(at(899), at(999)).await.unwrap(), None);
    store.put_retention(team, POLICY).await.unwrap();
    assert!(store.claim_retention(at(200), at(300)).await.unwrap().is_some(), "a decision is carried out at once");
}

pub(crate) async fn old_blocks_are_found_by_what_begins_before_and_by_context(store: Arc<dyn Store>) {
    let team = team(&store).await;
    let user = user(&store, team).await;
    let writes = vec![
        block(Context::SAMPLES, BlockClass::Day, &[0, 2 * DAY - 1], 1),
        block(Context::SAMPLES, BlockClass::Day, &[9 * DAY], 1),
        block(Context::DAILY, BlockClass::Year, &[-DAY], 1),
        block(Context::workout(1), BlockClass::Hour, &[50], 1),
        block(Context::SAMPLES.reduced().unwrap(), BlockClass::Month, &[0], 60),
        block(Context::epoch(3), BlockClass::Month, &[10], 60),
    ];
    let change = Application { block_writes: writes, ..application(team, user) };
    assert_eq!(store.apply(change).await.unwrap(), Applied::Done);
    let found = async |before: Timestamp, which: OldBlocks, limit: u32| {
        let blocks = store.list_old_blocks(user, before, which, limit).await.unwrap();
        assert!(blocks.iter().all(|block| !block.data.is_empty()));
        blocks.into_iter().map(|block| block.key.context).collect::<Vec<_>>()
    };
    assert_eq!(found(at(DAY), OldBlocks::Reducible, 9).await, [Context::SAMPLES, Context::epoch(3)]);
    assert_eq!(found(at(DAY), OldBlocks::All, 9).await.len(), 5);
    assert_eq!(found(at(DAY), OldBlocks::All, 2).await.len(), 2);
    assert!(found(at(-DAY), OldBlocks::All, 9).await.is_empty(), "what begins then is not before");
    let users = store.list_users_after(None, 9).await.unwrap();
    assert_eq!(users, [(user, team)]);
    assert!(store.list_users_after(Some(user), 9).await.unwrap().is_empty());
}

pub(crate) async fn old_events_go_with_their_names_and_young_ones_stay(store: Arc<dyn Store>) {
    let team = team(&store).await;
    let user = user(&store, team).await;
    let (old, young) = (workout(0, 1), workout(5 * DAY, 2));
    let change = Application {
        aliases: vec![("old".to_owned(), old.id), ("young".to_owned(), young.id)],
        events: vec![old.clone(), young.clone()],
        ..application(team, user)
    };
    assert_eq!(store.apply(change).await.unwrap(), Applied::Done);
    assert_eq!(store.delete_old_events(user, at(2 * DAY), 10).await.unwrap(), 1);
    assert_eq!(store.delete_old_events(user, at(2 * DAY), 10).await.unwrap(), 0);
    let known =
        store.load_events(user, vec![old.id, young.id], vec!["old".to_owned(), "young".to_owned()]).await.unwrap();
    assert_eq!(known.events.iter().map(|event| event.id).collect::<Vec<_>>(), [young.id]);
}

pub(crate) async fn bodies_of_teams_that_decided_are_left_to_their_own_time(store: Arc<dyn Store>) {
    let (one, other) = (team(&store).await, team(&store).await);
    let (ann, bob) = (user(&store, one).await, user(&store, other).await);
    let of = |team, user, receipt, name: &str| Part {
        body: Body::Spooled(name.to_owned()),
        received_at: at(0),
        ..part(team, Some(user), receipt, 0)
    };
    let parts = vec![of(one, ann, 1, "ann's"), of(other, bob, 2, "bob's")];
    store.put_parts(parts.clone()).await.unwrap();
    for part in parts {
        store.fail_part(part.key(), "x".to_owned(), store::Retry::Dead).await.unwrap();
    }
    store.put_retention(one, POLICY).await.unwrap();
    assert_eq!(store.expire_parts(at(500), 9).await.unwrap(), ["bob's"]);
    assert!(store.expire_parts_of(other, at(500), 9).await.unwrap().is_empty());
    assert_eq!(store.expire_parts_of(one, at(500), 9).await.unwrap(), ["ann's"]);
}

pub(crate) async fn an_erased_user_leaves_numbers_that_their_team_can_list(store: Arc<dyn Store>) {
    let (one, other) = (team(&store).await, team(&store).await);
    let ann = user(&store, one).await;
    let change = Application {
        block_writes: vec![block(Context::SAMPLES, BlockClass::Day, &[0, 10, 20], 1)],
        events: vec![workout(0, 1)],
        ..application(one, ann)
    };
    assert_eq!(store.apply(change).await.unwrap(), Applied::Done);
    let begun = store.delete_user(one, ann).await.unwrap();
    assert_eq!(store.list_erasure_reports(one, Timestamp::MAX, 9).await.unwrap(), [begun.clone()], "in progress");
    erase_rest(&store, ann).await;
    let erased = store.find_erasure_report(one, begun.at, ann).await.unwrap().unwrap();
    assert_eq!((begun.is_finished, erased.is_finished), (false, true));
    let counts: Vec<_> = erased.counts.iter().map(|(kind, count)| (kind.as_str(), *count)).collect();
    assert_eq!(counts, [("events", 1), ("points", 3), ("series_blocks", 1)]);
    assert_eq!(store.list_erasure_reports(one, Timestamp::MAX, 9).await.unwrap(), [erased]);
    assert!(store.list_erasure_reports(one, at(0), 9).await.unwrap().is_empty(), "before it was");
    assert!(store.list_erasure_reports(other, Timestamp::MAX, 9).await.unwrap().is_empty());
}
