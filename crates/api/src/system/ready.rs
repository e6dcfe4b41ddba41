//! `GET /health/ready`: the store reads and writes, and there is room for what comes in.

use super::live::Health;
use crate::{
    State,
    error::{ApiError, Result},
    state::Within,
    v1::inbound::refusal,
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
        return Err(match error.into() {
            // whatever it is, it is no fault of the request
            ApiError::Internal => ApiError::Unavailable { reason: "The store is not ready", retry_after_s: 5 },
            named => named,
        });
    }
    state.intake.check_room().map_err(refusal)?;
    Ok(Json(Health { status: "ok" }))
}
