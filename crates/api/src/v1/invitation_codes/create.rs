//! `POST /api/v1/users/{user_id}/invitation-code`: a code for a user's phone; those before it are good no more.

use super::{ALPHABET, LENGTH};
use crate::{State, access::DeveloperUser, error::Result, state::Within};
use axum::{Json, http::StatusCode};
use model::{InvitationCodeId, Timestamp, UserId};
use serde::Serialize;
use store::InvitationCode;
use utoipa::ToSchema;

const LIFE_S: i64 = 7 * 86_400;

/// A code.
#[derive(Serialize, ToSchema)]
pub(crate) struct UserInvitationCodeRead {
    /// Its id.
    #[schema(value_type = uuid::Uuid)]
    id: InvitationCodeId,
    /// The code, shown this once.
    code: String,
    /// Whose phone it lets send.
    #[schema(value_type = uuid::Uuid)]
    user_id: UserId,
    /// When it ends.
    #[schema(value_type = String, format = DateTime)]
    expires_at: Timestamp,
    /// When it was made.
    #[schema(value_type = String, format = DateTime)]
    created_at: Timestamp,
}

#[utoipa::path(
    post, path = "/api/v1/users/{user_id}/invitation-code", tag = "Mobile SDK", operation_id = "create_invitation_code",
    summary = "Make a code for a user's phone", description = "Good once, for seven days; earlier codes of the user end.",
    params(("user_id" = uuid::Uuid, Path, description = "The user")),
    responses(
        (status = 201, description = "The code", body = UserInvitationCodeRead),
        (status = 404, description = "The team has no such user", body = crate::ErrorBody),
    ),
    security(("developer_token" = []))
)]
pub(crate) async fn create(
    Within(state): Within<State>,
    DeveloperUser { caller, user }: DeveloperUser,
) -> Result<(StatusCode, Json<UserInvitationCodeRead>)> {
    let signs: [u8; LENGTH] = state.rng.bytes();
    let code: String =
        signs.iter().filter_map(|sign| ALPHABET.get(usize::from(sign % 32))).map(|byte| char::from(*byte)).collect();
    let created_at = state.clock.now();
    let kept = InvitationCode {
        id: InvitationCodeId::generate(&state.clock, &state.rng),
        code_hash: seal::hash_token(&code),
        team_id: caller.team_id,
        user_id: user.id,
        created_by: caller.developer,
        created_at,
        expires_at: created_at.plus_seconds(LIFE_S),
    };
    let read = UserInvitationCodeRead { id: kept.id, code, user_id: user.id, expires_at: kept.expires_at, created_at };
    state.store.put_invitation_code(kept).await?;
    Ok((StatusCode::CREATED, Json(read)))
}
