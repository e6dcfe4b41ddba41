//! The user of a bearer token.

use super::ApiError;
use crate::{grants::Bearer, state::Shared};
use axum::{
    extract::FromRequestParts,
    http::{HeaderMap, StatusCode, header::AUTHORIZATION, request::Parts},
};
use std::sync::Arc;

/// The id of the user whose valid token came with a request.
pub(crate) struct CallingUser(pub(crate) String);

/// The bearer token of a request.
pub(crate) fn bearer_of(headers: &HeaderMap) -> Option<&str> {
    let header = headers.get(AUTHORIZATION).and_then(|value| value.to_str().ok());
    let (scheme, token) = header?.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then_some(token.trim())
}

impl FromRequestParts<Arc<Shared>> for CallingUser {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, shared: &Arc<Shared>) -> Result<Self, ApiError> {
        let token = bearer_of(&parts.headers)
            .ok_or_else(|| ApiError::new(StatusCode::UNAUTHORIZED, "A bearer token is required"))?;
        match shared.lock().grants.check_access(shared.now(), token) {
            Bearer::User(id) => Ok(Self(id)),
            Bearer::Expired => Err(ApiError::new(StatusCode::UNAUTHORIZED, "The access token has expired")),
            Bearer::Unknown => {
                Err(ApiError::new(StatusCode::FORBIDDEN, "The access token is unknown or consent was withdrawn"))
            }
        }
    }
}
