//! Sources: who measured, numbered within the user; and how much each is trusted.

use crate::Result;
use async_trait::async_trait;
use model::{Source, TeamId, Timestamp, UserId};

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

/// How much a provider or device type is trusted where sources overlap; 1 is best.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Priority {
    /// For one user only; none for the whole team.
    pub user_id: Option<UserId>,
    /// `provider` or `device_type`.
    pub kind: String,
    /// The provider's name or the device type's code.
    pub name: String,
    /// 1 is best.
    pub priority: i32,
}

/// Sources and priorities.
#[async_trait]
pub trait Sources: Send + Sync {
    /// A user's sources by number.
    async fn list_sources(&self, user: UserId) -> Result<Vec<StoredSource>>;
    /// The numbers of sources, creating those not seen before; in the order asked.
    async fn ensure_sources(&self, user: UserId, sources: Vec<Source>, now: Timestamp) -> Result<Vec<i32>>;
    /// The priorities that hold for a user: the team's with the user's own over them.
    async fn list_priorities(&self, team: TeamId, user: UserId) -> Result<Vec<Priority>>;
    /// Sets a priority.
    async fn put_priority(&self, team: TeamId, priority: Priority) -> Result<()>;
}
