//! The background work: cutting deliveries, applying parts lane by lane, retention.

use crate::{
    IngestError, Intake,
    apply::{self, Then},
    claims::Claims,
    notices, split,
    spool::OLD,
};
use futures::{StreamExt as _, stream};
use model::{Clock, UserId};
use std::{collections::HashMap, sync::Arc, time::Duration};
use store::{Body, Delivery, Lane, Part, StoreError};
use tokio::{
    sync::{Notify, Semaphore},
    task::{JoinError, JoinSet},
};
use tokio_util::sync::CancellationToken;

/// How many parts are read at a time; while they are small and many wait, so many more that they hold about so many
/// bytes: the more of a user's parts are applied together, the less each costs.
const LISTED: std::ops::RangeInclusive<u32> = 64..=1024;
const LISTED_BYTES: u64 = 1024 * 1024;
/// How many users of a lane are worked on at once.
const USERS: usize = 8;
/// How much of a user's parts goes into one transaction.
const BATCH_BYTES: u64 = 4 * 1024 * 1024;
/// How many megabytes of bodies are mapped and merged at once over all lanes; a larger part is alone.
const AT_ONCE: u32 = 32;
/// How many rows are retired in one transaction.
const RETIRED: u32 = 10_000;
/// How many groups of deliveries that lie in the store are cut at once: they mostly wait for the disk.
const SMALL_CUTTERS: usize = 4;
/// How much of such deliveries is cut together.
const GROUP_BYTES: u64 = 512 * 1024;
/// How many names of spooled bodies are looked up at a time.
const SWEPT: usize = 1_000;
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
    claims: Claims,
    /// Rung when the disk has become low: what need not be kept goes at once.
    disk_low: Arc<Notify>,
    room: Arc<Semaphore>,
}

impl Workers {
    /// Prepares the work; nothing is done before [`Workers::run`].
    #[must_use]
    pub fn new(intake: Intake, settings: WorkerSettings) -> Self {
        let claims = Claims::new(Arc::clone(&intake.store), intake.clock.clone());
        Self { intake, settings, claims, disk_low: Arc::default(), room: Arc::new(Semaphore::new(AT_ONCE as usize)) }
    }

    /// Works until told to stop; what was begun is finished first.
    pub async fn run(self, shutdown: CancellationToken) {
        tokio::join!(
            self.claims.holding(self.cut(&shutdown)),
            self.apply_lanes(&shutdown),
            self.erase(&shutdown),
            self.retire(&shutdown),
            self.sweep(&shutdown),
            self.keep_policies(&shutdown),
            self.count(&shutdown)
        );
    }

    /// Only counts what waits, for the door: where other processes do the work.
    pub async fn run_counting(self, shutdown: CancellationToken) {
        self.count(&shutdown).await;
    }

    /// Works until nothing waits: for imports and replays without a server. What is cut is applied while more is cut.
    /// `progress` hears how much waits.
    pub async fn run_until_idle(&self, progress: impl Fn(u64)) -> Result<(), StoreError> {
        loop {
            let cut = CancellationToken::new();
            let cutting = async {
                let found = self.cut_waiting().await;
                cut.cancel();
                found
            };
            let (found, applied) = tokio::join!(cutting, self.apply_until(&cut, &progress));
            if !found? && !applied? {
                if let Err(error) = self.intake.erase_waiting().await {
                    tracing::warn!(%error, "what is to be erased waits for the next start");
                }
                return Ok(());
            }
        }
    }

    /// Applies what waits until `cut` says that nothing more comes; says whether there was anything.
    async fn apply_until(&self, cut: &CancellationToken, progress: &impl Fn(u64)) -> Result<bool, StoreError> {
        let mut worked = false;
        loop {
            let is_last = cut.is_cancelled();
            let mut found = false;
            for lane in self.intake.store.take_lanes(self.now(), usize::MAX).await? {
                let applied = self.apply_lane_once(lane, *LISTED.start()).await;
                self.intake.store.leave_lane(lane).await;
                found |= applied?.parts > 0;
            }
            worked |= found;
            let depths = self.intake.store.queue_depths().await?;
            progress(depths.deliveries_waiting + depths.parts_waiting);
            if found {
                continue;
            }
            if is_last {
                return Ok(worked);
            }
            tokio::select! {
                () = self.intake.store.wakers().parts.notified() => {}
                () = tokio::time::sleep(LOOK_AGAIN) => {}
                () = cut.cancelled() => {}
            }
        }
    }

