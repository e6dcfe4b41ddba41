//! The files of a workout as its page shows them: kept, awaited, or missed and why.

use crate::{State, error::Result};
use model::{EventId, FileFormat, Timestamp, UserId};
use serde::Serialize;
use store::{AwaitedFile, StoredFile};
use utoipa::ToSchema;

/// A file of a workout.
#[derive(Serialize, ToSchema)]
pub(crate) struct FileRead {
    /// `fit`, `tcx` or `gpx`; null where the notice of it did not say.
    format: Option<&'static str>,
    /// Whether it is kept, will be fetched, or was missed.
    status: FileStatus,
    /// Its name, once it is kept.
    name: Option<String>,
    /// Its size, bytes, once it is kept.
    size: Option<u64>,
    /// When it was received, if it is kept.
    #[schema(value_type = Option<String>, format = DateTime)]
    received_at: Option<Timestamp>,
    /// When the provider gave notice of it, if it is not kept.
    #[schema(value_type = Option<String>, format = DateTime)]
    noticed_at: Option<Timestamp>,
    /// Until when the provider gives it out, if it is not kept.
    #[schema(value_type = Option<String>, format = DateTime)]
    expires_at: Option<Timestamp>,
    /// Why it was missed.
    reason: Option<String>,
}

/// How a file is.
#[derive(Clone, Copy, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum FileStatus {
    /// It is kept.
    Received,
    /// Notice was given of it; it is being fetched or read.
    Waiting,
    /// It will not come: it could not be fetched in time, or could not be read.
    Missed,
}

/// The files of a workout, kept ones first.
pub(super) async fn of(state: &State, user: UserId, workout: EventId) -> Result<Vec<FileRead>> {
    let kept = state.store.list_files(user, workout).await?;
    let awaited = state.store.list_awaited_files(user, workout).await?;
    Ok(kept.into_iter().map(FileRead::from).chain(awaited.into_iter().map(FileRead::from)).collect())
}

impl From<StoredFile> for FileRead {
    fn from(file: StoredFile) -> Self {
        Self {
            format: Some(file.format.as_str()),
            status: FileStatus::Received,
            name: Some(file.name),
            size: Some(file.size),
            received_at: Some(file.received_at),
            noticed_at: None,
            expires_at: None,
            reason: None,
        }
    }
}

impl From<AwaitedFile> for FileRead {
    fn from(file: AwaitedFile) -> Self {
        Self {
            format: file.format.map(FileFormat::as_str),
            status: if file.missed.is_some() { FileStatus::Missed } else { FileStatus::Waiting },
            name: None,
            size: None,
            received_at: None,
            noticed_at: Some(file.noticed_at),
            expires_at: file.expires_at,
            reason: file.missed,
        }
    }
}
