//! The background work: cutting deliveries, applying parts lane by lane, retention.

use crate::{
    IngestError, Intake,
    apply::{self, Then},
    notices, split,
};
use model::Clock;
use std::{collections::HashSet, sync::Arc, time::Duration};
use store::{Lane, Part, StoreError};
use tokio::{
    sync::{Mutex, Semaphore},
    task::JoinSet,
};
use tokio_util::sync::CancellationToken;

/// How long a claim holds. A process that dies leaves its work to others after this.
const LEASE_S: i64 = 120;
/// How many parts are claimed at a time.
const CLAIM: u32 = 64;
/// How much of a user's parts goes into one transaction.
const BATCH_BYTES: u64 = 4 * 1024 * 1024;
/// How many megabytes of bodies are mapped and merged at once over all lanes; a larger part is alone.
const AT_ONCE: u32 = 32;
/// How many rows are retired in one transaction.
const RETIRED: u32 = 10_000;
/// How many deliveries that lie in the store are cut at once: they are small and mostly wait for the disk.
const SMALL_CUTTERS: usize = 32;
/// Work is also looked for when no bell rang: another process may have brought it.
const LOOK_AGAIN: Duration = Duration::from_millis(500);

/// How the background work is done.
#[derive(Clone, Copy, Debug)]
pub struct WorkerSettings {
    /// How many lanes are worked on at once.
    pub lanes: usize,
    /// How many large deliveries are cut at once.
    pub cutters: usize,
    /// How long raw bodies are kept.
    pub raw_retention: Duration,
    /// How long the change log is kept.
    pub change_retention: Duration,
}

impl Default for WorkerSettings {
    fn default() -> Self {
        let days = |count: u64| Duration::from_secs(count * 86_400);
        Self { lanes: 16, cutters: 2, raw_retention: days(90), change_retention: days(30) }
    }
}

/// The background work of one process. Cheap to clone.
#[derive(Clone)]
pub struct Workers {
    intake: Intake,
    settings: WorkerSettings,
    busy: Arc<Mutex<HashSet<Lane>>>,
    room: Arc<Semaphore>,
}

impl Workers {
    /// Prepares the work; nothing is done before [`Workers::run`].
    #[must_use]
    pub fn new(intake: Intake, settings: WorkerSettings) -> Self {
        Self { intake, settings, busy: Arc::default(), room: Arc::new(Semaphore::new(AT_ONCE as usize)) }
    }

    /// Works until told to stop; what was begun is finished first.
    pub async fn run(self, shutdown: CancellationToken) {
        if let Err(error) = self.sweep_spool().await {
            tracing::warn!(%error, "the spool could not be swept");
        }
        tokio::join!(
            self.cut(&shutdown),
            self.apply_lanes(&shutdown),
            self.erase(&shutdown),
            self.retire(&shutdown),
            self.count(&shutdown)
        );
    }

    /// Works until nothing waits: for imports and replays without a server. `progress` hears how much waits.
    pub async fn run_until_idle(&self, progress: impl Fn(u64)) -> Result<(), StoreError> {
        loop {
            let mut idle = !self.cut_waiting().await?;
            for lane in self.intake.store.waiting_lanes(self.now()).await? {
                idle &= !self.apply_lane_once(lane).await?;
            }
            let depths = self.intake.store.queue_depths().await?;
            progress(depths.deliveries_waiting + depths.parts_waiting);
            if idle {
                if let Err(error) = self.intake.erase_waiting().await {
                    tracing::warn!(%error, "what is to be erased waits for the next start");
                }
                return Ok(());
            }
        }
    }

    /// Cuts the deliveries that wait, some at a time; says whether there were any.
    pub async fn cut_waiting(&self) -> Result<bool, StoreError> {
        let claimed = self.claim_deliveries().await?;
        let found = !claimed.is_empty();
        for delivery in claimed {
            split::split(&self.intake, delivery).await?;
        }
        Ok(found)
    }

