//! `POST /api/v1/providers/garmin/users/{user_id}/backfill/{type_name}/retry`: asks again for one type.

use super::GARMIN;
use crate::{
    State,
    access::TeamUser,
    error::{ApiError, Result},
    state::Within,
    v1::oauth::sync_error,
    wire::PathParams,
};
use axum::Json;
use model::UserId;
use serde::Serialize;
use utoipa::ToSchema;

/// A type is asked for again.
#[derive(Serialize, ToSchema)]
pub(crate) struct BackfillRetried {
    /// Always true.
    success: bool,
    /// Whose.
    #[schema(value_type = uuid::Uuid)]
    user_id: UserId,
    /// Which type.
    #[serde(rename = "type")]
    part_type: &'static str,
    /// `triggered`, or `nothing_missing`.
    status: &'static str,
    /// For people.
    message: &'static str,
}

#[utoipa::path(
    post, path = "/api/v1/providers/garmin/users/{user_id}/backfill/{type_name}/retry", tag = "Sync",
    operation_id = "retry_backfill_type", summary = "Ask again for a type of a user's history",
    description = "Exactly the intervals of the run that failed, were stopped or were never asked for.",
    params(
        ("user_id" = uuid::Uuid, Path, description = "The user"),
        ("type_name" = String, Path, description = "The type: `dailies`, `moveIQActivities` or `moveiq`, …"),
    ),
    responses(
        (status = 200, description = "It is asked for again, or nothing of it is missing", body = BackfillRetried),
        (status = 404, description = "The team has no such user, or they no connection", body = crate::ErrorBody),
        (status = 409, description = "The connection is not active", body = crate::ErrorBody),
    ),
    security(("api_key" = []), ("developer_token" = []))
)]
pub(crate) async fn retry(
    Within(state): Within<State>,
    TeamUser { caller, user }: TeamUser,
    path: PathParams,
) -> Result<Json<BackfillRetried>> {
    let part_type = state.sync.history_type(&GARMIN, path.text("type_name"));
    let part_type = part_type.ok_or_else(|| ApiError::invalid("type_name", "Input is no type with a history"))?;
    let planned = state.sync.retry_history(caller.team_id, user.id, &GARMIN, part_type).await.map_err(sync_error)?;
    let (status, message) = if planned {
        ("triggered", "What is missing is asked for again")
    } else {
        ("nothing_missing", "Nothing of this type is missing, or it is not permitted")
    };
    Ok(Json(BackfillRetried { success: true, user_id: user.id, part_type, status, message }))
}
