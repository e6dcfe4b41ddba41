//! `POST /api/v1/token/revoke`: gives a refresh token up, with all tokens of the same login.

use crate::{
    State,
    access::PeerAddress,
    error::{ApiError, Result},
    state::Within,
    v1::token::RefreshTokenRequest,
    wire::JsonBody,
};
use axum::http::StatusCode;

#[utoipa::path(
    post, path = "/api/v1/token/revoke", tag = "Auth", summary = "Give a refresh token up",
    request_body = RefreshTokenRequest,
    responses(
        (status = 204, description = "All tokens of the same login have ended"),
        (status = 404, description = "The token is unknown", body = crate::ErrorBody),
        (status = 429, description = "Too many tries; see Retry-After", body = crate::ErrorBody),
    )
)]
pub(crate) async fn revoke(
    Within(state): Within<State>,
    PeerAddress(address): PeerAddress,
    JsonBody(request): JsonBody<RefreshTokenRequest>,
) -> Result<StatusCode> {
    state.token_limit.count(&state.clock, &address)?;
    let hash = seal::hash_token(&request.refresh_token);
    let found = state.store.revoke_session_family(hash).await? || state.store.revoke_phone_family(hash).await?;
    match found {
        true => Ok(StatusCode::NO_CONTENT),
        false => Err(ApiError::NotFound("Refresh token not found".to_owned())),
    }
}
