//! `POST /api/v1/providers/garmin/users/{user_id}/backfill/cancel`: stops asking for a user's history.

use super::GARMIN;
use crate::{
    State,
    access::TeamUser,
    error::{ApiError, Result},
    state::Within,
    v1::oauth::sync_error,
};
use ::sync::{Stopped, SyncError};
use axum::Json;
use model::UserId;
use serde::Serialize;
use utoipa::ToSchema;

/// History is not asked for any more.
#[derive(Serialize, ToSchema)]
pub(crate) struct BackfillCancelled {
    /// Always true.
    success: bool,
    /// Whose.
    #[schema(value_type = uuid::Uuid)]
    user_id: UserId,
    /// `cancelled`.
    status: &'static str,
    /// For people.
    message: &'static str,
}

#[utoipa::path(
    post, path = "/api/v1/providers/garmin/users/{user_id}/backfill/cancel", tag = "Sync",
    operation_id = "cancel_backfill", summary = "Stop asking for a user's history",
    description = "At once, for all users who are linked to the account. What the provider accepted still comes; \
                   `retry` and `sync/historical` go on with the rest.",
    params(("user_id" = uuid::Uuid, Path, description = "The user")),
    responses(
        (status = 200, description = "Stopped", body = BackfillCancelled),
        (status = 404, description = "The team has no such user", body = crate::ErrorBody),
        (status = 409, description = "Nothing is going on", body = crate::ErrorBody),
    ),
    security(("api_key" = []), ("developer_token" = []))
)]
pub(crate) async fn cancel(
    Within(state): Within<State>,
    TeamUser { caller, user }: TeamUser,
) -> Result<Json<BackfillCancelled>> {
    match state.sync.cancel_history(caller.team_id, user.id, &GARMIN).await {
        Ok(Stopped::Stopped) => Ok(Json(BackfillCancelled {
            success: true,
            user_id: user.id,
            status: "cancelled",
            message: "History is not asked for any more",
        })),
        Ok(Stopped::Idle) | Err(SyncError::ConnectionNotFound) => {
            Err(ApiError::Conflict("No backfill is in progress".to_owned()))
        }
        Err(error) => Err(sync_error(error)),
    }
}
