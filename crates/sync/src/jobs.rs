//! The loop that takes jobs when they are due, a bounded number at once.

use crate::{Sync, lease};
use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};
use store::{Job, Queue, StoreError};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

/// Retries become due without a bell, so they are looked for this often.
const LOOK_AROUND: Duration = Duration::from_secs(1);
/// Longer than the longest call.
const LEASE: Duration = Duration::from_mins(20);
/// How long calls under way may take to end at shutdown; what is cut off is done again.
const GRACE: Duration = Duration::from_secs(20);

impl Sync {
    /// Performs jobs until told to stop, then lets calls under way end.
    pub async fn run(self: Arc<Self>, shutdown: CancellationToken) {
        let (calls, cut_off) = (TaskTracker::new(), CancellationToken::new());
        let count = self.pace.concurrency.max(1);
        let places = Arc::new(Semaphore::new(count));
        // set when jobs may be claimed that are not in hand: the store failed
        let in_doubt = Arc::new(AtomicBool::new(false));
        while !shutdown.is_cancelled() {
            // Listening begins before the store is asked: what comes in between is not missed.
            let rung = self.store.wakers().jobs.notified();
            let first = tokio::select! {
                () = shutdown.cancelled() => break,
                place = Arc::clone(&places).acquire_owned() => place,
            };
            let Ok(first) = first else { break };
            let has_nothing_in_hand = places.available_permits() + 1 == count;
            let claimed = match self.settle_doubt(&in_doubt, has_nothing_in_hand).await {
                Ok(true) => self.claim_jobs(places.available_permits() + 1).await,
                Ok(false) => Ok(Vec::new()),
                Err(error) => Err(error),
            };
            let jobs = claimed.unwrap_or_else(|error| {
                tracing::warn!(%error, "jobs cannot be claimed");
                in_doubt.fetch_or(error.leaves_in_doubt(), Ordering::Relaxed);
                Vec::new()
            });
            let found_some = !jobs.is_empty();
            self.start(jobs, first, &places, &calls, &cut_off, &in_doubt);
            if !found_some {
                tokio::select! {
                    () = shutdown.cancelled() => break,
                    () = rung => {}
                    () = tokio::time::sleep(LOOK_AROUND) => {}
                }
            }
        }
        calls.close();
        if tokio::time::timeout(GRACE, calls.wait()).await.is_err() {
            cut_off.cancel();
            calls.wait().await;
        }
    }

    /// Frees what may be claimed and is not in hand, once nothing is in hand; whether there is no doubt.
    async fn settle_doubt(&self, in_doubt: &AtomicBool, has_nothing_in_hand: bool) -> Result<bool, StoreError> {
        if in_doubt.load(Ordering::Relaxed) && has_nothing_in_hand {
            self.store.release(Queue::Jobs).await?;
            in_doubt.store(false, Ordering::Relaxed);
        }
        Ok(!in_doubt.load(Ordering::Relaxed))
    }

    async fn claim_jobs(&self, limit: usize) -> Result<Vec<Job>, StoreError> {
        // a call whose answer could not be kept would only use up its tries
        if self.intake.check_room().is_err() {
            return Ok(Vec::new());
        }
        let limit = u32::try_from(limit).unwrap_or(u32::MAX);
        self.store.claim_jobs(self.clock.now(), lease::after_real(&self.clock, LEASE), limit).await
    }

    /// `first` is the place of the first job; the others were counted free and nobody else takes places.
    fn start(
        self: &Arc<Self>,
        jobs: Vec<Job>,
        first: OwnedSemaphorePermit,
        places: &Arc<Semaphore>,
        calls: &TaskTracker,
        cut_off: &CancellationToken,
        in_doubt: &Arc<AtomicBool>,
    ) {
        let mut first = Some(first);
        for job in jobs {
            let place = first.take().or_else(|| Arc::clone(places).try_acquire_owned().ok());
            let (sync, cut_off, in_doubt) = (Arc::clone(self), cut_off.clone(), Arc::clone(in_doubt));
            calls.spawn(async move {
                let _place = place;
                tokio::select! {
                    () = cut_off.cancelled() => {}
                    done = sync.perform(&job) => {
                        if let Err(error) = done {
                            tracing::warn!(%error, "what became of a job was not recorded");
                            in_doubt.fetch_or(error.leaves_in_doubt(), Ordering::Relaxed);
                        }
                    }
                }
            });
        }
    }
}
