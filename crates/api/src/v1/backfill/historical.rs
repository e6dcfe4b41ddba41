//! `POST /api/v1/providers/{provider}/users/{user_id}/sync/historical`: asks for a deeper history.

use crate::{
    State,
    access::TeamUser,
    error::{ApiError, Result},
    state::Within,
    v1::oauth::sync_error,
    wire::{PathParams, Query},
};
use axum::Json;
use model::{ProviderName, RunId};
use serde::Serialize;
use utoipa::ToSchema;

/// History is asked for.
#[derive(Serialize, ToSchema)]
pub(crate) struct HistoricalSync {
    /// Always true.
    success: bool,
    /// Always true: the data comes later.
    r#async: bool,
    /// The run, as sync events name it.
    #[schema(value_type = Option<String>)]
    task_id: Option<RunId>,
    /// How many days back.
    days: u32,
    /// For people.
    message: String,
}

#[utoipa::path(
    post, path = "/api/v1/providers/{provider}/users/{user_id}/sync/historical", tag = "Sync",
    operation_id = "sync_historical_data", summary = "Ask for a deeper history",
    description = "So many days before today, as far as they are not there. The provider's own depth still holds: \
                   what it does not give is shown as unavailable in `backfill/status`.",
    params(
        ("provider" = String, Path, description = "The provider's short name"),
        ("user_id" = uuid::Uuid, Path, description = "The user"),
        ("days" = Option<u32>, Query, minimum = 1, maximum = 3650, description = "How many days; 90 if left out"),
    ),
    responses(
        (status = 200, description = "It is asked for, or all is there", body = HistoricalSync),
        (status = 404, description = "The team has no such user, or they no connection", body = crate::ErrorBody),
        (status = 409, description = "The connection is not active", body = crate::ErrorBody),
    ),
    security(("api_key" = []), ("developer_token" = []))
)]
pub(crate) async fn historical(
    Within(state): Within<State>,
    TeamUser { caller, user }: TeamUser,
    path: PathParams,
    query: Query,
) -> Result<Json<HistoricalSync>> {
    let days = query.integer("days", 90, 1..=3650)?;
    let provider = ProviderName::parse(path.text("provider"))
        .ok_or_else(|| ApiError::BadRequest(format!("unknown provider `{}`", path.text("provider"))))?;
    let asked = state.sync.extend_history(caller.team_id, user.id, &provider, days).await.map_err(sync_error)?;
    let status = state.sync.history_status(caller.team_id, user.id, &provider).await.map_err(sync_error)?;
    let message = if asked {
        format!("History of {days} days is asked for from {provider}")
    } else {
        format!("History of {days} days is there already or is being asked for")
    };
    Ok(Json(HistoricalSync { success: true, r#async: true, task_id: status.run_id, days, message }))
}
