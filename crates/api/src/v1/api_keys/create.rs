//! `POST /api/v1/developer/api-keys`: makes a key and shows it, this once.

use crate::{
    State,
    access::DeveloperCaller,
    error::Result,
    state::Within,
    v1::api_keys::{ApiKeyRead, check_key_name},
    wire::OptionalJson,
};
use axum::{Json, http::StatusCode};
use model::ApiKeyId;
use serde::Deserialize;
use store::ApiKey;
use utoipa::ToSchema;

/// A key to make.
#[derive(Default, Deserialize, ToSchema)]
pub(crate) struct ApiKeyCreate {
    /// Its name; `Default` when left out.
    name: Option<String>,
}

#[utoipa::path(
    post, path = "/api/v1/developer/api-keys", tag = "API keys", operation_id = "create_api_key",
    summary = "Make a key", description = "The key is in `id` of this answer and never shown again.",
    request_body = Option<ApiKeyCreate>,
    responses((status = 201, description = "The key", body = ApiKeyRead)),
    security(("developer_token" = []))
)]
pub(crate) async fn create(
    Within(state): Within<State>,
    caller: DeveloperCaller,
    OptionalJson(request): OptionalJson<ApiKeyCreate>,
) -> Result<(StatusCode, Json<ApiKeyRead>)> {
    let name = check_key_name(request.unwrap_or_default().name)?;
    let secret = seal::generate_token("sk-", &state.rng);
    let key = ApiKey {
        id: ApiKeyId::generate(&state.clock, &state.rng),
        team_id: caller.team_id,
        hash: seal::hash_token(&secret),
        masked: seal::masked(&secret),
        name,
        created_by: Some(caller.developer),
        created_at: state.clock.now(),
        last_used_at: None,
        expires_at: None,
    };
    state.store.create_api_key(key.clone()).await?;
    Ok((StatusCode::CREATED, Json(ApiKeyRead::shown(key, secret))))
}
