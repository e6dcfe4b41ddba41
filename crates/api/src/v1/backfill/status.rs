//! `GET /api/v1/providers/garmin/users/{user_id}/backfill/status`: how a user's history stands.

use super::{
    GARMIN,
    read::{self, BackfillStatus},
};
use crate::{State, access::TeamUser, error::Result, state::Within, v1::oauth::sync_error};
use ::sync::{HistoryStatus, SyncError};
use axum::Json;

#[utoipa::path(
    get, path = "/api/v1/providers/garmin/users/{user_id}/backfill/status", tag = "Sync",
    operation_id = "get_backfill_status", summary = "How a user's history stands",
    description = "The peer's overall status and matrix, and beside them each type's intervals and days by state. \
                   `pending` without windows when history was never asked for.",
    params(("user_id" = uuid::Uuid, Path, description = "The user")),
    responses(
        (status = 200, description = "How it stands", body = BackfillStatus),
        (status = 404, description = "The team has no such user", body = crate::ErrorBody),
    ),
    security(("api_key" = []), ("developer_token" = []))
)]
pub(crate) async fn status(
    Within(state): Within<State>,
    TeamUser { caller, user }: TeamUser,
) -> Result<Json<BackfillStatus>> {
    match state.sync.history_status(caller.team_id, user.id, &GARMIN).await {
        Ok(status) => Ok(Json(read::show(status))),
        Err(SyncError::ConnectionNotFound) => Ok(Json(read::show(HistoryStatus::default()))),
        Err(error) => Err(sync_error(error)),
    }
}
