//! The caller: an API key by its header or as bearer, or a developer's access token.

use super::phone::PhoneClaims;
use crate::{
    State,
    error::{ApiError, Result},
};
use axum::{
    extract::FromRequestParts,
    http::{HeaderMap, header, request::Parts},
};
use model::{DeveloperId, TeamId};
use store::ApiKey;

pub(super) const KEY_HEADER: &str = "x-open-wearables-api-key";
pub(super) const KEY_PREFIX: &str = "sk-";
/// Keys are marked as used at most once a minute.
const TOUCH_EVERY_US: i64 = 60_000_000;

/// A developer, where one may call but need not: a token that is not good counts as none.
pub(crate) struct MaybeDeveloper(pub(crate) Option<DeveloperCaller>);

impl FromRequestParts<State> for MaybeDeveloper {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &State) -> Result<Self> {
        match DeveloperCaller::from_request_parts(parts, state).await {
            Ok(caller) => Ok(Self(Some(caller))),
            Err(ApiError::NotDeveloper | ApiError::Unauthorized(_)) => Ok(Self(None)),
            Err(error) => Err(error),
        }
    }
}

/// Someone with a key or a token of the team.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Caller {
    pub(crate) team_id: TeamId,
    /// The developer, if a person is calling; else it is a program with a key.
    pub(crate) developer: Option<DeveloperId>,
}

/// A developer with an access token.
#[derive(Clone, Copy, Debug)]
pub(crate) struct DeveloperCaller {
    pub(crate) team_id: TeamId,
    pub(crate) developer: DeveloperId,
    /// The token, hashed: names the session.
    pub(crate) session: [u8; 32],
}

impl FromRequestParts<State> for Caller {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &State) -> Result<Self> {
        if let Some(key) = parts.headers.get(KEY_HEADER) {
            return by_key(state, key.to_str().unwrap_or_default()).await;
        }
        match bearer(&parts.headers) {
            Some(key) if key.starts_with(KEY_PREFIX) => by_key(state, key).await,
            Some(token) => by_token(state, token).await.map_err(|error| match error {
                ApiError::NotDeveloper => ApiError::NotAuthenticated,
                other => other,
            }),
            None => Err(ApiError::NotAuthenticated),
        }
    }
}

impl FromRequestParts<State> for DeveloperCaller {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &State) -> Result<Self> {
        let token = bearer(&parts.headers).ok_or(ApiError::NotDeveloper)?;
        let caller = by_token(state, token).await?;
        let developer = caller.developer.ok_or(ApiError::NotDeveloper)?;
        Ok(Self { team_id: caller.team_id, developer, session: seal::hash_token(token) })
    }
}

pub(super) fn bearer(headers: &HeaderMap) -> Option<&str> {
    let value = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    let (scheme, token) = value.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
}

pub(super) async fn by_key(state: &State, key: &str) -> Result<Caller> {
    let now = state.clock.now();
    let found = state.store.find_api_key(seal::hash_token(key), now).await?;
    let ApiKey { id, team_id, last_used_at, .. } = found.ok_or(ApiError::InvalidKey)?;
    if last_used_at.is_none_or(|used| now.micros_since(used) >= TOUCH_EVERY_US) {
        state.store.touch_api_key(id, now).await?;
    }
    Ok(Caller { team_id, developer: None })
}

async fn by_token(state: &State, token: &str) -> Result<Caller> {
    if PhoneClaims::read(state, token).is_some() {
        return Err(ApiError::Unauthorized("SDK tokens cannot access this endpoint"));
    }
    let found = state.store.find_session(seal::hash_token(token), state.clock.now()).await?;
    let session = found.ok_or(ApiError::NotDeveloper)?;
    Ok(Caller { team_id: session.team_id, developer: Some(session.developer_id) })
}
