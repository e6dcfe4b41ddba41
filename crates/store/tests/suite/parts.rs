//! Parts: kept once, claimed in order within their user, failed, replayed, expired.

use crate::given::{OURA, application, at, completed, delivery, part, team, user, user_in_lane};
use model::{TeamId, UserId};
use std::sync::Arc;
use store::{Applied, Body, Lane, Part, PartKey, Queue, ReplayQuery, Retry, Store};

/// A team, and two of its users in the same lane.
async fn neighbours(store: &Arc<dyn Store>) -> (TeamId, UserId, UserId, Lane) {
    let team = team(store).await;
    let one = user(store, team).await;
    let lane = Lane::of_user(one);
    (team, one, user_in_lane(store, team, lane).await, lane)
}

async fn claim(store: &Arc<dyn Store>, lane: Lane, now: i64, lease: i64, limit: u32) -> Vec<PartKey> {
    store.claim_parts(lane, at(now), at(lease), limit).await.unwrap().iter().map(Part::key).collect()
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
    assert_eq!(store.claim_parts(lane, at(0), at(60), 10).await.unwrap(), [first.clone()]);
    store.put_parts(vec![altered.clone()]).await.unwrap();
    assert!(claim(&store, lane, 1, 60, 10).await.is_empty(), "a claimed part stays claimed");
    complete(&store, team, one, &[first.key()]).await;
    store.put_parts(vec![altered]).await.unwrap();
    assert!(claim(&store, lane, 1000, 1060, 10).await.is_empty(), "a part that is done stays done");
}

pub(crate) async fn parts_of_a_user_who_is_gone_are_not_kept(store: Arc<dyn Store>) {
    let (team, one, two, lane) = neighbours(&store).await;
    let parts = vec![part(team, Some(one), 1, 0), part(team, Some(two), 1, 1)];
    store.delete_user(team, one).await.unwrap();
    store.put_parts(parts).await.unwrap();
    let claimed = claim(&store, lane, 0, 60, 10).await;
    assert_eq!(claimed.iter().map(|key| key.user_id).collect::<Vec<_>>(), [Some(two)]);
}

pub(crate) async fn parts_are_claimed_in_the_order_of_receipt_and_number(store: Arc<dyn Store>) {
    let (team, one, two, lane) = neighbours(&store).await;
    let parts = [(one, 9, 0), (one, 2, 1), (two, 5, 0), (one, 2, 0)];
    store
        .put_parts(parts.map(|(user, receipt, number)| part(team, Some(user), receipt, number)).to_vec())
        .await
        .unwrap();
    let order = |keys: Vec<PartKey>| keys.iter().map(|key| (key.receipt, key.number)).collect::<Vec<_>>();
    assert_eq!(store.waiting_lanes(at(0)).await.unwrap(), [lane]);
    assert_eq!(order(claim(&store, lane, 0, 60, 2).await), [(2, 0), (2, 1)]);
    // what follows for the same user waits for what is claimed
    assert_eq!(order(claim(&store, lane, 0, 60, 9).await), [(5, 0)]);
    assert!(store.waiting_lanes(at(0)).await.unwrap().is_empty());
    assert!(claim(&store, lane, 59, 100, 9).await.is_empty());
    assert_eq!(order(claim(&store, lane, 60, 100, 9).await), [(2, 0), (2, 1), (5, 0), (9, 0)]);
}

pub(crate) async fn a_user_whose_first_part_waits_is_left_out(store: Arc<dyn Store>) {
    let (team, one, two, lane) = neighbours(&store).await;
    // more than anyone looks at in one go lies before the other user's part
    let many: Vec<Part> = (0..3000).map(|receipt| part(team, Some(one), receipt, 0)).collect();
    let first = many[0].key();
    store.put_parts(many).await.unwrap();
    store.put_parts(vec![part(team, Some(two), 9000, 0)]).await.unwrap();
    assert_eq!(claim(&store, lane, 0, 60, 1).await, [first]);
    store.fail_part(first, "not yet".to_owned(), Retry::At(at(500))).await.unwrap();
    let others = claim(&store, lane, 1, 60, 10).await;
    assert_eq!(others.iter().map(|key| key.user_id).collect::<Vec<_>>(), [Some(two)]);
    complete(&store, team, two, &others).await;
    assert!(store.waiting_lanes(at(499)).await.unwrap().is_empty(), "nothing here may be claimed");
    assert_eq!(store.waiting_lanes(at(500)).await.unwrap(), [lane]);
    let again = store.claim_parts(lane, at(500), at(600), 2).await.unwrap();
    assert_eq!((again[0].key(), again[0].attempts), (first, 1));
    store.fail_part(first, "never".to_owned(), Retry::Dead).await.unwrap();
    let next = claim(&store, lane, 600, 700, 1).await;
    assert_eq!(next[0].receipt, 1, "a part that was given up holds nobody up");
    assert_eq!(store.queue_depths().await.unwrap().parts_dead, 1);
}

