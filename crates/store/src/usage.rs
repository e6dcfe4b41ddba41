//! How much a team has and keeps.

use crate::Result;
use async_trait::async_trait;
use model::{ProviderName, TeamId, Timestamp};
use std::collections::BTreeMap;

/// What a team has and keeps. Bytes are those of blocks and bodies as they lie compressed, without what keys, indexes
/// and free pages take.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct TeamUsage {
    /// Its users.
    pub users: u64,
    /// Their connections that are active.
    pub active_connections: u64,
    /// Points of all series.
    pub points: u64,
    /// When the first of them begins and the last ends; none where there is none.
    pub points_span: Option<(Timestamp, Timestamp)>,
    /// Bytes of the blocks that hold them.
    pub block_bytes: u64,
    /// Workouts, nights and other events, those that were deleted left out.
    pub events: u64,
    /// Workouts among them.
    pub workouts: u64,
    /// Nights and naps among them.
    pub sleeps: u64,
    /// Menstrual cycles among them.
    pub menstrual_cycles: u64,
    /// Parts of deliveries that were kept.
    pub parts: u64,
    /// Bytes of their bodies in the store.
    pub part_bytes: u64,
    /// Parts whose bodies are large ones beside the store.
    pub spooled_parts: u64,
    /// Objects of old samples that are kept beside the store.
    pub cold_objects: u64,
    /// Points that they hold.
    pub cold_points: u64,
    /// Their bytes.
    pub cold_bytes: u64,
    /// Messages about users that are kept: waiting, delivered or given up.
    pub messages: u64,
}

/// Who of a team is connected to what.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Connected {
    /// Users with at least one provider.
    pub users_with_any: u64,
    /// Users with more than one.
    pub users_with_several: u64,
    /// How many users each provider has, by its name.
    pub users_by_provider: BTreeMap<String, u64>,
}

/// Figures of usage.
#[async_trait]
pub trait Usage: Send + Sync {
    /// Counts what a team has. Reads every row that it counts, some users at a time: what changes meanwhile may be in
    /// the figures or not, and no state of the store is held for longer than one step.
    async fn count_usage(&self, team: TeamId) -> Result<TeamUsage>;
    /// Counts who is connected to what: by connections that are active, and for providers whose `phones` send by
    /// themselves by what came. Works as [`Usage::count_usage`] does.
    async fn count_connected(&self, team: TeamId, phones: &[ProviderName]) -> Result<Connected>;
}
