//! Errors of connecting and disconnecting, as the API answers them.

use crate::connect::SyncError;
use crate::error::ApiError;

/// The answer to an error of `sync`.
pub(crate) fn sync_error(error: SyncError) -> ApiError {
    ApiError::internal(&error)
}
