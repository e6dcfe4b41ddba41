//! Deliveries: kept, claimed, failed, given up.

use crate::given::{OURA, at, delivery, part, team, user};
use std::sync::Arc;
use store::{Body, Delivery, Queue, ReplayQuery, Retry, Store, StoreError};

async fn claimed(store: &Arc<dyn Store>, now: i64, lease: i64, limit: u32) -> Vec<i64> {
    let claimed = store.claim_deliveries(at(now), at(lease), limit).await.unwrap();
    claimed.into_iter().map(|delivery| delivery.receipt).collect()
}

pub(crate) async fn a_delivery_comes_back_as_it_was_accepted(store: Arc<dyn Store>) {
    let team = team(&store).await;
    let user = user(&store, team).await;
    let inline = Delivery { user_id: Some(user), part_type: Some("sleeps".to_owned()), ..delivery(1) };
    let spooled = Delivery { body: Body::Spooled("s1".to_owned()), ..delivery(2) };
    for delivery in [&inline, &spooled] {
        store.accept(delivery.clone()).await.unwrap();
    }
    assert_eq!(store.claim_deliveries(at(0), at(60), 10).await.unwrap(), [inline, spooled]);
    assert_eq!(store.last_receipt().await.unwrap(), 2);
}

pub(crate) async fn the_oldest_deliveries_are_claimed_first_over_all_lanes(store: Arc<dyn Store>) {
    for receipt in [300, 64, 130, 65, 1_000_001] {
        store.accept(delivery(receipt)).await.unwrap();
    }
    assert_eq!(claimed(&store, 0, 60, 3).await, [64, 65, 130]);
    assert_eq!(claimed(&store, 0, 60, 3).await, [300, 1_000_001]);
    assert!(claimed(&store, 59, 120, 3).await.is_empty(), "a claim holds until its lease ends");
    assert_eq!(claimed(&store, 60, 120, 2).await, [64, 65]);
}

pub(crate) async fn a_delivery_is_done_once_finished(store: Arc<dyn Store>) {
    store.accept(delivery(7)).await.unwrap();
    assert_eq!(claimed(&store, 0, 60, 3).await, [7]);
    store.finish_delivery(7, 0).await.unwrap();
    assert!(claimed(&store, 100, 160, 3).await.is_empty());
    assert_eq!(store.queue_depths().await.unwrap().deliveries_waiting, 0);
}

pub(crate) async fn a_receipt_is_given_once(store: Arc<dyn Store>) {
    store.accept(delivery(7)).await.unwrap();
    assert!(store.accept(Delivery { size: 1, ..delivery(7) }).await.is_err());
    assert_eq!(store.claim_deliveries(at(0), at(9), 9).await.unwrap(), [delivery(7)]);
}

pub(crate) async fn nothing_is_accepted_for_a_user_who_is_gone(store: Arc<dyn Store>) {
    let orphan = Delivery { user_id: Some(crate::given::user_id()), ..delivery(7) };
    assert!(matches!(store.accept(orphan).await, Err(StoreError::NotFound("user"))));
    assert_eq!(store.queue_depths().await.unwrap().deliveries_waiting, 0);
}

pub(crate) async fn a_failed_delivery_waits_then_dies_and_is_replayed(store: Arc<dyn Store>) {
    store.accept(delivery(7)).await.unwrap();
    assert_eq!(claimed(&store, 0, 60, 3).await, [7]);
    store.fail_delivery(7, "disk".to_owned(), Retry::At(at(30))).await.unwrap();
    assert!(claimed(&store, 29, 60, 3).await.is_empty());
    let again = store.claim_deliveries(at(30), at(90), 3).await.unwrap();
    assert_eq!(again[0].attempts, 1);
    store.fail_delivery(7, "disk".to_owned(), Retry::Dead).await.unwrap();
    assert!(claimed(&store, 1000, 1060, 3).await.is_empty());
    let depths = store.queue_depths().await.unwrap();
    assert_eq!((depths.deliveries_waiting, depths.deliveries_dead), (0, 1));
    let elsewhere = ReplayQuery { provider: Some(OURA), ..ReplayQuery::default() };
    assert_eq!(store.replay(elsewhere, at(40)).await.unwrap(), 0, "another provider's is not touched");
    assert_eq!(store.replay(ReplayQuery { dead_only: true, ..ReplayQuery::default() }, at(40)).await.unwrap(), 1);
    assert_eq!(claimed(&store, 40, 100, 3).await, [7]);
}

pub(crate) async fn claims_of_a_process_that_is_gone_are_released_but_retries_still_wait(store: Arc<dyn Store>) {
    for receipt in [1, 2, 3, 4] {
        store.accept(delivery(receipt)).await.unwrap();
    }
    assert_eq!(claimed(&store, 0, 1000, 2).await, [1, 2]);
    // 1 fails, is claimed again and then the process dies; 3 waits for its retry
    store.fail_delivery(1, "x".to_owned(), Retry::At(at(5))).await.unwrap();
    assert_eq!(claimed(&store, 5, 1000, 2).await, [1, 3]);
    store.fail_delivery(3, "x".to_owned(), Retry::At(at(500))).await.unwrap();
    store.release_claims().await.unwrap();
    assert_eq!(claimed(&store, 6, 1000, 9).await, [1, 2, 4]);
    assert_eq!(claimed(&store, 500, 1000, 9).await, [3]);
}

pub(crate) async fn lost_claims_of_deliveries_are_released_but_retries_still_wait(store: Arc<dyn Store>) {
    for receipt in [1, 2] {
        store.accept(delivery(receipt)).await.unwrap();
    }
    assert_eq!(claimed(&store, 0, 1000, 9).await, [1, 2]);
    store.fail_delivery(2, "x".to_owned(), Retry::At(at(500))).await.unwrap();
    for other in [Queue::Messages, Queue::Jobs] {
        store.release(other).await.unwrap();
    }
    assert!(claimed(&store, 1, 1000, 9).await.is_empty(), "another queue's");
    store.release(Queue::Deliveries).await.unwrap();
    assert_eq!(claimed(&store, 1, 1000, 9).await, [1]);
}

pub(crate) async fn spooled_bodies_that_something_refers_to_are_told_apart(store: Arc<dyn Store>) {
    let team = team(&store).await;
    let user = user(&store, team).await;
    store.accept(Delivery { body: Body::Spooled("whole".to_owned()), ..delivery(1) }).await.unwrap();
    let mut cut = part(team, Some(user), 1, 0);
    cut.body = Body::Spooled("cut".to_owned());
    store.put_parts(vec![cut]).await.unwrap();
    let asked = ["whole", "lost", "cut"].map(str::to_owned).to_vec();
    assert_eq!(store.unreferenced_spool(asked).await.unwrap(), ["lost"]);
}
