//! `GET /api/v1/oauth/{provider}/authorize`: where to send a user so that they connect their account.

use super::error::sync_error;
use crate::{
    State,
    access::Caller,
    error::{ApiError, Result},
    state::Within,
    wire::{PathParams, Query},
};
use axum::Json;
use model::UserId;
use serde::Serialize;
use utoipa::ToSchema;

/// Where to send the user.
#[derive(Serialize, ToSchema)]
pub(crate) struct AuthorizationUrl {
    /// The provider's consent page for this attempt.
    authorization_url: String,
    /// Names the attempt; good once, 15 minutes.
    state: String,
}

#[utoipa::path(
    get, path = "/api/v1/oauth/{provider}/authorize", tag = "Connections", operation_id = "authorize",
    summary = "Begin to connect an account",
    params(
        ("provider" = String, Path, description = "The provider's short name"),
        ("user_id" = uuid::Uuid, Query, description = "Whose account is connected"),
        ("redirect_uri" = Option<String>, Query, description = "Where the browser goes afterwards; must be on the allow list"),
    ),
    responses(
        (status = 200, description = "Where to send the user", body = AuthorizationUrl),
        (status = 404, description = "The team has no such user", body = crate::ErrorBody),
    ),
    security(("api_key" = []), ("developer_token" = []))
)]
pub(crate) async fn authorize(
    Within(state): Within<State>,
    caller: Caller,
    path: PathParams,
    query: Query,
) -> Result<Json<AuthorizationUrl>> {
    let name = path.text("provider");
    let provider = ::providers::find(name).ok_or_else(|| {
        let names: Vec<String> = ::providers::all().map(|one| format!("'{}'", one.manifest().name)).collect();
        ApiError::invalid("provider", format!("Input should be {}", names.join(", ")))
    })?;
    if provider.manifest().oauth.is_none() {
        return Err(ApiError::BadRequest(format!("Provider '{name}' does not support OAuth")));
    }
    let user_id: UserId = query.id("user_id")?.ok_or_else(|| ApiError::invalid("user_id", "Field required"))?;
    if state.store.find_user(caller.team_id, user_id).await?.is_none() {
        return Err(ApiError::NotFound(format!("User with ID: {user_id} not found.")));
    }
    let redirect_uri = query.text("redirect_uri").filter(|uri| !uri.is_empty()).map(str::to_owned);
    let begun = state.sync.begin(caller.team_id, user_id, &provider.manifest().name, redirect_uri).await;
    let begun = begun.map_err(sync_error)?;
    Ok(Json(AuthorizationUrl { authorization_url: begun.url.to_string(), state: begun.state.to_string() }))
}