    /// Counts what waits, for the door and for whoever watches.
    pub async fn count_waiting(&self) -> Result<(), StoreError> {
        let depths = self.intake.store.queue_depths().await?;
        self.intake.note_waiting(depths.deliveries_waiting + depths.parts_waiting);
        metrics::gauge!("wearhouse_deliveries_waiting").set(depths.deliveries_waiting as f64);
        metrics::gauge!("wearhouse_parts_waiting").set(depths.parts_waiting as f64);
        metrics::gauge!("wearhouse_deliveries_dead").set(depths.deliveries_dead as f64);
        metrics::gauge!("wearhouse_parts_dead").set(depths.parts_dead as f64);
        metrics::gauge!("wearhouse_parts_unmatched").set(depths.parts_unmatched as f64);
        metrics::gauge!("wearhouse_messages_waiting").set(depths.messages_waiting as f64);
        metrics::gauge!("wearhouse_jobs_waiting").set(depths.jobs_waiting as f64);
        Ok(())
    }

    fn now(&self) -> model::Timestamp {
        self.intake.clock.now()
    }

    fn clock(&self) -> &Clock {
        &self.intake.clock
    }

    async fn claim_deliveries(&self) -> Result<Vec<store::Delivery>, StoreError> {
        let now = self.now();
        self.intake.store.claim_deliveries(now, now.plus_seconds(LEASE_S), 64).await
    }

    async fn cut(&self, shutdown: &CancellationToken) {
        let (large, small) = (Arc::new(Semaphore::new(self.settings.cutters)), Arc::new(Semaphore::new(SMALL_CUTTERS)));
        let mut tasks = JoinSet::new();
        while !shutdown.is_cancelled() {
            let claimed = self.claim_deliveries().await.unwrap_or_else(|error| {
                tracing::warn!(%error, "deliveries could not be claimed");
                Vec::new()
            });
            let found = !claimed.is_empty();
            for delivery in claimed {
                let cutters = if matches!(delivery.body, store::Body::Spooled(_)) { &large } else { &small };
                let Ok(permit) = Arc::clone(cutters).acquire_owned().await else { return };
                let intake = self.intake.clone();
                tasks.spawn(async move {
                    if let Err(error) = split::split(&intake, delivery).await {
                        tracing::warn!(%error, "a delivery waits for its lease to lapse");
                    }
                    drop(permit);
                });
                while tasks.try_join_next().is_some() {}
            }
            if !found {
                tokio::select! {
                    () = self.intake.store.wakers().deliveries.notified() => {}
                    () = tokio::time::sleep(LOOK_AGAIN) => {}
                    () = shutdown.cancelled() => {}
                }
            }
        }
        while tasks.join_next().await.is_some() {}
    }

    async fn apply_lanes(&self, shutdown: &CancellationToken) {
        let permits = Arc::new(Semaphore::new(self.settings.lanes));
        let mut tasks = JoinSet::new();
        while !shutdown.is_cancelled() {
            let lanes = self.intake.store.waiting_lanes(self.now()).await.unwrap_or_else(|error| {
                tracing::warn!(%error, "waiting lanes could not be read");
                Vec::new()
            });
            let mut started = false;
            for lane in lanes {
                if !self.busy.lock().await.insert(lane) {
                    continue;
                }
                started = true;
                let Ok(permit) = Arc::clone(&permits).acquire_owned().await else { return };
                let (workers, shutdown) = (self.clone(), shutdown.clone());
                tasks.spawn(async move {
                    let worked = workers.drain_lane(lane, &shutdown).await;
                    workers.busy.lock().await.remove(&lane);
                    // parts may have come while the lane was busy; a lane whose users all wait for a retry
                    // must not wake itself again and again
                    if worked {
                        workers.intake.store.wakers().parts.notify_one();
                    }
                    drop(permit);
                });
                while tasks.try_join_next().is_some() {}
            }
            if !started {
                tokio::select! {
                    () = self.intake.store.wakers().parts.notified() => {}
                    () = tokio::time::sleep(LOOK_AGAIN) => {}
                    () = shutdown.cancelled() => {}
                }
            }
        }
        while tasks.join_next().await.is_some() {}
    }

    /// Works on a lane until nothing in it can be claimed; says whether there was anything.
    async fn drain_lane(&self, lane: Lane, shutdown: &CancellationToken) -> bool {
        let mut worked = false;
        while !shutdown.is_cancelled() {
            match self.apply_lane_once(lane).await {
                Ok(true) => worked = true,
                Ok(false) => break,
                Err(error) => {
                    tracing::warn!(lane = lane.0, %error, "a lane's work waits for its lease to lapse");
                    break;
                }
            }
        }
        worked
    }

