//! Sources: who measured, numbered within the user; and how much each is trusted.

use crate::Result;
use async_trait::async_trait;
use model::{Priority, Source, TeamId, Timestamp, UserId};

/// A source with its number within the user.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredSource {
    /// Its number; part of series keys.
    pub number: i32,
    /// What it is.
    pub source: Source,
    /// When it was first seen.
    pub created_at: Timestamp,
}

/// A priority that was set, and when.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SetPriority {
    /// What was set.
    pub priority: Priority,
    /// When it was first set.
    pub created_at: Timestamp,
    /// When it was last set.
    pub updated_at: Timestamp,
}

/// Sources and priorities.
#[async_trait]
pub trait Sources: Send + Sync {
    /// A user's sources by number.
    async fn list_sources(&self, user: UserId) -> Result<Vec<StoredSource>>;
    /// The numbers of sources, creating those not seen before; in the order asked.
    async fn ensure_sources(&self, user: UserId, sources: Vec<Source>, now: Timestamp) -> Result<Vec<i32>>;
    /// What a team set for all its users; with a user also what was set for them.
    async fn list_priorities(&self, team: TeamId, user: Option<UserId>) -> Result<Vec<SetPriority>>;
    /// Sets priorities beside those that are set.
    async fn put_priorities(&self, team: TeamId, priorities: Vec<Priority>, now: Timestamp) -> Result<()>;
    /// Sets the priorities of a user in place of all that were set for them.
    async fn replace_priorities(
        &self,
        team: TeamId,
        user: UserId,
        priorities: Vec<Priority>,
        now: Timestamp,
    ) -> Result<()>;
    /// Sets the priorities of a team for single series in place of all that were set so; those for all series stay.
    async fn replace_series_priorities(&self, team: TeamId, priorities: Vec<Priority>, now: Timestamp) -> Result<()>;
}
