//! Consent and tokens: OAuth 2 authorization code with PKCE (S256 only), client secret in the form body.

mod confirm;
mod page;
mod pkce;
mod token;

pub(crate) use token::{Tokens, grant};

use crate::state::Shared;
use axum::{
    Router,
    routing::{get, post},
};
use std::sync::Arc;

/// The consent page and the token endpoint.
pub(crate) fn routes() -> Router<Arc<Shared>> {
    Router::new()
        .route("/oauth2Confirm", get(confirm::show).post(confirm::decide))
        .route("/di-oauth2-service/oauth/token", post(token::exchange))
}
