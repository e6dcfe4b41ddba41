//! `POST /api/v1/auth/change-password`: a new password for the old one. Ends all sessions.

use crate::{
    State,
    access::DeveloperCaller,
    error::{ApiError, Result},
    state::Within,
    v1::auth::{Message, check_new_password, hash, verify},
    wire::JsonBody,
};
use axum::Json;
use serde::Deserialize;
use utoipa::ToSchema;

/// The old password and, twice, the one to have.
#[derive(Deserialize, ToSchema)]
pub(crate) struct PasswordChange {
    /// The password so far.
    current_password: String,
    /// The password to have, at least 8 characters.
    #[schema(min_length = 8)]
    new_password: String,
    /// The same again.
    #[schema(min_length = 8)]
    confirm_password: String,
}

#[utoipa::path(
    post, path = "/api/v1/auth/change-password", tag = "Auth", summary = "Change the password",
    description = "All tokens of the developer end with the old password.",
    request_body = PasswordChange,
    responses((status = 200, description = "Changed", body = Message)),
    security(("developer_token" = []))
)]
pub(crate) async fn change_password(
    Within(state): Within<State>,
    caller: DeveloperCaller,
    JsonBody(change): JsonBody<PasswordChange>,
) -> Result<Json<Message>> {
    let found = state.store.find_developer(caller.developer).await?;
    let mut developer = found.ok_or(ApiError::NotDeveloper)?;
    check_new_password("new_password", &change.new_password)?;
    if change.new_password != change.confirm_password {
        return Err(ApiError::invalid("confirm_password", "Passwords do not match"));
    }
    state.login_limit.count(&state.clock, &format!("change|{}", developer.id))?;
    if !verify(&state, Some(developer.password_hash.clone()), change.current_password).await? {
        return Err(ApiError::invalid("current_password", "Current password is incorrect"));
    }
    developer.password_hash = hash(&state, change.new_password).await?;
    developer.updated_at = state.clock.now();
    let id = developer.id;
    state.store.update_developer(developer).await?;
    state.store.revoke_sessions(id).await?;
    Ok(Json(Message { message: "Password changed successfully" }))
}
