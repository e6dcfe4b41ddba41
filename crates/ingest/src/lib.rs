//! From accepted bytes to a user's record: inbox, split, map, merge, write, emit.
//!
//! Who is who: [`Intake`] puts a body on disk before its sender is answered. [`Workers`] split bodies
//! into parts (one user, one type) and apply parts in order within their user, each batch in one
//! transaction. Nothing here answers a question from outside, and nothing here makes a call: what must
//! be fetched is written as a job for `sync`.
//!
//! What is guaranteed: what [`Intake::accept`] returned survives a kill at any instant and takes effect
//! once; applying twice changes nothing; a bad item costs itself and an issue, a bad part itself and a
//! visible dead letter.

mod apply;
mod cancelling;
mod claims;
mod cold;
mod cooling;
mod erasing;
mod intake;
mod kept;
mod notices;
mod packing;
mod permission;
mod preview;
mod quotes;
mod receipts;
mod resumable;
mod retention;
mod split;
mod spool;
mod whole;
mod workers;

pub use cancelling::Cancelling;
pub use cold::ColdPlace;
pub use intake::{AcceptError, Accepted, Incoming, Intake, IntakeLimits};
pub use permission::permits;
pub use preview::{Preview, PreviewedFile, Samples, preview};
pub use providers::Described;
pub use resumable::{NewUpload, UploadError};
pub use spool::Spool;
pub use workers::{WorkerSettings, Workers};

/// Why a piece of work failed.
#[derive(Debug, thiserror::Error)]
pub enum IngestError {
    /// The store failed.
    #[error("the store failed")]
    Store(#[from] store::StoreError),
    /// A spooled body cannot be read.
    #[error("a stored body cannot be read: {0}")]
    Body(std::io::Error),
    /// The place of old samples failed, or what lies there cannot be read.
    #[error("cold storage failed: {0}")]
    Cold(std::io::Error),
    /// The body is gone after its retention.
    #[error("the body is gone: its retention ended")]
    Expired,
    /// The provider is not known to this program.
    #[error("unknown provider `{0}`")]
    UnknownProvider(String),
    /// A stored block is damaged.
    #[error("a stored block is damaged")]
    Block(#[from] series::DecodeError),
    /// The mapper failed on its input.
    #[error("mapping failed on this input")]
    Mapper,
    /// Someone else kept changing what was being changed.
    #[error("gave way to other writers too often")]
    Contention,
}

impl IngestError {
    /// Whether trying again later can help.
    fn is_temporary(&self) -> bool {
        match self {
            Self::Store(error) => error.is_temporary(),
            Self::Body(error) => error.kind() != std::io::ErrorKind::NotFound,
            Self::Contention | Self::Cold(_) => true,
            Self::Expired | Self::UnknownProvider(_) | Self::Block(_) | Self::Mapper => false,
        }
    }

    /// Whether the disk is to blame, and nothing that is being worked on.
    fn is_of_the_disk(&self) -> bool {
        use std::io::ErrorKind::{FileTooLarge, QuotaExceeded, ReadOnlyFilesystem, StorageFull};
        match self {
            Self::Store(error) => error.is_of_the_disk(),
            Self::Body(error) => {
                matches!(error.kind(), StorageFull | QuotaExceeded | ReadOnlyFilesystem | FileTooLarge)
            }
            _ => false,
        }
    }

    /// Waits that grow: 5 s, 30 s, 2 min, 10 min, 1 h; then it is given up. For a disk it
    /// waits for as long as it takes, and looks every 5 s.
    fn retry(&self, attempts: u32, now: model::Timestamp) -> store::Retry {
        const WAITS_S: [i64; 5] = [5, 30, 120, 600, 3600];
        const DISK_S: i64 = 5;
        if self.is_of_the_disk() {
            return store::Retry::At(now.plus_seconds(DISK_S));
        }
        match WAITS_S.get(attempts as usize) {
            Some(wait) if self.is_temporary() => store::Retry::At(now.plus_seconds(*wait)),
            _ => store::Retry::Dead,
        }
    }
}
