//! `POST /api/v1/token/refresh`: the next pair of tokens for a refresh token. A token that is used twice
//! has been stolen or lost: then all that descend from its login end.

use crate::{
    State,
    access::PeerAddress,
    error::{ApiError, Result},
    state::Within,
    v1::{
        auth::{TokenResponse, issue},
        sdk,
        token::RefreshTokenRequest,
    },
    wire::JsonBody,
};
use axum::Json;
use store::{PhoneRefresh, RefreshUse};

#[utoipa::path(
    post, path = "/api/v1/token/refresh", tag = "Auth", summary = "Get the next pair of tokens",
    description = "A developer's refresh token is good once and 30 days; using it twice ends every token of the same \
                   login. A phone's is good for 90 days; it may come twice as long as what it was given was not used.",
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
        RefreshUse::Unknown => refresh_phone(&state, hash).await,
    }
}

async fn refresh_phone(state: &State, hash: [u8; 32]) -> Result<Json<TokenResponse>> {
    match state.store.use_phone_token(hash, state.clock.now()).await? {
        PhoneRefresh::Good(token) => {
            let holder = (token.team_id, token.user_id);
            Ok(Json(sdk::issue(state, holder, token.app_id, token.family).await?))
        }
        PhoneRefresh::Reused => {
            tracing::warn!("a phone's refresh token was used by two; its tokens are ended");
            Err(ApiError::Unauthorized("Invalid or expired refresh token"))
        }
        PhoneRefresh::Unknown => Err(ApiError::Unauthorized("Invalid or expired refresh token")),
    }
}
