//! Makes a pair of tokens: one to call with, one to get the next pair with.

use crate::{State, error::Result};
use model::{DeveloperId, TeamId};
use serde::Serialize;
use store::{Session, SessionKind};
use utoipa::ToSchema;

const ACCESS_S: i64 = 3_600;
const REFRESH_S: i64 = 30 * 86_400;

/// A pair of tokens.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct TokenResponse {
    /// Goes as `Authorization: Bearer …`.
    access_token: String,
    /// Always `bearer`.
    token_type: &'static str,
    /// Good once, for the next pair.
    refresh_token: String,
    /// How long the access token is good, seconds.
    expires_in: i64,
}

impl TokenResponse {
    pub(crate) fn of(access_token: String, refresh_token: String, expires_in: i64) -> Self {
        Self { access_token, token_type: "bearer", refresh_token, expires_in }
    }
}

/// Makes and keeps a pair of tokens of a family.
pub(crate) async fn issue(
    state: &State,
    developer_id: DeveloperId,
    team_id: TeamId,
    family: [u8; 16],
) -> Result<TokenResponse> {
    let access_token = seal::generate_token("at-", &state.rng);
    let refresh_token = seal::generate_token("rt-", &state.rng);
    let created_at = state.clock.now();
    let session = |token: &str, kind, life_s| Session {
        token_hash: seal::hash_token(token),
        kind,
        family,
        developer_id,
        team_id,
        created_at,
        expires_at: created_at.plus_seconds(life_s),
    };
    let sessions = vec![
        session(&access_token, SessionKind::Access, ACCESS_S),
        session(&refresh_token, SessionKind::Refresh, REFRESH_S),
    ];
    state.store.create_sessions(sessions).await?;
    Ok(TokenResponse::of(access_token, refresh_token, ACCESS_S))
}
