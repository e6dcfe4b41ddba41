//! The loop that takes jobs when they are due, a bounded number at once.

use crate::{Sync, lease};
use std::{sync::Arc, time::Duration};
use store::{Job, StoreError};
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
        let places = Arc::new(Semaphore::new(self.pace.concurrency.max(1)));
        while !shutdown.is_cancelled() {
            // Listening begins before the store is asked: what comes in between is not missed.
            let rung = self.store.wakers().jobs.notified();
            let first = tokio::select! {
                () = shutdown.cancelled() => break,
                place = Arc::clone(&places).acquire_owned() => place,
            };
            let Ok(first) = first else { break };
            let jobs = match self.claim_jobs(places.available_permits() + 1).await {
                Ok(jobs) => jobs,
                Err(error) => {
                    tracing::warn!(%error, "jobs cannot be claimed");
                    Vec::new()
                }
            };
            let found_some = !jobs.is_empty();
            self.start(jobs, first, &places, &calls, &cut_off);
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
    ) {
        let mut first = Some(first);
        for job in jobs {
            let place = first.take().or_else(|| Arc::clone(places).try_acquire_owned().ok());
            let (sync, cut_off) = (Arc::clone(self), cut_off.clone());
            calls.spawn(async move {
                let _place = place;
                tokio::select! {
                    () = cut_off.cancelled() => {}
                    done = sync.perform(&job) => {
                        if let Err(error) = done {
                            tracing::warn!(%error, "what became of a job was not recorded");
                        }
                    }
                }
            });
        }
    }
}
