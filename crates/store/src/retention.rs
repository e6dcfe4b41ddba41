//! How long a team's data is kept and how finely, and the work that sees to it, lane by lane.

use crate::{Lane, Result, StoredBlock};
use async_trait::async_trait;
use model::{TeamId, Timestamp, UserId};

/// What a team decided; nothing in a field: as the installation does, or for ever.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Retention {
    /// After how many days bodies as received go.
    pub raw_days: Option<u32>,
    /// After how many days points are reduced.
    pub full_days: Option<u32>,
    /// To buckets of how many seconds.
    pub step_s: Option<u32>,
    /// After how many days samples go to cold storage, month by month.
    pub cold_days: Option<u32>,
    /// After how many days points, events and scores go.
    pub kept_days: Option<u32>,
}

/// Where a policy cuts at a moment; cuts lie on midnights of UTC.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Horizon {
    /// Points before this are reduced to buckets of so many microseconds.
    pub reduced: Option<(Timestamp, i64)>,
    /// Samples of months that are over here go to cold storage.
    pub cold: Option<Timestamp>,
    /// What is before this goes.
    pub kept: Option<Timestamp>,
}

impl Retention {
    /// Where the policy cuts at a moment.
    #[must_use]
    pub fn horizon(&self, now: Timestamp) -> Horizon {
        let before = |days: u32| {
            let day = now.as_seconds().div_euclid(86_400) - i64::from(days);
            Timestamp::from_seconds(day * 86_400)
        };
        let step_us = self.step_s.map(|seconds| i64::from(seconds) * 1_000_000);
        Horizon {
            reduced: self.full_days.map(before).zip(step_us),
            cold: self.cold_days.map(before),
            kept: self.kept_days.map(before),
        }
    }
}

/// A lane whose users are to be looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LaneRound {
    /// Which.
    pub lane: Lane,
    /// Up to whom it has come.
    pub reached: Option<UserId>,
}

/// What was done of a policy.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct RetentionDone {
    /// Points that others stand for now.
    pub points_reduced: u64,
    /// Points that went to cold storage.
    pub points_cooled: u64,
    /// Points that went.
    pub points_deleted: u64,
    /// Events that went.
    pub events_deleted: u64,
}

/// How far the work has come.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct RetentionState {
    /// What was done for the team, over all time.
    pub done: RetentionDone,
    /// How many lanes have ended a round.
    pub lanes_ended: u32,
    /// When the lane that waits longest ended its last; none while one never did.
    pub all_ended_at: Option<Timestamp>,
}

/// Which blocks of a user are asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OldBlocks {
    /// Of every context.
    All,
    /// Of contexts whose points are reduced when they are old.
    Reducible,
    /// Of contexts whose points go to cold storage when they are old, reduced or not.
    Coolable,
}

/// Policies of retention, and the work of applying them.
#[async_trait]
pub trait Retentions: Send + Sync {
    /// What the team decided.
    async fn find_retention(&self, team: TeamId) -> Result<Retention>;
    /// Decides; lanes that rest go on at once.
    async fn put_retention(&self, team: TeamId, retention: Retention) -> Result<()>;
    /// Every team that decided anything.
    async fn list_retentions(&self) -> Result<Vec<(TeamId, Retention)>>;
    /// How far the work has come, for a team to see.
    async fn retention_state(&self, team: TeamId) -> Result<RetentionState>;
    /// Drops the bodies of a team's parts as [`crate::Inbox::expire_parts`] does for teams that did not decide.
    async fn expire_parts_of(&self, team: TeamId, before: Timestamp, limit: u32) -> Result<Vec<String>>;
    /// The lane that has waited longest for a round, until `lease`; none when none is due.
    async fn claim_retention(&self, now: Timestamp, lease: Timestamp) -> Result<Option<LaneRound>>;
    /// Notes up to whom a lane has come, and what was done for that user's team.
    async fn note_retention(
        &self,
        lane: Lane,
        reached: UserId,
        lease: Timestamp,
        done: Option<(TeamId, RetentionDone)>,
    ) -> Result<()>;
    /// Ends a lane's round; the next is due at `next`.
    async fn end_retention(&self, lane: Lane, now: Timestamp, next: Timestamp) -> Result<()>;
    /// Users and their teams in order of their ids, in all lanes.
    async fn list_users_after(&self, after: Option<UserId>, limit: u32) -> Result<Vec<(UserId, TeamId)>>;
    /// Blocks with points that start before an instant, each series together.
    async fn list_old_blocks(
        &self,
        user: UserId,
        before: Timestamp,
        which: OldBlocks,
        limit: u32,
    ) -> Result<Vec<StoredBlock>>;
    /// Deletes events that ended before an instant, with their names and files, and scores before it; how many
    /// rows went.
    async fn delete_old_events(&self, user: UserId, before: Timestamp, limit: u32) -> Result<u64>;
}
