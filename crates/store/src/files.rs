//! Files of workouts that notice was given of and that have not come: they wait to be fetched, or were missed.
//! Kept by a name of the workout, which may itself come later.

use crate::Result;
use async_trait::async_trait;
use model::{EventId, EventKind, FileFormat, ProviderName, Timestamp, UserId};

/// A file that is not there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AwaitedFile {
    /// Its format, where the notice said.
    pub format: Option<FileFormat>,
    /// When notice was given of it.
    pub noticed_at: Timestamp,
    /// Until when it can be fetched.
    pub expires_at: Option<Timestamp>,
    /// Why it will not come; none while it may.
    pub missed: Option<String>,
}

/// A file that came and cannot be used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MissedFile {
    /// A name of its workout.
    pub alias: String,
    /// Its format, where the notice said.
    pub format: Option<FileFormat>,
    /// When it came.
    pub received_at: Timestamp,
    /// Why it cannot be used.
    pub reason: String,
}

/// The name under which a user's workout is known by one of its ids at the provider.
#[must_use]
pub fn workout_alias(provider: &ProviderName, account: Option<&str>, name: &str) -> String {
    format!("{provider}/{}/{}/{name}", account.unwrap_or_default(), EventKind::Workout)
}

/// Files that are not there.
#[async_trait]
pub trait Files: Send + Sync {
    /// The files of a workout that wait or were missed. What came since is not among them.
    async fn list_awaited_files(&self, user: UserId, event: EventId) -> Result<Vec<AwaitedFile>>;
    /// Notes that a file that was awaited came and cannot be used. Nothing, when nobody awaits it any more.
    async fn note_missed_file(&self, user: UserId, file: MissedFile) -> Result<()>;
}
