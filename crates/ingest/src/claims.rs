//! The deliveries that this process has in hand: claimed, and not cut to their end. Their claims hold for two
//! minutes, and gigabytes take longer to cut, or to come to their turn: so they are renewed for as long as it takes.

use model::Clock;
use std::{
    collections::BTreeSet,
    convert::Infallible,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};
use store::{Delivery, Queue, Store, StoreError};

/// How long a claim of deliveries holds. A process that dies leaves them to others after this.
const LEASE_S: u32 = 120;
/// So often a claim is renewed while it holds.
const RENEWALS: u32 = 4;
/// How many deliveries are claimed at a time.
const TOGETHER: u32 = 64;

/// What is in hand. Cheap to clone.
#[derive(Clone)]
pub(crate) struct Claims {
    store: Arc<dyn Store>,
    clock: Clock,
    receipts: Arc<Mutex<BTreeSet<i64>>>,
}

/// Deliveries in hand; dropped, they are so no longer.
pub(crate) struct InHand {
    receipts: Vec<i64>,
    all: Arc<Mutex<BTreeSet<i64>>>,
}

impl Claims {
    pub(crate) fn new(store: Arc<dyn Store>, clock: Clock) -> Self {
        Self { store, clock, receipts: Arc::default() }
    }

    /// Claims deliveries, oldest first.
    pub(crate) async fn claim(&self) -> Result<Vec<Delivery>, StoreError> {
        let now = self.clock.now();
        self.store.claim_deliveries(now, now.plus_seconds(LEASE_S.into()), TOGETHER).await
    }

    /// Notes that these are worked on.
    pub(crate) fn take(&self, deliveries: &[Delivery]) -> InHand {
        let receipts: Vec<i64> = deliveries.iter().map(|delivery| delivery.receipt).collect();
        lock(&self.receipts).extend(&receipts);
        InHand { receipts, all: Arc::clone(&self.receipts) }
    }

    /// Gives back what was claimed by claims whose answer was lost. Nothing may be in hand.
    pub(crate) async fn release(&self) -> Result<(), StoreError> {
        self.store.release(Queue::Deliveries).await
    }

    /// Works while the claims of what is in hand are renewed.
    pub(crate) async fn holding<T>(&self, work: impl Future<Output = T>) -> T {
        tokio::select! {
            done = work => done,
            never = self.renew() => match never {},
        }
    }

    async fn renew(&self) -> Infallible {
        loop {
            tokio::time::sleep(self.clock.real_wait(Duration::from_secs(LEASE_S.into()) / RENEWALS)).await;
            let in_hand: Vec<i64> = lock(&self.receipts).iter().copied().collect();
            if in_hand.is_empty() {
                continue;
            }
            let lease = self.clock.now().plus_seconds(LEASE_S.into());
            if let Err(error) = self.store.renew_deliveries(in_hand, lease).await {
                tracing::warn!(%error, "claims of deliveries could not be renewed");
            }
        }
    }
}

impl Drop for InHand {
    fn drop(&mut self) {
        let mut all = lock(&self.all);
        for receipt in &self.receipts {
            all.remove(receipt);
        }
    }
}

fn lock(receipts: &Mutex<BTreeSet<i64>>) -> MutexGuard<'_, BTreeSet<i64>> {
    receipts.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::{PartMeta, ProviderName, Timestamp};
    use store::{Body, DeliveryKind, SqlStore};

    fn delivery(at: Timestamp) -> Delivery {
        Delivery {
            receipt: 7,
            kind: DeliveryKind::Webhook,
            provider: ProviderName::from_static("garmin"),
            app_id: None,
            user_id: None,
            connection_id: None,
            account: None,
            part_type: None,
            meta: PartMeta::default(),
            body: Body::Expired,
            size: 1,
            received_at: at,
            attempts: 0,
        }
    }

    #[tokio::test]
    async fn what_is_in_hand_is_claimed_anew_for_as_long_as_it_takes() {
        let folder = tempfile::tempdir().unwrap();
        let clock = Clock::scaled(Timestamp::from_seconds(1_772_971_200), 1_000.0);
        let store: Arc<dyn Store> =
            Arc::new(SqlStore::open_embedded(&folder.path().join("store.db"), clock.clone()).unwrap());
        store.accept(delivery(clock.now())).await.unwrap();
        let claims = Claims::new(Arc::clone(&store), clock.clone());
        let claimed = claims.claim().await.unwrap();
        let lapses = clock.now().plus_seconds(i64::from(LEASE_S) * 2);
        // with a lease that lapses there and then, it would be had each time
        let again = async || store.claim_deliveries(lapses, lapses, 1).await.unwrap().len();
        assert_eq!(again().await, 1);
        let in_hand = claims.take(&claimed);
        let renewed = claims.holding(async { while again().await == 1 {} });
        tokio::time::timeout(Duration::from_secs(60), renewed).await.expect("it is renewed");
        drop(in_hand);
        assert!(lock(&claims.receipts).is_empty());
    }
}
