//! The loop that plans, asks, looks and tells, a bounded number of requests at once.

use super::planning;
use crate::{Sync, lease};
use model::{Clock, ProviderName, Timestamp};
use std::{collections::BTreeSet, sync::Arc, time::Duration};
use store::{Budget, Claimed, StoreError};
use tokio::sync::Semaphore;
use tokio_util::{sync::CancellationToken, task::TaskTracker};

/// What becomes due without a bell is looked for this often.
const LOOK_AROUND: Duration = Duration::from_secs(1);
/// A budget that has room again is not waited for more closely than this.
const SHORTEST_WAIT: Duration = Duration::from_millis(5);
/// Longer than two calls and a renewal between them may take.
const LEASE: Duration = Duration::from_mins(3);
/// How long requests under way may take to end at shutdown; what is cut off is asked again.
const GRACE: Duration = Duration::from_secs(20);
const WISHES_AT_ONCE: u32 = 100;

/// What a turn of the loop found.
#[derive(Default)]
struct Turn {
    /// More may be due at once.
    go_on: bool,
    /// When the budget has room again.
    room_at: Option<Timestamp>,
}

impl Sync {
    /// Asks for history until told to stop, then lets requests under way end.
    pub async fn run_history(self: Arc<Self>, shutdown: CancellationToken) {
        let (calls, cut_off) = (TaskTracker::new(), CancellationToken::new());
        let concurrency = usize::try_from(self.settings.history.concurrency).unwrap_or(1).max(1);
        let places = Arc::new(Semaphore::new(concurrency));
        let running_since = self.clock.now();
        while !shutdown.is_cancelled() {
            // Listening begins before the store is asked: what comes in between is not missed.
            let rung = self.store.wakers().history.notified();
            let turn = match self.turn(running_since, &places, &calls, &cut_off).await {
                Ok(turn) => turn,
                Err(StoreError::Closed) => break,
                Err(error) => {
                    tracing::warn!(%error, "history cannot be gone on with");
                    Turn::default()
                }
            };
            if turn.go_on {
                tokio::task::yield_now().await;
                continue;
            }
            tokio::select! {
                () = shutdown.cancelled() => break,
                () = rung => {}
                () = tokio::time::sleep(wait(&self.clock, turn.room_at)) => {}
            }
        }
        calls.close();
        if tokio::time::timeout(GRACE, calls.wait()).await.is_err() {
            cut_off.cancel();
            calls.wait().await;
        }
    }

    async fn turn(
        self: &Arc<Self>,
        running_since: Timestamp,
        places: &Arc<Semaphore>,
        calls: &TaskTracker,
        cut_off: &CancellationToken,
    ) -> Result<Turn, StoreError> {
        let wishes = self.store.list_wishes(WISHES_AT_ONCE).await?;
        let mut turn = Turn { go_on: wishes.len() == WISHES_AT_ONCE as usize, room_at: None };
        for wish in wishes {
            if let Err(error) = self.fulfil(wish).await {
                tracing::warn!(%error, "history was not planned");
            }
        }
        let (settled, more_looks) = self.look(running_since).await?;
        turn.go_on |= more_looks | self.find_gaps().await?;
        self.follow_up(settled).await?;
        for (provider, budget) in self.budgets() {
            let limit = u32::try_from(places.available_permits()).unwrap_or(u32::MAX);
            // what is asked for while there is no room comes when it cannot be taken
            if limit == 0 || self.intake.check_room().is_err() {
                continue;
            }
            let budget = Budget { days_per_minute: budget, limit };
            let (now, lease) = (self.clock.now(), lease::after_real(&self.clock, LEASE));
            let claims = self.store.claim_history(&provider, now, lease, budget).await?;
            turn.room_at = turn.room_at.into_iter().chain(claims.room_at).min();
            for claimed in claims.claimed {
                self.start_asking(claimed, places, calls, cut_off);
            }
        }
        Ok(turn)
    }

    fn budgets(&self) -> Vec<(ProviderName, u32)> {
        let manifests = self.reaches.values().map(|reach| reach.manifest());
        let asked = manifests.filter_map(|manifest| Some((manifest.name.clone(), manifest.backfill.as_ref()?)));
        asked.map(|(name, facts)| (name, planning::budget(facts, &self.settings.history))).collect()
    }

    fn start_asking(
        self: &Arc<Self>,
        claimed: Claimed,
        places: &Arc<Semaphore>,
        calls: &TaskTracker,
        cut_off: &CancellationToken,
    ) {
        // nobody else takes places, and no more were claimed than are free
        let place = Arc::clone(places).try_acquire_owned().ok();
        let (sync, cut_off) = (Arc::clone(self), cut_off.clone());
        calls.spawn(async move {
            let account = claimed.interval.account.clone();
            let asked = async {
                sync.ask_history(claimed).await?;
                sync.follow_up(BTreeSet::from([account])).await
            };
            tokio::select! {
                () = cut_off.cancelled() => {}
                done = asked => {
                    if let Err(error) = done {
                        tracing::warn!(%error, "what became of a request for history was not recorded");
                    }
                }
            }
            drop(place);
            sync.store.wakers().history.notify_one();
        });
    }
}

fn wait(clock: &Clock, room_at: Option<Timestamp>) -> Duration {
    room_at.map_or(LOOK_AROUND, |at| clock.real_wait_until(at).clamp(SHORTEST_WAIT, LOOK_AROUND))
}