    /// Applies some parts of a lane; says whether there were any.
    async fn apply_lane_once(&self, lane: Lane) -> Result<bool, StoreError> {
        let now = self.now();
        let claimed = self.intake.store.claim_parts(lane, now, now.plus_seconds(LEASE_S), CLAIM).await?;
        let found = !claimed.is_empty();
        let mut waiting = HashSet::new();
        for run in runs_of_users(claimed) {
            let user = run.first().and_then(|part| part.user_id);
            if waiting.contains(&user) {
                continue;
            }
            let megabytes = run.iter().map(|part| part.size).sum::<u64>().div_ceil(1024 * 1024);
            let share = u32::try_from(megabytes).unwrap_or(AT_ONCE).clamp(1, AT_ONCE);
            let _room = self.room.acquire_many(share).await.map_err(|_| StoreError::Closed)?;
            if apply::apply(&self.intake, run).await? == Then::Wait {
                waiting.insert(user);
            }
        }
        Ok(found)
    }

    async fn erase(&self, shutdown: &CancellationToken) {
        while !shutdown.is_cancelled() {
            if let Err(error) = self.intake.erase_waiting().await {
                tracing::warn!(%error, "what is to be erased waits");
            }
            tokio::select! {
                () = self.intake.store.wakers().erasures.notified() => {}
                () = tokio::time::sleep(LOOK_AGAIN) => {}
                () = shutdown.cancelled() => {}
            }
        }
    }

    async fn retire(&self, shutdown: &CancellationToken) {
        while !shutdown.is_cancelled() {
            if let Err(error) = self.retire_once().await {
                tracing::warn!(%error, "retention could not be applied");
            }
            let pause = self.clock().real_wait(Duration::from_mins(10)).max(Duration::from_secs(5));
            tokio::select! {
                () = tokio::time::sleep(pause) => {}
                () = shutdown.cancelled() => {}
            }
        }
    }

    async fn retire_once(&self) -> Result<(), IngestError> {
        let before = |kept: Duration| self.now().plus_seconds(-i64::try_from(kept.as_secs()).unwrap_or(i64::MAX));
        let names = self.intake.store.expire_parts(before(self.settings.raw_retention), RETIRED).await?;
        self.intake.remove_spooled(names).await?;
        while self.intake.store.trim_changes(before(self.settings.change_retention), RETIRED).await? > 0 {}
        Ok(())
    }

    /// Removes spooled bodies that nothing refers to: their senders were never answered.
    async fn sweep_spool(&self) -> Result<(), IngestError> {
        let names = self.intake.spool.sweep_old().map_err(IngestError::Body)?;
        self.intake.remove_spooled(names).await
    }

    async fn count(&self, shutdown: &CancellationToken) {
        while !shutdown.is_cancelled() {
            if let Err(error) = self.count_waiting().await {
                tracing::warn!(%error, "what waits could not be counted");
            }
            tokio::select! {
                () = tokio::time::sleep(Duration::from_secs(2)) => {}
                () = shutdown.cancelled() => {}
            }
        }
    }
}

fn is_notice(part: &Part) -> bool {
    notices::is_notice(part.provider.as_str(), &part.part_type)
}

/// Parts of one user that follow each other, cut where a transaction would become large.
fn runs_of_users(parts: Vec<Part>) -> Vec<Vec<Part>> {
    let mut by_user: Vec<Vec<Part>> = Vec::new();
    for part in parts {
        let fits = |run: &Vec<Part>| {
            run.first().is_some_and(|first| first.user_id == part.user_id)
                && run.iter().map(|part| part.size).sum::<u64>() + part.size <= BATCH_BYTES
                && run.iter().all(|other| (&other.provider, other.quiet) == (&part.provider, part.quiet))
                // what a notice changes holds for those after it
                && !is_notice(&part)
                && !run.iter().any(is_notice)
        };
        // only the user's latest run may grow, else parts would be applied out of order
        let latest =
            by_user.iter_mut().rev().find(|run| run.first().is_some_and(|first| first.user_id == part.user_id));
        match latest {
            Some(run) if fits(run) => run.push(part),
            _ => by_user.push(vec![part]),
        }
    }
    by_user
}
