//! `POST /api/v1/developer/api-keys/{key_id}/rotate`: a fresh key in an old one's place, shown this once.

use crate::{
    State,
    access::DeveloperCaller,
    error::Result,
    state::Within,
    v1::api_keys::{ApiKeyRead, find},
    wire::PathParams,
};
use axum::{Json, http::StatusCode};

#[utoipa::path(
    post, path = "/api/v1/developer/api-keys/{key_id}/rotate", tag = "API keys", operation_id = "rotate_api_key",
    summary = "Rotate a key", description = "Name and uuid stay; the key so far is good no more.",
    params(("key_id" = String, Path, description = "Its uuid, or its id as lists show it")),
    responses(
        (status = 201, description = "The fresh key, shown this once", body = ApiKeyRead),
        (status = 404, description = "The team has no such key", body = crate::ErrorBody),
    ),
    security(("developer_token" = []))
)]
pub(crate) async fn rotate(
    Within(state): Within<State>,
    caller: DeveloperCaller,
    path: PathParams,
) -> Result<(StatusCode, Json<ApiKeyRead>)> {
    let id = find(&state, caller.team_id, path.text("key_id")).await?;
    let secret = seal::generate_token("sk-", &state.rng);
    let (hash, masked) = (seal::hash_token(&secret), seal::masked(&secret));
    let key = state.store.rotate_api_key(caller.team_id, id, hash, masked).await?;
    Ok((StatusCode::CREATED, Json(ApiKeyRead::shown(key, secret))))
}
