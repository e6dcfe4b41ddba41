//! `GET /api/v1/webhooks/endpoints`: the team's endpoints.

use super::EndpointRead;
use crate::{State, access::DeveloperCaller, error::Result, state::Within};
use axum::Json;

#[utoipa::path(
    get, path = "/api/v1/webhooks/endpoints", tag = "Webhooks", operation_id = "list_endpoints",
    summary = "List endpoints",
    responses((status = 200, description = "The team's endpoints, oldest first", body = Vec<EndpointRead>)),
    security(("developer_token" = []))
)]
pub(crate) async fn list(Within(state): Within<State>, caller: DeveloperCaller) -> Result<Json<Vec<EndpointRead>>> {
    let endpoints = state.store.list_endpoints(caller.team_id).await?;
    Ok(Json(endpoints.into_iter().map(EndpointRead::from).collect()))
}
