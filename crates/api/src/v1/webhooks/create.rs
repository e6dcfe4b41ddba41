//! `POST /api/v1/webhooks/endpoints`: adds an endpoint with a fresh signing secret.

use super::{
    EndpointRead,
    rules::{check_description, check_types, check_url, check_user},
};
use crate::{State, access::DeveloperCaller, error::Result, state::Within, wire::JsonBody};
use axum::{Json, http::StatusCode};
use model::{EndpointId, UserId};
use seal::WebhookSecret;
use serde::Deserialize;
use store::Endpoint;
use utoipa::ToSchema;

/// An endpoint to add.
#[derive(Deserialize, ToSchema)]
pub(crate) struct EndpointCreate {
    /// Where messages go: https on port 443 of a public address, unless the installation allows more.
    url: String,
    /// What it is for.
    description: Option<String>,
    /// Only these event types; all if left out.
    filter_types: Option<Vec<String>>,
    /// Only about this user; all if left out.
    #[schema(value_type = Option<uuid::Uuid>)]
    user_id: Option<UserId>,
}

#[utoipa::path(
    post, path = "/api/v1/webhooks/endpoints", tag = "Webhooks", operation_id = "create_endpoint",
    summary = "Add an endpoint", request_body = EndpointCreate,
    responses(
        (status = 201, description = "The endpoint; its secret is at `…/secret`", body = EndpointRead),
        (status = 400, description = "A field cannot be so, or messages would never be sent there", body = crate::ErrorBody),
        (status = 404, description = "The team has no such user", body = crate::ErrorBody),
    ),
    security(("developer_token" = []))
)]
pub(crate) async fn create(
    Within(state): Within<State>,
    caller: DeveloperCaller,
    JsonBody(request): JsonBody<EndpointCreate>,
) -> Result<(StatusCode, Json<EndpointRead>)> {
    let id = EndpointId::generate(&state.clock, &state.rng);
    let secret = WebhookSecret::generate(&state.rng);
    let now = state.clock.now();
    let endpoint = Endpoint {
        id,
        team_id: caller.team_id,
        url: check_url(&state.settings.endpoint_policy, &request.url)?,
        description: check_description(request.description)?,
        filter_types: check_types(request.filter_types)?,
        user_id: check_user(&state, caller.team_id, request.user_id).await?,
        secret: deliver::seal_secret(&state.keyring, &state.rng, id, &secret),
        enabled: true,
        created_at: now,
        updated_at: now,
    };
    state.store.put_endpoint(endpoint.clone()).await?;
    Ok((StatusCode::CREATED, Json(endpoint.into())))
}
