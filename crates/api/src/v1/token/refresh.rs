//! `POST /api/v1/token/refresh`: the next pair of tokens for a refresh token. A token that is used twice
//! has been stolen or lost: then all that descend from its login end.

use crate::{
    State,
    access::PeerAddress,
    error::{ApiError, Result},
    state::Within,
    v1::{
        auth::{TokenResponse, issue},
        token::RefreshTokenRequest,
    },
    wire::JsonBody,
};
use axum::Json;
use store::RefreshUse;

#[utoipa::path(
    post, path = "/api/v1/token/refresh", tag = "Auth", summary = "Get the next pair of tokens",
    description = "A refresh token is good once and 30 days. Using it twice ends every token of the same login.",
    request_body = RefreshTokenRequest,
    responses(
        (status = 200, description = "A pair of tokens", body = TokenResponse),
        (status = 401, description = "The token is unknown, used, revoked or past its end", body = crate::ErrorBody),
        (status = 429, description = "Too many tries; see Retry-After", body = crate::ErrorBody),
    )
)]
pub(crate) async fn refresh(
    Within(state): Within<State>,
    PeerAddress(address): PeerAddress,
    JsonBody(request): JsonBody<RefreshTokenRequest>,
) -> Result<Json<TokenResponse>> {
    state.token_limit.count(&state.clock, &address)?;
    let hash = seal::hash_token(&request.refresh_token);
    match state.store.use_refresh_token(hash, state.clock.now()).await? {
        RefreshUse::Good(session) => {
            Ok(Json(issue(&state, session.developer_id, session.team_id, session.family).await?))
        }
        RefreshUse::Reused => {
            tracing::warn!("a refresh token was used twice; its sessions are ended");
            Err(ApiError::Unauthorized("Invalid or expired refresh token"))
        }
        RefreshUse::Unknown => Err(ApiError::Unauthorized("Invalid or expired refresh token")),
    }
}
