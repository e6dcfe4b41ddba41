//! `GET /api/v1/webhooks/endpoints/{endpoint_id}/secret`: the secret that an endpoint's messages are signed with.

use super::find;
use crate::{
    State,
    access::DeveloperCaller,
    error::{ApiError, Result},
    state::Within,
    wire::PathParams,
};
use axum::Json;
use serde::Serialize;
use utoipa::ToSchema;

/// A signing secret.
#[derive(Serialize, ToSchema)]
pub(crate) struct EndpointSecret {
    /// `whsec_` and base64, as Standard Webhooks and Svix libraries take it.
    key: String,
}

#[utoipa::path(
    get, path = "/api/v1/webhooks/endpoints/{endpoint_id}/secret", tag = "Webhooks",
    operation_id = "get_endpoint_secret", summary = "Show an endpoint's signing secret",
    params(("endpoint_id" = String, Path, description = "The endpoint")),
    responses(
        (status = 200, description = "The secret", body = EndpointSecret),
        (status = 404, description = "The team has no such endpoint", body = crate::ErrorBody),
    ),
    security(("developer_token" = []))
)]
pub(crate) async fn secret(
    Within(state): Within<State>,
    caller: DeveloperCaller,
    path: PathParams,
) -> Result<Json<EndpointSecret>> {
    let endpoint = find(&state, caller.team_id, &path).await?;
    let secret = deliver::open_secret(&state.keyring, endpoint.id, &endpoint.secret);
    let secret = secret.ok_or_else(|| ApiError::internal(&"an endpoint's secret does not open"))?;
    Ok(Json(EndpointSecret { key: secret.reveal().to_string() }))
}
