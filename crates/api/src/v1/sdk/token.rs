//! `POST /api/v1/users/{user_id}/token`: tokens for a user's phone, for an application of the team or a developer.

use super::issue;
use crate::{
    State,
    access::{MaybeDeveloper, PeerAddress, not_found},
    error::{ApiError, Result},
    state::Within,
    v1::auth::TokenResponse,
    wire::{OptionalJson, PathParams},
};
use axum::Json;
use model::{TeamId, UserId};
use serde::Deserialize;
use utoipa::ToSchema;

/// An application's credentials; a developer with a token needs none.
#[derive(Default, Deserialize, ToSchema)]
pub(crate) struct SDKTokenRequest {
    /// The application.
    app_id: Option<String>,
    /// Its secret.
    app_secret: Option<String>,
}

#[utoipa::path(
    post, path = "/api/v1/users/{user_id}/token", tag = "Mobile SDK", operation_id = "create_user_token",
    summary = "Get tokens for a user's phone",
    description = "The access token is a JWT with `sub`, `scope`, `app_id` and `exp`, good for that user's data alone.",
    params(("user_id" = uuid::Uuid, Path, description = "The user")),
    request_body = Option<SDKTokenRequest>,
    responses(
        (status = 200, description = "A pair of tokens", body = TokenResponse),
        (status = 401, description = "The application's credentials are not good", body = crate::ErrorBody),
        (status = 404, description = "The team has no such user", body = crate::ErrorBody),
        (status = 429, description = "Too many tries; see Retry-After", body = crate::ErrorBody),
    )
)]
pub(crate) async fn token(
    Within(state): Within<State>,
    MaybeDeveloper(developer): MaybeDeveloper,
    PeerAddress(address): PeerAddress,
    path: PathParams,
    OptionalJson(request): OptionalJson<SDKTokenRequest>,
) -> Result<Json<TokenResponse>> {
    let (team, app_id) = match (request.unwrap_or_default(), developer) {
        (SDKTokenRequest { app_id: Some(app_id), app_secret: Some(secret) }, _) => {
            state.token_limit.count(&state.clock, &address)?;
            (team_of(&state, &app_id, &secret).await?, app_id)
        }
        (_, Some(developer)) => (developer.team_id, format!("admin:{}", developer.developer)),
        (_, None) => {
            let text = "Either app credentials (app_id, app_secret) or admin authentication (Bearer token) is required";
            return Err(ApiError::BadRequest(text.to_owned()));
        }
    };
    let id: UserId = path.id("user_id")?;
    let user = state.store.find_user(team, id).await?.ok_or_else(|| not_found(id))?;
    Ok(Json(issue(&state, (team, user.id), app_id, state.rng.bytes()).await?))
}

/// The team of an application whose secret this is.
async fn team_of(state: &State, app_id: &str, secret: &str) -> Result<TeamId> {
    let app = state.store.find_application(app_id).await?;
    // compared also where there is no such application, so that both take as long
    let expected = app.as_ref().map_or([0; 32], |app| app.secret_hash);
    let is_good = seal::constant_time_eq(&expected, &seal::hash_token(secret));
    match app {
        Some(app) if is_good => Ok(app.team_id),
        _ => Err(ApiError::Unauthorized("Invalid application credentials")),
    }
}
