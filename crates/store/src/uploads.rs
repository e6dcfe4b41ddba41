//! What is handed in for a user: what became of it, and an end to what waits of it.

use crate::{Body, Result, SyncEvent};
use async_trait::async_trait;
use model::{PartMeta, ProviderName, TeamId, Timestamp, UserId};

/// Something that was handed in for a user.
#[derive(Clone, Debug, PartialEq)]
pub struct HandedIn {
    /// Whose file it is.
    pub provider: ProviderName,
    /// What it holds; of what was cut, its first piece.
    pub part_type: String,
    /// What its bytes do not say.
    pub meta: PartMeta,
    /// When it was received.
    pub received_at: Timestamp,
}

/// A file that was handed in, alone or in an export, and whose bytes are kept.
#[derive(Clone, Debug, PartialEq)]
pub struct KeptFile {
    /// Under which receipt it came.
    pub receipt: i64,
    /// Its number there.
    pub number: u32,
    /// Whose file it is.
    pub provider: ProviderName,
    /// What it holds.
    pub part_type: String,
    /// What its bytes do not say.
    pub meta: PartMeta,
    /// Its bytes.
    pub body: Body,
    /// How many they are.
    pub size: u64,
    /// When it was received.
    pub received_at: Timestamp,
}

/// What was cancelled.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Cancelled {
    /// Parts that had been applied and stay so.
    pub applied: u64,
    /// How many items they held.
    pub items: u64,
    /// Parts that were dropped; what was not cut yet counts as one.
    pub dropped: u64,
    /// Spooled bodies that may go.
    pub spooled: Vec<String>,
    /// Whether it had been cancelled before: nothing was changed.
    pub is_again: bool,
}

/// What is handed in.
#[async_trait]
pub trait Uploads: Send + Sync {
    /// What was handed in for a user under a receipt.
    async fn find_handed_in(&self, user: UserId, receipt: i64) -> Result<Option<HandedIn>>;
    /// A user's files of a type whose bytes are kept, latest first; those that come before one.
    async fn list_kept_files(
        &self,
        user: UserId,
        part_type: &'static str,
        before: Option<(i64, u32)>,
        limit: u32,
    ) -> Result<Vec<KeptFile>>;
    /// One of a user's electrocardiograms and clinical records whose bytes are kept.
    async fn find_kept_file(&self, user: UserId, receipt: i64, number: u32) -> Result<Option<KeptFile>>;
    /// Drops what was not applied yet of something handed in, and notes `event`, in whose metadata the counts are put.
    /// None when nothing waits of it any more. What is being cut or applied meanwhile is kept no longer.
    async fn cancel_handed_in(
        &self,
        team: TeamId,
        user: UserId,
        receipt: i64,
        event: SyncEvent,
    ) -> Result<Option<Cancelled>>;
}
