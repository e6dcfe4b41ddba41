//! Parts: kept once, claimed in order within their user, failed, replayed, expired.

use crate::given::{OURA, application, at, completed, delivery, part, team, user, user_in_lane};
use model::{TeamId, UserId};
use std::sync::Arc;
use store::{Applied, Body, Lane, Part, PartKey, ReplayQuery, Retry, Store, StoreError};

/// A team, and two of its users in the same lane.
async fn neighbours(store: &Arc<dyn Store>) -> (TeamId, UserId, UserId, Lane) {
    let team = team(store).await;
    let one = user(store, team).await;
    let lane = Lane::of_user(one);
    (team, one, user_in_lane(store, team, lane).await, lane)
}

async fn listed(store: &Arc<dyn Store>, lane: Lane, now: i64, limit: u32) -> Vec<PartKey> {
    store.list_parts(lane, at(now), limit).await.unwrap().iter().map(Part::key).collect()
}

/// Takes what waits, and leaves it again.
async fn waiting_lanes(store: &Arc<dyn Store>, now: i64) -> Vec<Lane> {
    let lanes = store.take_lanes(at(now), 64).await.unwrap();
    for lane in &lanes {
        store.leave_lane(*lane).await;
    }
    lanes
}

async fn complete(store: &Arc<dyn Store>, team: TeamId, user: UserId, keys: &[PartKey]) {
    let mut done = application(team, user);
    done.parts = keys.iter().map(|key| completed(*key)).collect();
    assert_eq!(store.apply(done).await.unwrap(), Applied::Done);
}

pub(crate) async fn putting_parts_twice_changes_nothing(store: Arc<dyn Store>) {
    let (team, one, _, lane) = neighbours(&store).await;
    let first = part(team, Some(one), 1, 0);
    store.put_parts(vec![first.clone()]).await.unwrap();
    let mut altered = first.clone();
    altered.body = Body::Inline(vec![9]);
    store.put_parts(vec![altered.clone()]).await.unwrap();
    assert_eq!(store.list_parts(lane, at(0), 10).await.unwrap(), [first.clone()]);
    store.put_parts(vec![altered.clone()]).await.unwrap();
    complete(&store, team, one, &[first.key()]).await;
    store.put_parts(vec![altered]).await.unwrap();
    assert!(listed(&store, lane, 1000, 10).await.is_empty(), "a part that is done stays done");
}

pub(crate) async fn parts_of_a_user_who_is_gone_are_not_kept(store: Arc<dyn Store>) {
    let (team, one, two, lane) = neighbours(&store).await;
    let parts = vec![part(team, Some(one), 1, 0), part(team, Some(two), 1, 1)];
    store.delete_user(team, one).await.unwrap();
    store.put_parts(parts).await.unwrap();
    let claimed = listed(&store, lane, 0, 10).await;
    assert_eq!(claimed.iter().map(|key| key.user_id).collect::<Vec<_>>(), [Some(two)]);
}

pub(crate) async fn parts_are_listed_in_the_order_of_receipt_and_number(store: Arc<dyn Store>) {
    let (team, one, two, lane) = neighbours(&store).await;
    let parts = [(one, 9, 0), (one, 2, 1), (two, 5, 0), (one, 2, 0)];
    store
        .put_parts(parts.map(|(user, receipt, number)| part(team, Some(user), receipt, number)).to_vec())
        .await
        .unwrap();
    let order = |keys: Vec<PartKey>| keys.iter().map(|key| (key.receipt, key.number)).collect::<Vec<_>>();
    assert_eq!(waiting_lanes(&store, 0).await, [lane]);
    assert_eq!(order(listed(&store, lane, 0, 2).await), [(2, 0), (2, 1)]);
    assert_eq!(order(listed(&store, lane, 0, 9).await), [(2, 0), (2, 1), (5, 0), (9, 0)]);
}

