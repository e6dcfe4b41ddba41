//! The user of a bearer token.

use super::ApiError;
use crate::{grants::Bearer, state::Shared};
use axum::{
    extract::FromRequestParts,
    http::{StatusCode, header::AUTHORIZATION, request::Parts},
};
use std::sync::Arc;

/// The id of the user whose valid token came with a request.
pub(crate) struct CallingUser(pub(crate) String);

impl FromRequestParts<Arc<Shared>> for CallingUser {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, shared: &Arc<Shared>) -> Result<Self, ApiError> {
        let header = parts.headers.get(AUTHORIZATION).and_then(|value| value.to_str().ok());
        let token = header
            .and_then(|value| value.split_once(' '))
            .filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer"))
            .map(|(_, token)| token.trim())
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
