//! Erasing what came through a connection, and the team's policy that may ask for it.

use crate::Result;
use async_trait::async_trait;
use model::{ConnectionId, TeamId, Timestamp, UserId};

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
    /// That came through this connection.
    pub connection_id: ConnectionId,
}

/// What a step of an erasure did.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ErasureStep {
    /// Spooled bodies that nothing refers to any more. The caller deletes them.
    pub spooled: Vec<String>,
    /// Whether nothing is left; then it was told (`connection.data_erased`).
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
    /// Asks for the erasure of what came through a connection that ended. False when it is active or not there.
    async fn request_erasure(&self, user: UserId, id: ConnectionId, now: Timestamp) -> Result<bool>;
    /// Erasures that are not finished, oldest first.
    async fn list_erasures(&self, limit: u32) -> Result<Vec<Erasure>>;
    /// Erases at most about `limit` rows in one transaction. Steps may be repeated, and done by several at once.
    async fn erase_some(&self, erasure: Erasure, limit: u32, now: Timestamp) -> Result<ErasureStep>;
}
