//! Files that come piece by piece: what is kept of each so far, and the delivery that it becomes once it is whole.

use crate::{Delivery, Result};
use async_trait::async_trait;
use model::{TeamId, Timestamp, UploadId, UserId};

/// A file that comes piece by piece.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Upload {
    /// Whose it is.
    pub user_id: UserId,
    /// Their team.
    pub team_id: TeamId,
    /// Its id.
    pub id: UploadId,
    /// How many bytes it is to have.
    pub length: u64,
    /// How many of them are kept, from its beginning.
    pub kept: u64,
    /// Its name, as its sender says.
    pub file_name: Option<String>,
    /// The zone of times in it that say no offset.
    pub time_zone: Option<String>,
    /// When it was begun.
    pub created_at: Timestamp,
    /// When it is given up unless more comes.
    pub expires_at: Timestamp,
    /// The delivery that it became.
    pub receipt: Option<i64>,
}

/// A run of an upload's bytes, spooled.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Segment {
    /// Its name in the spool.
    pub spool: String,
    /// How many bytes, before compression.
    pub size: u64,
}

/// Uploads that can be taken up again. Whatever is told of one names its user.
#[async_trait]
pub trait ResumableUploads: Send + Sync {
    /// Begins one, unless its user has `most` that are not whole: then false.
    async fn begin_upload(&self, upload: Upload, most: u32) -> Result<bool>;
    /// One of a user's.
    async fn find_upload(&self, user: UserId, id: UploadId) -> Result<Option<Upload>>;
    /// What is kept of it, in order.
    async fn list_segments(&self, user: UserId, id: UploadId) -> Result<Vec<Segment>>;
    /// Adds a segment behind the first `kept` bytes. False when other bytes came there meanwhile, or it is gone or whole.
    async fn append_segment(
        &self,
        user: UserId,
        id: UploadId,
        kept: u64,
        segment: Segment,
        expires_at: Timestamp,
    ) -> Result<bool>;
    /// Makes the whole of it a delivery, whose body is spooled and names its segments; once.
    async fn finish_upload(&self, user: UserId, id: UploadId, delivery: Delivery) -> Result<bool>;
    /// Forgets one that is not whole; returns the spooled names that may go. None where there is none.
    async fn remove_upload(&self, user: UserId, id: UploadId) -> Result<Option<Vec<String>>>;
    /// Forgets what was given up, and what is whole and no longer needed; returns the spooled names that may go.
    async fn expire_uploads(&self, now: Timestamp, limit: u32) -> Result<Vec<String>>;
}
