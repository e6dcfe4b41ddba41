//! `POST /api/v1/invitation-code/redeem`: tokens for a phone, for a code that is good once.

use super::is_code;
use crate::{
    State,
    access::PeerAddress,
    error::{ApiError, Result},
    state::Within,
    v1::{auth::TokenResponse, sdk},
    wire::JsonBody,
};
use axum::Json;
use model::UserId;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A code to use.
#[derive(Deserialize, ToSchema)]
pub(crate) struct UserInvitationCodeRedeem {
    /// The eight signs.
    code: String,
}

/// Tokens, and whose phone they are for.
#[derive(Serialize, ToSchema)]
pub(crate) struct InvitationCodeRedeemResponse {
    #[serde(flatten)]
    tokens: TokenResponse,
    /// The user.
    #[schema(value_type = uuid::Uuid)]
    user_id: UserId,
}

#[utoipa::path(
    post, path = "/api/v1/invitation-code/redeem", tag = "Mobile SDK", operation_id = "redeem_invitation_code",
    summary = "Use a code", request_body = UserInvitationCodeRedeem,
    responses(
        (status = 200, description = "Tokens for the phone", body = InvitationCodeRedeemResponse),
        (status = 404, description = "The code is unknown, used or past its end", body = crate::ErrorBody),
        (status = 429, description = "Too many tries; see Retry-After", body = crate::ErrorBody),
    )
)]
pub(crate) async fn redeem(
    Within(state): Within<State>,
    PeerAddress(address): PeerAddress,
    JsonBody(request): JsonBody<UserInvitationCodeRedeem>,
) -> Result<Json<InvitationCodeRedeemResponse>> {
    state.redeem_limit.count(&state.clock, &address)?;
    if !is_code(&request.code) {
        return Err(ApiError::invalid("code", "String should match pattern '^[A-Z2-9]{8}$'"));
    }
    let hash = seal::hash_token(&request.code);
    let code = state.store.redeem_invitation_code(hash, state.clock.now()).await?;
    let code = code.ok_or_else(|| ApiError::NotFound("Invalid or expired invitation code".to_owned()))?;
    let app_id = format!("invite:{}", code.created_by);
    let tokens = sdk::issue(&state, (code.team_id, code.user_id), app_id, state.rng.bytes()).await?;
    Ok(Json(InvitationCodeRedeemResponse { tokens, user_id: code.user_id }))
}
