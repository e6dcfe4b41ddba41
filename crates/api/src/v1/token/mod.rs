//! Refresh tokens: used once for the next pair, or given up.

pub(crate) mod refresh;
pub(crate) mod revoke;

use serde::Deserialize;
use utoipa::ToSchema;

/// A refresh token.
#[derive(Deserialize, ToSchema)]
pub(crate) struct RefreshTokenRequest {
    /// The token.
    pub(crate) refresh_token: String,
}