pub(crate) async fn a_user_whose_first_part_waits_is_left_out(store: Arc<dyn Store>) {
    let (team, one, two, lane) = neighbours(&store).await;
    // more than anyone looks at in one go lies before the other user's part
    let many: Vec<Part> = (0..3000).map(|receipt| part(team, Some(one), receipt, 0)).collect();
    let first = many[0].key();
    store.put_parts(many).await.unwrap();
    store.put_parts(vec![part(team, Some(two), 9000, 0)]).await.unwrap();
    assert_eq!(listed(&store, lane, 0, 1).await, [first]);
    store.fail_part(first, "not yet".to_owned(), Retry::At(at(500))).await.unwrap();
    let others = listed(&store, lane, 1, 10).await;
    assert_eq!(others.iter().map(|key| key.user_id).collect::<Vec<_>>(), [Some(two)]);
    complete(&store, team, two, &others).await;
    assert!(waiting_lanes(&store, 499).await.is_empty(), "nothing here may be claimed");
    assert_eq!(waiting_lanes(&store, 500).await, [lane]);
    let again = store.list_parts(lane, at(500), 2).await.unwrap();
    assert_eq!((again[0].key(), again[0].attempts), (first, 1));
    store.fail_part(first, "never".to_owned(), Retry::Dead).await.unwrap();
    let next = listed(&store, lane, 600, 1).await;
    assert_eq!(next[0].receipt, 1, "a part that was given up holds nobody up");
    assert_eq!(store.queue_depths().await.unwrap().parts_dead, 1);
}

pub(crate) async fn a_lane_is_taken_by_one_at_a_time(store: Arc<dyn Store>) {
    let (team, one, two, lane) = neighbours(&store).await;
    let elsewhere = loop {
        let user = user(&store, team).await;
        if Lane::of_user(user) != lane {
            break user;
        }
    };
    let other = Lane::of_user(elsewhere);
    let parts = [(one, 1), (two, 2), (elsewhere, 3)].map(|(user, receipt)| part(team, Some(user), receipt, 0));
    store.put_parts(parts.to_vec()).await.unwrap();
    let first = store.take_lanes(at(0), 1).await.unwrap();
    assert_eq!(first.len(), 1);
    let rest = store.take_lanes(at(0), 64).await.unwrap();
    let mut both = [first.clone(), rest.clone()].concat();
    both.sort_unstable();
    assert_eq!(both, [lane.min(other), lane.max(other)]);
    assert!(store.take_lanes(at(0), 64).await.unwrap().is_empty());
    assert!(store.has_lane(first[0]) && store.has_lane(rest[0]));
    store.leave_lane(first[0]).await;
    assert!(!store.has_lane(first[0]) && store.has_lane(rest[0]));
    assert_eq!(store.take_lanes(at(0), 64).await.unwrap(), first);
}

pub(crate) async fn what_is_applied_is_not_applied_again(store: Arc<dyn Store>) {
    let (team, one, _, lane) = neighbours(&store).await;
    store.put_parts(vec![part(team, Some(one), 1, 0)]).await.unwrap();
    let keys = listed(&store, lane, 0, 9).await;
    complete(&store, team, one, &keys).await;
    let mut again = application(team, one);
    again.parts = vec![completed(keys[0])];
    let refused = store.apply(again).await;
    assert!(matches!(refused, Err(StoreError::NotFound("part"))), "{refused:?}");
}

pub(crate) async fn a_late_failure_does_not_bring_back_what_is_done(store: Arc<dyn Store>) {
    let (team, one, _, lane) = neighbours(&store).await;
    store.put_parts(vec![part(team, Some(one), 1, 0)]).await.unwrap();
    let keys = listed(&store, lane, 0, 9).await;
    complete(&store, team, one, &keys).await;
    store.fail_part(keys[0], "late".to_owned(), Retry::At(at(1))).await.unwrap();
    assert!(listed(&store, lane, 100, 9).await.is_empty());
}

