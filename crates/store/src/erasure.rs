//! Erasing users who were deleted and what came through connections, and the team's policy that may ask for that.

use crate::Result;
use async_trait::async_trait;
use model::{ConnectionId, TeamId, Timestamp, UserId};
use std::collections::BTreeMap;

/// What is told of the erasure of a user, and kept: numbers, and nothing of what they counted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ErasureReport {
    /// Who was erased.
    pub user_id: UserId,
    /// When it was decided.
    pub at: Timestamp,
    /// Whether nothing is left; until then, the counts still grow.
    pub is_finished: bool,
    /// How many of each kind there were; kinds of which there were none are left out.
    pub counts: BTreeMap<String, u64>,
}

/// What becomes of data when its person withdraws their consent at the provider.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum OnConsentWithdrawn {
    /// It stays; nothing is fetched any more.
    #[default]
    Keep,
    /// All that came through the connection is erased.
    Erase,
}

impl OnConsentWithdrawn {
    /// The code on the wire and in the store.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Keep => "keep",
            Self::Erase => "erase",
        }
    }

    /// The choice with this code.
    #[must_use]
    pub fn find(code: &str) -> Option<Self> {
        [Self::Keep, Self::Erase].into_iter().find(|choice| choice.as_str() == code)
    }
}

/// An erasure under way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Erasure {
    /// Whose data.
    pub user_id: UserId,
    /// That came through this connection; none: all that is left of a user who was deleted.
    pub connection_id: Option<ConnectionId>,
}

/// What a step of an erasure did.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ErasureStep {
    /// Spooled bodies that nothing refers to any more. The caller deletes them.
    pub spooled: Vec<String>,
    /// Whether nothing is left; of a connection, it was told then (`connection.data_erased`).
    pub is_finished: bool,
}

/// Policies and erasures.
#[async_trait]
pub trait Erasures: Send + Sync {
    /// The team's choice, or the installation's where it made none.
    async fn find_on_consent_withdrawn(&self, team: TeamId) -> Result<OnConsentWithdrawn>;
    /// Keeps the team's choice; it holds for what is withdrawn from now on.
    async fn put_on_consent_withdrawn(&self, team: TeamId, choice: OnConsentWithdrawn) -> Result<()>;
    /// Keeps the installation's choice, for teams that make none; it holds for what is withdrawn from now on.
    async fn put_default_on_consent_withdrawn(&self, choice: OnConsentWithdrawn) -> Result<()>;
    /// What is kept of the team's erased users, the latest first; those before an instant.
    async fn list_erasure_reports(&self, team: TeamId, before: Timestamp, limit: u32) -> Result<Vec<ErasureReport>>;
    /// What is kept of the user who was erased at an instant.
    async fn find_erasure_report(&self, team: TeamId, at: Timestamp, user: UserId) -> Result<Option<ErasureReport>>;
    /// Asks for the erasure of what came through a connection that ended. False when it is active or not there.
    async fn request_erasure(&self, user: UserId, id: ConnectionId, now: Timestamp) -> Result<bool>;
    /// Erasures that are not finished: of connections, then of users, each oldest first.
    async fn list_erasures(&self, limit: u32) -> Result<Vec<Erasure>>;
    /// Erases at most about `limit` rows in one transaction. Steps may be repeated, and done by several at once.
    async fn erase_some(&self, erasure: Erasure, limit: u32, now: Timestamp) -> Result<ErasureStep>;
}
