//! A phone that sends for its user: with the token that it was given, which is good for that user alone, or with an
//! API key of the user's team.

use super::{
    caller::{KEY_HEADER, KEY_PREFIX, bearer, by_key},
    team_user,
};
use crate::{
    State,
    error::{ApiError, Result},
    wire::PathParams,
};
use axum::{extract::FromRequestParts, http::request::Parts};
use model::UserId;
use store::User;

/// What a phone's tokens are good for.
const SCOPE: &str = "sdk";

/// What a phone's token says.
#[derive(serde::Serialize, serde::Deserialize)]
pub(crate) struct PhoneClaims {
    /// Whose phone.
    pub(crate) sub: UserId,
    /// Always `sdk`.
    pub(crate) scope: String,
    /// Who let it send.
    pub(crate) app_id: String,
    /// When it ends, seconds since 1970.
    pub(crate) exp: i64,
}

impl PhoneClaims {
    pub(crate) fn new(sub: UserId, app_id: String, exp: i64) -> Self {
        Self { sub, scope: SCOPE.to_owned(), app_id, exp }
    }

    /// The claims of a token that we signed for a phone; whether its time is over is told beside.
    pub(crate) fn read(state: &State, token: &str) -> Option<(Self, bool)> {
        let claims: Self = serde_json::from_slice(&state.keyring.verify_jwt(token)?).ok()?;
        let is_over = claims.exp <= state.clock.now().as_seconds();
        (claims.scope == SCOPE).then_some((claims, is_over))
    }
}

/// The user that the path names, for whom the sender may send.
pub(crate) struct PhoneUser(pub(crate) User);

impl FromRequestParts<State> for PhoneUser {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &State) -> Result<Self> {
        let needed = ApiError::Unauthorized("Authentication required: provide SDK token or API key");
        let key = parts.headers.get(KEY_HEADER).map(|key| key.to_str().unwrap_or_default());
        let caller = match (key, bearer(&parts.headers)) {
            (Some(key), _) => by_key(state, key).await?,
            (None, Some(key)) if key.starts_with(KEY_PREFIX) => by_key(state, key).await?,
            (None, Some(token)) => {
                let token = token.to_owned();
                let (claims, is_over) = PhoneClaims::read(state, &token).ok_or(needed)?;
                if is_over {
                    return Err(ApiError::Unauthorized("Invalid or expired token"));
                }
                let id: UserId = PathParams::from_request_parts(parts, state).await?.id("user_id")?;
                if id != claims.sub {
                    return Err(ApiError::Forbidden("Token does not match user_id"));
                }
                let user = state.store.load_user(id).await?;
                return user.map(Self).ok_or(ApiError::Unauthorized("Invalid or expired token"));
            }
            (None, None) => return Err(needed),
        };
        let id: UserId = PathParams::from_request_parts(parts, state).await?.id("user_id")?;
        let user = state.store.find_user(caller.team_id, id).await?;
        user.map(Self).ok_or_else(|| team_user::not_found(id))
    }
}
