//! Sees to the teams' policies of retention: lane by lane, user by user, a few blocks in one transaction. Whoever
//! dies on the way leaves a lease that lapses; whoever goes on finds what is done done, because what was reduced or
//! deleted is no longer found.

use crate::{IngestError, Intake, Workers, cooling};
use model::{SeriesType, TeamId, Timestamp, UserId};
use series::{Block, BlockWrite, Incoming, Reduced, Stored};
use std::{
    collections::{BTreeMap, HashMap},
    time::Duration,
};
use store::{Application, Applied, Cell, Horizon, Lane, OldBlocks, Retention, RetentionDone, StoredBlock};
use tokio_util::sync::CancellationToken;

/// How long a lane is one process's own without a word from it.
const LEASE_S: i64 = 120;
/// How long a lane rests after a round.
const ROUND_S: i64 = 3_600;
/// How many users are looked up at a time.
const USERS: u32 = 1_000;
/// How many blocks, and how many events, go in one transaction.
const STEP: u32 = 16;
const EVENTS: u32 = 200;
/// How often a step is redone when somebody else changed the same blocks.
const REDOS: u32 = 8;
/// A lane that has become due is looked for this often.
const LOOK: Duration = Duration::from_secs(5);

/// Whether the cold place is tried in a round: once it failed, samples stay in the store until the next.
#[derive(Clone, Copy, PartialEq)]
enum Cold {
    Takes,
    Fails,
}

/// How far the work on a user has come.
enum Seen {
    All,
    AllButCold,
    NotAll,
}

impl Workers {
    /// Sees to policies until told to stop.
    pub(crate) async fn keep_policies(&self, shutdown: &CancellationToken) {
        while !shutdown.is_cancelled() {
            if let Err(error) = self.intake().remove_cold().await {
                tracing::warn!(%error, "cold objects wait to be removed");
            }
            let worked = self.keep_policies_once(shutdown).await.unwrap_or_else(|error| {
                tracing::warn!(%error, "retention waits");
                false
            });
            if !worked {
                tokio::select! {
                    () = tokio::time::sleep(LOOK) => {}
                    () = shutdown.cancelled() => {}
                }
            }
        }
    }

    /// Sees to the lane that has waited longest, until its round ends or `shutdown`; false when none is due.
    pub async fn keep_policies_once(&self, shutdown: &CancellationToken) -> Result<bool, IngestError> {
        let store = &self.intake().store;
        let policies: HashMap<TeamId, Retention> = store.list_retentions().await?.into_iter().collect();
        if policies.is_empty() {
            return Ok(false);
        }
        let Some(round) = store.claim_retention(self.now(), self.lease()).await? else { return Ok(false) };
        let mut after = round.reached;
        let mut cold = Cold::Takes;
        loop {
            let users = store.list_users_after(after, USERS).await?;
            let Some((last, _)) = users.last().copied() else { break };
            for (user, team) in users.into_iter().filter(|(user, _)| Lane::of_user(*user) == round.lane) {
                let horizon = policies.get(&team).map(|policy| policy.horizon(self.now())).unwrap_or_default();
                let horizon = Horizon { cold: horizon.cold.filter(|_| cold == Cold::Takes), ..horizon };
                if horizon == Horizon::default() {
                    continue;
                }
                match self.see_to(round.lane, user, team, horizon, shutdown).await? {
                    Seen::All => {}
                    Seen::AllButCold => cold = Cold::Fails,
                    Seen::NotAll => return Ok(true),
                }
            }
            store.note_retention(round.lane, last, self.lease(), None).await?;
            after = Some(last);
        }
        store.end_retention(round.lane, self.now(), self.now().plus_seconds(ROUND_S)).await?;
        metrics::counter!("wearhouse_retention_rounds_total").increment(1);
        Ok(true)
    }

    /// One user, to the end or until told to stop.
    async fn see_to(
        &self,
        lane: Lane,
        user: UserId,
        team: TeamId,
        horizon: Horizon,
        shutdown: &CancellationToken,
    ) -> Result<Seen, IngestError> {
        loop {
            let mut done = step(self.intake(), user, team, horizon).await?;
            if done == RetentionDone::default()
                && let Some(before) = horizon.cold
            {
                match cooling::cool(self.intake(), user, team, before).await {
                    Err(IngestError::Cold(error)) => {
                        metrics::counter!("wearhouse_cold_failures_total").increment(1);
                        tracing::warn!(%error, "old samples could not be moved to cold storage");
                        return Ok(Seen::AllButCold);
                    }
                    cooled => done = cooled?,
                }
            }
            let is_last = done == RetentionDone::default();
            count(&done);
            if is_last {
                return Ok(Seen::All);
            }
            // whoever is just before the user is where a successor goes on
            let before = UserId::from_uuid(uuid::Uuid::from_u128(user.as_uuid().as_u128().saturating_sub(1)));
            self.intake().store.note_retention(lane, before, self.lease(), Some((team, done))).await?;
            if shutdown.is_cancelled() {
                return Ok(Seen::NotAll);
            }
        }
    }

