//! Makes a phone's pair of tokens: a signed one to send with, one to get the next pair with.

use crate::{
    State,
    access::PhoneClaims,
    error::{ApiError, Result},
    v1::auth::TokenResponse,
};
use model::{TeamId, UserId};
use store::PhoneToken;

const ACCESS_S: i64 = 3_600;
const REFRESH_S: i64 = 90 * 86_400;

/// Makes and keeps a pair of tokens of a family, for a user of a team.
pub(crate) async fn issue(
    state: &State,
    (team_id, user_id): (TeamId, UserId),
    app_id: String,
    family: [u8; 16],
) -> Result<TokenResponse> {
    let now = state.clock.now();
    let claims = PhoneClaims::new(user_id, app_id.clone(), now.plus_seconds(ACCESS_S).as_seconds());
    let claims = serde_json::to_string(&claims).map_err(|error| ApiError::internal(&error))?;
    let refresh_token = seal::generate_token("rt-", &state.rng);
    let kept = PhoneToken {
        token_hash: seal::hash_token(&refresh_token),
        family,
        team_id,
        user_id,
        app_id,
        created_at: now,
        expires_at: now.plus_seconds(REFRESH_S),
    };
    state.store.create_phone_token(kept).await?;
    Ok(TokenResponse::of(state.keyring.sign_jwt(&claims), refresh_token, ACCESS_S))
}
