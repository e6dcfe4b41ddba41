//! `DELETE /api/v1/developer/api-keys/{key_id}`: ends a key.

use crate::{
    State,
    access::DeveloperCaller,
    error::Result,
    state::Within,
    v1::api_keys::{ApiKeyRead, find},
    wire::PathParams,
};
use axum::Json;

#[utoipa::path(
    delete, path = "/api/v1/developer/api-keys/{key_id}", tag = "API keys", operation_id = "delete_api_key",
    summary = "End a key",
    params(("key_id" = String, Path, description = "Its uuid, or its id as lists show it")),
    responses(
        (status = 200, description = "The key that was", body = ApiKeyRead),
        (status = 404, description = "The team has no such key", body = crate::ErrorBody),
    ),
    security(("developer_token" = []))
)]
pub(crate) async fn delete(
    Within(state): Within<State>,
    caller: DeveloperCaller,
    path: PathParams,
) -> Result<Json<ApiKeyRead>> {
    let id = find(&state, caller.team_id, path.text("key_id")).await?;
    Ok(Json(state.store.delete_api_key(caller.team_id, id).await?.into()))
}