    fn lease(&self) -> Timestamp {
        self.now().plus_seconds(LEASE_S)
    }
}

fn count(done: &RetentionDone) {
    metrics::counter!("wearhouse_retention_points_reduced_total").increment(done.points_reduced);
    metrics::counter!("wearhouse_retention_points_cooled_total").increment(done.points_cooled);
    metrics::counter!("wearhouse_retention_points_deleted_total").increment(done.points_deleted);
    metrics::counter!("wearhouse_retention_events_deleted_total").increment(done.events_deleted);
}

/// A bounded piece of work on a user; nothing done when nothing is left to do.
async fn step(intake: &Intake, user: UserId, team: TeamId, horizon: Horizon) -> Result<RetentionDone, IngestError> {
    for _ in 0..REDOS {
        if let Some(kept) = horizon.kept {
            let events_deleted = intake.store.delete_old_events(user, kept, EVENTS).await?;
            if events_deleted > 0 {
                return Ok(RetentionDone { events_deleted, ..RetentionDone::default() });
            }
            let cold = intake.store.list_cold(user).await?;
            if cold.iter().any(|object| object.key.end() <= kept) {
                let points_deleted = intake.store.delete_old_cold(user, kept, intake.clock.now()).await?;
                return Ok(RetentionDone { points_deleted, ..RetentionDone::default() });
            }
            let blocks = intake.store.list_old_blocks(user, kept, OldBlocks::All, STEP).await?;
            if !blocks.is_empty() {
                let (change, points_deleted) = deletion(Application::of(user, team, intake.clock.now()), blocks, kept)?;
                if intake.store.apply(change).await? == Applied::Done {
                    intake.store.delete_old_names(user, kept).await?;
                    return Ok(RetentionDone { points_deleted, ..RetentionDone::default() });
                }
                continue;
            }
        }
        let Some((before, step_us)) = horizon.reduced else { return Ok(RetentionDone::default()) };
        let blocks = intake.store.list_old_blocks(user, before, OldBlocks::Reducible, STEP).await?;
        if blocks.is_empty() {
            return Ok(RetentionDone::default());
        }
        let (change, points_reduced) =
            reduction(intake, Application::of(user, team, intake.clock.now()), blocks, before, step_us).await?;
        if intake.store.apply(change).await? == Applied::Done {
            return Ok(RetentionDone { points_reduced, ..RetentionDone::default() });
        }
    }
    Err(IngestError::Contention)
}

/// Leaves of a block what is not old, and gives what is.
pub(crate) fn cut(change: &mut Application, block: &StoredBlock, before: Timestamp) -> Result<Block, IngestError> {
    let (old, rest) = Block::decode(&block.data)?.split_at(before);
    if rest.points().is_empty() {
        change.block_removes.push((block.key, block.ver));
    } else {
        let rest = rest.encode(&block.key);
        change.block_writes.push(BlockWrite { key: block.key, expected_ver: Some(block.ver), block: rest });
    }
    Ok(old)
}

fn deletion(
    mut change: Application,
    blocks: Vec<StoredBlock>,
    before: Timestamp,
) -> Result<(Application, u64), IngestError> {
    let mut deleted = 0;
    for block in &blocks {
        deleted += cut(&mut change, block, before)?.points().len() as u64;
    }
    Ok((change, deleted))
}

async fn reduction(
    intake: &Intake,
    mut change: Application,
    blocks: Vec<StoredBlock>,
    before: Timestamp,
    step_us: i64,
) -> Result<(Application, u64), IngestError> {
    let mut old: BTreeMap<(SeriesType, i32, model::Context), Vec<Block>> = BTreeMap::new();
    for block in &blocks {
        let Some(context) = block.key.context.reduced() else { continue };
        let cut = cut(&mut change, block, before)?;
        old.entry((block.key.series, block.key.source, context)).or_default().push(cut);
    }
    let mut went = 0;
    for ((series, source, context), blocks) in old {
        let points = blocks.iter().flat_map(Block::points);
        let cells = series::cells(series, context, points)
            .into_iter()
            .map(|(from, to)| Cell { series, source, context, from, to })
            .collect();
        let (mut reduced, mut stored) = (Reduced::default(), Vec::new());
        for block in intake.store.load_cells(change.user_id, cells).await? {
            reduced.add(Block::decode(&block.data)?.points());
            stored.push(Stored { key: block.key, ver: block.ver, data: block.data });
        }
        let mut batches = Vec::new();
        for block in &blocks {
            // what something stands for already would count twice
            let fewer = block.without(&reduced).reduced(series.spec().aggregation, step_us);
            went += (block.points().len() - fewer.points().len()) as u64;
            batches.extend(fewer.batches());
        }
        let incoming: Vec<Incoming<'_>> =
            batches.iter().map(|(points, stamp, offset)| Incoming { points, stamp: *stamp, offset: *offset }).collect();
        let plan = series::merge(series, source, context, &stored, &incoming)?;
        change.block_writes.extend(plan.writes);
        change.block_removes.extend(plan.removes);
    }
    // what was moved as it was is work done, too
    Ok((change, went.max(1)))
}
