//! `PATCH /api/v1/developer/api-keys/{key_id}`: renames a key.

use crate::{
    State,
    access::DeveloperCaller,
    error::{ApiError, Result},
    state::Within,
    v1::api_keys::{ApiKeyRead, check_key_name, find},
    wire::{JsonBody, PathParams},
};
use axum::Json;
use serde::Deserialize;
use utoipa::ToSchema;

/// What to change.
#[derive(Deserialize, ToSchema)]
pub(crate) struct ApiKeyUpdate {
    /// The name to have.
    name: Option<String>,
}

#[utoipa::path(
    patch, path = "/api/v1/developer/api-keys/{key_id}", tag = "API keys", operation_id = "rename_api_key",
    summary = "Rename a key", request_body = ApiKeyUpdate,
    params(("key_id" = String, Path, description = "Its uuid, or its id as lists show it")),
    responses(
        (status = 200, description = "The key, masked", body = ApiKeyRead),
        (status = 404, description = "The team has no such key", body = crate::ErrorBody),
    ),
    security(("developer_token" = []))
)]
pub(crate) async fn rename(
    Within(state): Within<State>,
    caller: DeveloperCaller,
    path: PathParams,
    JsonBody(update): JsonBody<ApiKeyUpdate>,
) -> Result<Json<ApiKeyRead>> {
    let id = find(&state, caller.team_id, path.text("key_id")).await?;
    if let Some(name) = update.name {
        let name = check_key_name(Some(name))?;
        return Ok(Json(state.store.rename_api_key(caller.team_id, id, name).await?.into()));
    }
    let keys = state.store.list_api_keys(caller.team_id).await?;
    let key = keys.into_iter().find(|key| key.id == id);
    Ok(Json(key.ok_or_else(|| ApiError::NotFound("API key not found".to_owned()))?.into()))
}
