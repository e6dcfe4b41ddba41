//! `GET /api/v1/developer/api-keys`: the team's keys, masked.

use crate::{State, access::DeveloperCaller, error::Result, state::Within, v1::api_keys::ApiKeyRead};
use axum::Json;

#[utoipa::path(
    get, path = "/api/v1/developer/api-keys", tag = "API keys", operation_id = "list_api_keys", summary = "List keys",
    responses((status = 200, description = "The team's keys, newest first, masked", body = Vec<ApiKeyRead>)),
    security(("developer_token" = []))
)]
pub(crate) async fn list(Within(state): Within<State>, caller: DeveloperCaller) -> Result<Json<Vec<ApiKeyRead>>> {
    let keys = state.store.list_api_keys(caller.team_id).await?;
    Ok(Json(keys.into_iter().map(ApiKeyRead::from).collect()))
}
