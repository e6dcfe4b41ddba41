//! Users: the people whose data is kept.

use crate::{ErasureReport, Result};
use async_trait::async_trait;
use model::{ProviderName, TeamId, Timestamp, UserId};

/// A person whose data is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct User {
    /// Their id.
    pub id: UserId,
    /// The team that owns them.
    pub team_id: TeamId,
    /// The team's own id of them, unique within the team.
    pub external_user_id: Option<String>,
    /// E-mail address, unique within the team.
    pub email: Option<String>,
    /// First name.
    pub first_name: Option<String>,
    /// Last name.
    pub last_name: Option<String>,
    /// IANA name of their time zone, if told.
    pub time_zone: Option<String>,
    /// When they were created.
    pub created_at: Timestamp,
    /// When they last changed.
    pub updated_at: Timestamp,
    /// When data last arrived.
    pub last_synced_at: Option<Timestamp>,
    /// From which provider.
    pub last_synced_provider: Option<ProviderName>,
    /// Whether any connection is active. Read only.
    pub has_active_connection: bool,
}

/// By what a list of users is sorted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs)] // the names are the documentation
pub enum UserOrder {
    CreatedAt,
    Email,
    FirstName,
    LastName,
    LastSyncedAt,
}

/// Which users to list.
#[derive(Clone, Debug)]
pub struct UserQuery {
    /// Part of a name or address, any case.
    pub search: Option<String>,
    /// Exactly this address, any case.
    pub email: Option<String>,
    /// Exactly this external id.
    pub external_user_id: Option<String>,
    /// Sort key.
    pub order: UserOrder,
    /// Highest first.
    pub descending: bool,
    /// How many to skip.
    pub offset: u64,
    /// How many at most.
    pub limit: u32,
}

/// Users of a team.
#[async_trait]
pub trait Users: Send + Sync {
    /// Creates a user. `Taken("email")` or `Taken("external_user_id")` when another of the team has it.
    async fn create_user(&self, user: User) -> Result<()>;
    /// The team's user with this id.
    async fn find_user(&self, team: TeamId, id: UserId) -> Result<Option<User>>;
    /// The team's user with this external id.
    async fn find_user_by_external_id(&self, team: TeamId, external_id: &str) -> Result<Option<User>>;
    /// A page of the team's users, and how many match in all.
    async fn list_users(&self, team: TeamId, query: UserQuery) -> Result<(Vec<User>, u64)>;
    /// Replaces names, address, external id and time zone.
    async fn update_user(&self, user: User) -> Result<()>;
    /// Takes a user from everyone's sight and begins to erase what is kept about them: to be gone on with by
    /// [`crate::Erasures::erase_some`]. How much that is stands in the report, which is kept.
    async fn delete_user(&self, team: TeamId, id: UserId) -> Result<ErasureReport>;
    /// The user with this id in whatever team. For work that has no caller (apply, deliver, schedules).
    async fn load_user(&self, id: UserId) -> Result<Option<User>>;
}
