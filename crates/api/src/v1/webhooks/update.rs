//! `PATCH /api/v1/webhooks/endpoints/{endpoint_id}`: changes an endpoint; what is left out stays.

use super::{
    EndpointRead, find,
    rules::{check_description, check_types, check_url, check_user},
};
use crate::{
    State,
    access::DeveloperCaller,
    error::Result,
    state::Within,
    wire::{JsonBody, PathParams, given},
};
use axum::Json;
use model::UserId;
use serde::Deserialize;
use utoipa::ToSchema;

/// What to change; null empties a field.
#[derive(Deserialize, ToSchema)]
pub(crate) struct EndpointUpdate {
    /// Where messages go.
    url: Option<String>,
    /// What it is for.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<String>)]
    description: Option<Option<String>>,
    /// Only these event types.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<Vec<String>>)]
    filter_types: Option<Option<Vec<String>>>,
    /// Only about this user.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<uuid::Uuid>)]
    user_id: Option<Option<UserId>>,
}

#[utoipa::path(
    patch, path = "/api/v1/webhooks/endpoints/{endpoint_id}", tag = "Webhooks", operation_id = "update_endpoint",
    summary = "Change an endpoint", request_body = EndpointUpdate,
    params(("endpoint_id" = String, Path, description = "The endpoint")),
    responses(
        (status = 200, description = "The endpoint as changed", body = EndpointRead),
        (status = 400, description = "A field cannot be so, or messages would never be sent there", body = crate::ErrorBody),
        (status = 404, description = "The team has no such endpoint or user", body = crate::ErrorBody),
    ),
    security(("developer_token" = []))
)]
pub(crate) async fn update(
    Within(state): Within<State>,
    caller: DeveloperCaller,
    path: PathParams,
    JsonBody(update): JsonBody<EndpointUpdate>,
) -> Result<Json<EndpointRead>> {
    let mut endpoint = find(&state, caller.team_id, &path).await?;
    if let Some(url) = update.url {
        endpoint.url = check_url(&state.settings.endpoint_policy, &url)?;
    }
    if let Some(description) = update.description {
        endpoint.description = check_description(description)?;
    }
    if let Some(types) = update.filter_types {
        endpoint.filter_types = check_types(types)?;
    }
    if let Some(user) = update.user_id {
        endpoint.user_id = check_user(&state, caller.team_id, user).await?;
    }
    endpoint.updated_at = state.clock.now();
    state.store.put_endpoint(endpoint.clone()).await?;
    Ok(Json(endpoint.into()))
}
