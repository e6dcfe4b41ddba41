//! `DELETE /api/v1/webhooks/endpoints/{endpoint_id}`: removes an endpoint and what waits for it.

use crate::{
    State,
    access::DeveloperCaller,
    error::{ApiError, Result},
    state::Within,
    wire::PathParams,
};
use axum::http::StatusCode;

#[utoipa::path(
    delete, path = "/api/v1/webhooks/endpoints/{endpoint_id}", tag = "Webhooks", operation_id = "delete_endpoint",
    summary = "Remove an endpoint", description = "Messages that wait for it go with it.",
    params(("endpoint_id" = String, Path, description = "The endpoint")),
    responses(
        (status = 204, description = "Removed"),
        (status = 404, description = "The team has no such endpoint", body = crate::ErrorBody),
    ),
    security(("developer_token" = []))
)]
pub(crate) async fn delete(
    Within(state): Within<State>,
    caller: DeveloperCaller,
    path: PathParams,
) -> Result<StatusCode> {
    let removed = match path.text("endpoint_id").parse() {
        Ok(id) => state.store.delete_endpoint(caller.team_id, id).await?,
        Err(_) => false,
    };
    match removed {
        true => Ok(StatusCode::NO_CONTENT),
        false => Err(ApiError::NotFound("Webhook endpoint not found".to_owned())),
    }
}
