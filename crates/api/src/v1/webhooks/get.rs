//! `GET /api/v1/webhooks/endpoints/{endpoint_id}`: an endpoint.

use super::{EndpointRead, find};
use crate::{State, access::DeveloperCaller, error::Result, state::Within, wire::PathParams};
use axum::Json;

#[utoipa::path(
    get, path = "/api/v1/webhooks/endpoints/{endpoint_id}", tag = "Webhooks", operation_id = "get_endpoint",
    summary = "Get an endpoint",
    params(("endpoint_id" = String, Path, description = "The endpoint")),
    responses(
        (status = 200, description = "The endpoint", body = EndpointRead),
        (status = 404, description = "The team has no such endpoint", body = crate::ErrorBody),
    ),
    security(("developer_token" = []))
)]
pub(crate) async fn get(
    Within(state): Within<State>,
    caller: DeveloperCaller,
    path: PathParams,
) -> Result<Json<EndpointRead>> {
    Ok(Json(find(&state, caller.team_id, &path).await?.into()))
}
