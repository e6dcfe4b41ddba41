//! Errors of connecting and disconnecting, as the API answers them.

use crate::error::ApiError;
use ::sync::SyncError;

/// The answer to an error of `sync`.
pub(crate) fn sync_error(error: SyncError) -> ApiError {
    match error {
        SyncError::UserNotFound => ApiError::NotFound("User not found".to_owned()),
        SyncError::ConnectionNotFound => ApiError::NotFound("Connection not found".to_owned()),
        SyncError::RedirectRefused => ApiError::invalid("redirect_uri", "This address is not on the allow list"),
        SyncError::UnknownProvider(_) | SyncError::NotSupported(_) | SyncError::NotConfigured(_) => {
            ApiError::BadRequest(error.to_string())
        }
        SyncError::InvalidState | SyncError::Denied(_) | SyncError::NoCode => ApiError::BadRequest(error.to_string()),
        SyncError::NotActive | SyncError::Ended => ApiError::Conflict(error.to_string()),
        SyncError::Renewing => ApiError::Unavailable { reason: "The tokens are being renewed", retry_after_s: 5 },
        SyncError::Tokens(_) | SyncError::NoAccount(_) => ApiError::BadGateway(error.to_string()),
        SyncError::Store(error) => error.into(),
        SyncError::Sealed(_) | SyncError::Setup { .. } | SyncError::Erasing(_) => ApiError::internal(&error),
    }
}
