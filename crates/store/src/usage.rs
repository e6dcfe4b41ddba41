//! How much a team has and keeps.

use crate::Result;
use async_trait::async_trait;
use model::TeamId;

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
    /// Bytes of the blocks that hold them.
    pub block_bytes: u64,
    /// Workouts, nights and other events, those that were deleted left out.
    pub events: u64,
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

/// Figures of usage.
#[async_trait]
pub trait Usage: Send + Sync {
    /// Counts what a team has. Reads every row that it counts, some users at a time: what changes meanwhile may be in
    /// the figures or not, and no state of the store is held for longer than one step.
    async fn count_usage(&self, team: TeamId) -> Result<TeamUsage>;
}