pub(crate) async fn released_claims_are_claimed_again_and_retries_still_wait(store: Arc<dyn Store>) {
    let (team, one, two, lane) = neighbours(&store).await;
    store.put_parts(vec![part(team, Some(one), 1, 0), part(team, Some(two), 2, 0)]).await.unwrap();
    let keys = claim(&store, lane, 0, 1000, 9).await;
    store.fail_part(keys[0], "x".to_owned(), Retry::At(at(5))).await.unwrap();
    store.fail_part(keys[1], "x".to_owned(), Retry::At(at(500))).await.unwrap();
    assert_eq!(claim(&store, lane, 5, 1000, 9).await, [keys[0]]);
    store.release_claims().await.unwrap();
    assert_eq!(claim(&store, lane, 6, 1000, 9).await, [keys[0]]);
    assert_eq!(claim(&store, lane, 500, 1000, 9).await, [keys[1]]);
}

pub(crate) async fn lost_claims_of_a_lane_are_released_and_no_others(store: Arc<dyn Store>) {
    let (team, one, two, lane) = neighbours(&store).await;
    let elsewhere = loop {
        let user = user(&store, team).await;
        if Lane::of_user(user) != lane {
            break user;
        }
    };
    let parts = [(one, 1), (two, 2), (elsewhere, 3)].map(|(user, receipt)| part(team, Some(user), receipt, 0));
    store.put_parts(parts.to_vec()).await.unwrap();
    let keys = claim(&store, lane, 0, 1000, 9).await;
    store.fail_part(keys[1], "x".to_owned(), Retry::At(at(500))).await.unwrap();
    assert_eq!(claim(&store, Lane::of_user(elsewhere), 0, 1000, 9).await.len(), 1);
    store.release(Queue::Parts(lane)).await.unwrap();
    assert_eq!(claim(&store, lane, 1, 1000, 9).await, [keys[0]], "a retry waits on");
    assert!(claim(&store, Lane::of_user(elsewhere), 1, 1000, 9).await.is_empty(), "another lane's claims hold");
}

pub(crate) async fn a_late_failure_does_not_bring_back_what_is_done(store: Arc<dyn Store>) {
    let (team, one, _, lane) = neighbours(&store).await;
    store.put_parts(vec![part(team, Some(one), 1, 0)]).await.unwrap();
    let keys = claim(&store, lane, 0, 60, 9).await;
    complete(&store, team, one, &keys).await;
    store.fail_part(keys[0], "late".to_owned(), Retry::At(at(1))).await.unwrap();
    assert!(claim(&store, lane, 100, 160, 9).await.is_empty());
}

pub(crate) async fn replay_brings_back_what_was_asked_for_quietly_unless_told(store: Arc<dyn Store>) {
    let (team, one, two, lane) = neighbours(&store).await;
    let mut sleeps = part(team, Some(one), 2, 0);
    sleeps.part_type = "sleeps".to_owned();
    let mut oura = part(team, Some(two), 3, 0);
    oura.provider = OURA;
    store.put_parts(vec![part(team, Some(one), 1, 0), sleeps, oura]).await.unwrap();
    let keys = claim(&store, lane, 0, 60, 9).await;
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
        let claimed = store.claim_parts(lane, at(0), at(60), 9).await.unwrap();
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
    let keys = claim(&store, lane, 0, 60, 9).await;
    let mine: Vec<PartKey> = keys.into_iter().filter(|key| key.user_id == Some(one)).collect();
    complete(&store, team, one, &mine).await;
    // the other user's part is still to be applied: it and the body it shares stay
    assert_eq!(store.expire_parts(at(500), 100).await.unwrap(), ["nobody's", "own"]);
    assert!(store.expire_parts(at(500), 100).await.unwrap().is_empty());
    assert_eq!(store.replay(ReplayQuery::default(), at(0)).await.unwrap(), 1, "what has no body is not replayed");
    let claimed = store.claim_parts(lane, at(60), at(120), 9).await.unwrap();
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
    let keys = claim(&store, lane, 0, 60, 9).await;
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