    /// Cuts the deliveries that wait, some at a time; says whether there were any.
    pub async fn cut_waiting(&self) -> Result<bool, StoreError> {
        let claimed = self.claims.claim().await?;
        let found = !claimed.is_empty();
        let in_hand = self.claims.take(&claimed);
        let cutting = async {
            for together in in_groups(claimed) {
                split::split(&self.intake, together).await?;
            }
            Ok(found)
        };
        let cut = self.claims.holding(cutting).await;
        drop(in_hand);
        cut
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

    pub(crate) fn intake(&self) -> &Intake {
        &self.intake
    }

    pub(crate) fn now(&self) -> model::Timestamp {
        self.intake.clock.now()
    }

    fn clock(&self) -> &Clock {
        &self.intake.clock
    }

    async fn cut(&self, shutdown: &CancellationToken) {
        let (large, small) = (Arc::new(Semaphore::new(self.settings.cutters)), Arc::new(Semaphore::new(SMALL_CUTTERS)));
        let mut tasks: JoinSet<Result<(), StoreError>> = JoinSet::new();
        let mut in_doubt = false;
        while !shutdown.is_cancelled() {
            // what comes while all are at work is claimed, and then cut, together
            let Ok(permit) = Arc::clone(&small).acquire_owned().await else { return };
            drop(permit);
            while let Some(ended) = tasks.try_join_next() {
                in_doubt |= leaves_in_doubt(ended);
            }
            if in_doubt {
                // with nothing in hand, whatever is claimed was left lying
                while tasks.join_next().await.is_some() {}
                in_doubt = self.claims.release().await.is_err();
            }
            let claimed = if in_doubt { Ok(Vec::new()) } else { self.claims.claim().await };
            let claimed = claimed.unwrap_or_else(|error| {
                tracing::warn!(%error, "deliveries could not be claimed");
                in_doubt = error.leaves_in_doubt();
                Vec::new()
            });
            let found = !claimed.is_empty();
            let groups: Vec<_> =
                in_groups(claimed).into_iter().map(|together| (self.claims.take(&together), together)).collect();
            for (in_hand, together) in groups {
                let cutters = if together.iter().any(is_large) { &large } else { &small };
                let Ok(permit) = Arc::clone(cutters).acquire_owned().await else { return };
                let intake = self.intake.clone();
                tasks.spawn(async move {
                    let ended = split::split(&intake, together).await;
                    drop((in_hand, permit));
                    ended
                });
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
        let places = Arc::new(Semaphore::new(self.settings.lanes));
        let mut tasks = JoinSet::new();
        while !shutdown.is_cancelled() {
            let Ok(place) = Arc::clone(&places).acquire_owned().await else { return };
            drop(place);
            let free = places.available_permits();
            let lanes = self.intake.store.take_lanes(self.now(), free).await.unwrap_or_else(|error| {
                tracing::warn!(%error, "waiting lanes could not be read");
                Vec::new()
            });
            let found = !lanes.is_empty();
            for lane in lanes {
                // nobody else takes places, and no more lanes were taken than are free
                let place = Arc::clone(&places).try_acquire_owned();
                let (workers, shutdown) = (self.clone(), shutdown.clone());
                tasks.spawn(async move {
                    let worked = workers.drain_lane(lane, &shutdown).await;
                    workers.intake.store.leave_lane(lane).await;
                    // parts may have come after the last look; a lane whose users all wait for a retry must not wake
                    // itself again and again
                    if worked {
                        workers.intake.store.wakers().parts.notify_one();
                    }
                    drop(place);
                });
            }
            while tasks.try_join_next().is_some() {}
            if !found {
                tokio::select! {
                    () = self.intake.store.wakers().parts.notified() => {}
                    () = tokio::time::sleep(LOOK_AGAIN) => {}
                    () = shutdown.cancelled() => {}
                }
            }
        }
        while tasks.join_next().await.is_some() {}
    }

    /// Works on a lane until nothing in it can be applied; says whether there was anything.
    async fn drain_lane(&self, lane: Lane, shutdown: &CancellationToken) -> bool {
        let (mut worked, mut asked) = (false, *LISTED.start());
        while !shutdown.is_cancelled() && self.intake.store.has_lane(lane) {
            match self.apply_lane_once(lane, asked).await {
                Ok(Listed { parts: 0, .. }) => break,
                Ok(listed) => {
                    worked = true;
                    asked = listed.next(asked);
                }
                Err(error) => {
                    tracing::warn!(lane = lane.0, %error, "a lane's work is interrupted");
                    tokio::select! {
                        () = tokio::time::sleep(LOOK_AGAIN) => {}
                        () = shutdown.cancelled() => {}
                    }
                    break;
                }
            }
        }
        worked
    }

    /// Applies up to so many parts of a lane; says what they were.
    async fn apply_lane_once(&self, lane: Lane, limit: u32) -> Result<Listed, StoreError> {
        let waiting = self.intake.store.list_parts(lane, self.now(), limit).await?;
        let found = Listed { parts: waiting.len(), bytes: waiting.iter().map(|part| part.size).sum() };
        // each application mostly waits for the disk, which many share
        let users = stream::iter(by_user(waiting)).map(|parts| self.apply_user(parts));
        let applied: Vec<Result<(), StoreError>> = users.buffer_unordered(USERS).collect().await;
        applied.into_iter().collect::<Result<(), StoreError>>()?;
        Ok(found)
    }

    /// Applies parts of one user in order, until one has to wait.
    async fn apply_user(&self, parts: Vec<Part>) -> Result<(), StoreError> {
        for run in runs(parts) {
            let megabytes = run.iter().map(|part| part.size).sum::<u64>().div_ceil(1024 * 1024);
            let share = u32::try_from(megabytes).unwrap_or(AT_ONCE).clamp(1, AT_ONCE);
            let _room = self.room.acquire_many(share).await.map_err(|_| StoreError::Closed)?;
            if apply::apply(&self.intake, run).await? == Then::Wait {
                break;
            }
        }
        Ok(())
    }

    async fn erase(&self, shutdown: &CancellationToken) {
        while !shutdown.is_cancelled() {
            match self.intake.erase_a_little().await {
                Ok(true) => continue,
                Ok(false) => {}
                Err(error) => tracing::warn!(%error, "what is to be erased waits"),
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
                () = self.disk_low.notified() => {}
                () = shutdown.cancelled() => {}
            }
        }
    }

    /// Drops what is older than it is kept, once.
    pub async fn retire_once(&self) -> Result<(), IngestError> {
        let before = |kept: Duration| self.now().plus_seconds(-i64::try_from(kept.as_secs()).unwrap_or(i64::MAX));
        let store = &self.intake.store;
        let names = store.expire_parts(before(self.settings.raw_retention), RETIRED).await?;
        self.intake.remove_spooled(names).await?;
        for (team, policy) in store.list_retentions().await? {
            if let Some(days) = policy.raw_days {
                let before = self.now().plus_seconds(-i64::from(days) * 86_400);
                self.intake.remove_spooled(store.expire_parts_of(team, before, RETIRED).await?).await?;
            }
        }
        self.intake.remove_spooled(store.expire_uploads(self.now(), RETIRED).await?).await?;
        while self.intake.store.trim_changes(before(self.settings.change_retention), RETIRED).await? > 0 {}
        Ok(())
    }

    /// Sweeps the spool at start and from time to time: another process that shares it may have died.
    async fn sweep(&self, shutdown: &CancellationToken) {
        while !shutdown.is_cancelled() {
            if let Err(error) = self.sweep_spool().await {
                tracing::warn!(%error, "the spool could not be swept");
            }
            tokio::select! {
                () = tokio::time::sleep(OLD) => {}
                () = shutdown.cancelled() => {}
            }
        }
    }

    /// Removes spooled bodies that nothing refers to: their senders were never answered.
    pub async fn sweep_spool(&self) -> Result<(), IngestError> {
        let names = self.intake.spool.sweep_old().await.map_err(IngestError::Body)?;
        for names in names.chunks(SWEPT) {
            self.intake.remove_spooled(names.to_vec()).await?;
        }
        Ok(())
    }

    /// Measures the disk, and says when it becomes low and when it is no longer; whether it is.
    pub fn watch_disk(&self, was_low: bool) -> bool {
        let (free, is_low) = match self.intake.disk() {
            Ok(measured) => measured,
            Err(error) => {
                tracing::warn!(%error, "how much of the disk is free could not be measured");
                return was_low;
            }
        };
        metrics::gauge!("wearhouse_disk_free_bytes").set(free as f64);
        metrics::gauge!("wearhouse_disk_low").set(f64::from(u8::from(is_low)));
        match (was_low, is_low) {
            (false, true) => {
                tracing::error!(free, "the disk is nearly full: nothing is taken until intake.free_bytes are free");
                self.disk_low.notify_one();
            }
            (true, false) => tracing::info!(free, "the disk has room again"),
            _ => {}
        }
        is_low
    }

    async fn count(&self, shutdown: &CancellationToken) {
        let mut is_low = false;
        while !shutdown.is_cancelled() {
            is_low = self.watch_disk(is_low);
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

/// What was read of a lane.
#[derive(Clone, Copy)]
struct Listed {
    parts: usize,
    bytes: u64,
}

impl Listed {
    /// How many to read next.
    fn next(self, asked: u32) -> u32 {
        match self.bytes {
            _ if self.parts < asked as usize => *LISTED.start(),
            bytes if bytes <= LISTED_BYTES / 2 => (asked * 2).min(*LISTED.end()),
            bytes if bytes <= LISTED_BYTES => asked,
            _ => *LISTED.start(),
        }
    }
}

/// Whether deliveries may be claimed that nobody has in hand.
fn leaves_in_doubt(ended: Result<Result<(), StoreError>, JoinError>) -> bool {
    match ended {
        Ok(Ok(())) => false,
        Ok(Err(error)) => {
            tracing::warn!(%error, "cutting deliveries is interrupted");
            error.leaves_in_doubt()
        }
        Err(error) => {
            tracing::error!(%error, "cutting deliveries came to grief: they wait for their lease to lapse");
            false
        }
    }
}

fn is_large(delivery: &Delivery) -> bool {
    matches!(delivery.body, Body::Spooled(_))
}

/// Deliveries in groups to be cut together; large ones alone.
fn in_groups(deliveries: Vec<Delivery>) -> Vec<Vec<Delivery>> {
    let mut groups: Vec<Vec<Delivery>> = Vec::new();
    let mut room = 0;
    for delivery in deliveries {
        match groups.last_mut() {
            Some(group) if delivery.size <= room && !is_large(&delivery) => {
                room -= delivery.size;
                group.push(delivery);
            }
            _ => {
                room = if is_large(&delivery) { 0 } else { GROUP_BYTES.saturating_sub(delivery.size) };
                groups.push(vec![delivery]);
            }
        }
    }
    groups
}

fn is_notice(part: &Part) -> bool {
    notices::is_notice(part.provider.as_str(), &part.part_type)
}

/// The parts of each user, in order.
fn by_user(parts: Vec<Part>) -> Vec<Vec<Part>> {
    let mut places: HashMap<Option<UserId>, usize> = HashMap::new();
    let mut users: Vec<Vec<Part>> = Vec::new();
    for part in parts {
        let place = *places.entry(part.user_id).or_insert(users.len());
        match users.get_mut(place) {
            Some(user) => user.push(part),
            None => users.push(vec![part]),
        }
    }
    users
}

/// A user's parts, cut where a transaction would become large or the next part cannot share it.
fn runs(parts: Vec<Part>) -> Vec<Vec<Part>> {
    let mut runs: Vec<Vec<Part>> = Vec::new();
    let mut bytes = 0;
    for part in parts {
        let fits = |run: &Vec<Part>| {
            bytes + part.size <= BATCH_BYTES
                // what a notice changes holds for those after it
                && !is_notice(&part)
                && run.last().is_some_and(|last| {
                    (&last.provider, last.quiet) == (&part.provider, part.quiet) && !is_notice(last)
                })
        };
        match runs.last_mut() {
            Some(run) if fits(run) => {
                bytes += part.size;
                run.push(part);
            }
            _ => {
                bytes = part.size;
                runs.push(vec![part]);
            }
        }
    }
    runs
}
