//! `GET /health/ready`: the store reads and writes, and there is room for what comes in.

use super::live::Health;
use crate::{
    State,
    error::{ApiError, Result},
    state::Within,
};
use axum::Json;

#[utoipa::path(
    get, path = "/health/ready", tag = "System", operation_id = "health_ready", summary = "Can requests be served",
    responses(
        (status = 200, description = "Yes", body = Health),
        (status = 503, description = "No: the store or the room for incoming bodies", body = crate::ErrorBody),
    )
)]
pub(crate) async fn ready(Within(state): Within<State>) -> Result<Json<Health>> {
    if state.shutdown.is_cancelled() {
        return Err(ApiError::Unavailable { reason: "The service is shutting down", retry_after_s: 5 });
    }
    if let Err(error) = state.store.check().await {
        tracing::warn!(%error, "not ready: the store does not answer as it should");
        return Err(ApiError::Unavailable { reason: "The store is not ready", retry_after_s: 5 });
    }
    state
        .intake
        .check_room()
        .map_err(|_| ApiError::Unavailable { reason: "No room at the moment", retry_after_s: 30 })?;
    Ok(Json(Health { status: "ok" }))
}