pub(crate) async fn replay_brings_back_what_was_asked_for_quietly_unless_told(store: Arc<dyn Store>) {
    let (team, one, two, lane) = neighbours(&store).await;
    let mut sleeps = part(team, Some(one), 2, 0);
    sleeps.part_type = "sleeps".to_owned();
    let mut oura = part(team, Some(two), 3, 0);
    oura.provider = OURA;
    store.put_parts(vec![part(team, Some(one), 1, 0), sleeps, oura]).await.unwrap();
    let keys = listed(&store, lane, 0, 9).await;
    complete(&store, team, one, &keys[..1]).await;
    store.fail_part(keys[1], "x".to_owned(), Retry::Dead).await.unwrap();
    complete(&store, team, two, &keys[2..]).await;
    let queries = [
        (ReplayQuery { dead_only: true, emit: true, ..ReplayQuery::default() }, vec![2], false),
        (ReplayQuery { provider: Some(OURA), ..ReplayQuery::default() }, vec![3], true),
        (ReplayQuery { user_id: Some(one), ..ReplayQuery::default() }, vec![1, 2], true),
        (ReplayQuery { part_type: Some("sleeps".to_owned()), ..ReplayQuery::default() }, vec![2], true),
        (ReplayQuery::default(), vec![1, 2, 3], true),
    ];
    for (query, receipts, quiet) in queries {
        assert_eq!(store.replay(query.clone(), at(0)).await.unwrap(), receipts.len() as u64, "{query:?}");
        let claimed = store.list_parts(lane, at(0), 9).await.unwrap();
        assert_eq!(claimed.iter().map(|part| part.receipt).collect::<Vec<_>>(), receipts, "{query:?}");
        assert!(claimed.iter().all(|part| part.quiet == quiet && part.attempts == 0), "{query:?}");
        for part in claimed {
            complete(&store, team, part.user_id.unwrap(), &[part.key()]).await;
        }
    }
}

pub(crate) async fn expired_bodies_go_and_only_free_spool_names_are_told(store: Arc<dyn Store>) {
    let (team, one, two, lane) = neighbours(&store).await;
    let spooled =
        |user, receipt, name: &str| Part { body: Body::Spooled(name.to_owned()), ..part(team, Some(user), receipt, 0) };
    let shared = [spooled(one, 1, "shared"), spooled(two, 1, "shared")];
    let young = Part { received_at: at(900), ..spooled(one, 3, "young") };
    let unmatched = Part { body: Body::Spooled("nobody's".to_owned()), ..part(team, None, 4, 0) };
    store
        .put_parts(vec![shared[0].clone(), shared[1].clone(), spooled(one, 2, "own"), young, unmatched])
        .await
        .unwrap();
    store.put_parts(vec![part(team, Some(one), 5, 0)]).await.unwrap();
    let keys = listed(&store, lane, 0, 9).await;
    let mine: Vec<PartKey> = keys.into_iter().filter(|key| key.user_id == Some(one)).collect();
    complete(&store, team, one, &mine).await;
    // the other user's part is still to be applied: it and the body it shares stay
    assert_eq!(store.expire_parts(at(500), 100).await.unwrap(), ["nobody's", "own"]);
    assert!(store.expire_parts(at(500), 100).await.unwrap().is_empty());
    assert_eq!(store.replay(ReplayQuery::default(), at(0)).await.unwrap(), 1, "what has no body is not replayed");
    let claimed = store.list_parts(lane, at(60), 9).await.unwrap();
    let bodies: Vec<_> = claimed.into_iter().map(|part| part.body).collect();
    assert_eq!(bodies, [Body::Spooled("shared".to_owned()), Body::Spooled("young".to_owned())]);
}

pub(crate) async fn expiry_keeps_to_its_limit_oldest_first(store: Arc<dyn Store>) {
    let (team, one, _, lane) = neighbours(&store).await;
    let aged = |receipt: i64, second| Part {
        received_at: at(second),
        body: Body::Spooled(format!("s{receipt}")),
        ..part(team, Some(one), receipt, 0)
    };
    store.put_parts(vec![aged(1, 30), aged(2, 10), aged(3, 20)]).await.unwrap();
    let keys = listed(&store, lane, 0, 9).await;
    complete(&store, team, one, &keys).await;
    assert_eq!(store.expire_parts(at(500), 2).await.unwrap(), ["s2", "s3"]);
    assert_eq!(store.expire_parts(at(500), 2).await.unwrap(), ["s1"]);
}

pub(crate) async fn the_highest_receipt_is_known_after_the_delivery_is_gone(store: Arc<dyn Store>) {
    let (team, one, ..) = neighbours(&store).await;
    assert_eq!(store.last_receipt().await.unwrap(), 0);
    store.accept(delivery(500)).await.unwrap();
    store.put_parts(vec![part(team, Some(one), 500, 0)]).await.unwrap();
    store.finish_delivery(500, 0).await.unwrap();
    store.accept(delivery(300)).await.unwrap();
    assert_eq!(store.last_receipt().await.unwrap(), 500);
}
