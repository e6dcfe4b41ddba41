//! `PATCH /api/v1/auth/me`: changes the developer's names, address or password.

use crate::{
    State,
    access::DeveloperCaller,
    error::{ApiError, Result},
    state::Within,
    v1::{
        auth::{DeveloperRead, check_new_password, hash},
        users::check_name,
    },
    wire::{JsonBody, check_email, given},
};
use axum::Json;
use serde::Deserialize;
use utoipa::ToSchema;

/// What to change; what is left out stays.
#[derive(Deserialize, ToSchema)]
pub(crate) struct DeveloperUpdate {
    /// First name.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<String>, max_length = 100)]
    first_name: Option<Option<String>>,
    /// Last name.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<String>, max_length = 100)]
    last_name: Option<Option<String>>,
    /// E-mail address.
    email: Option<String>,
    /// A password of at least 8 characters; ends all sessions.
    #[schema(min_length = 8)]
    password: Option<String>,
}

#[utoipa::path(
    patch, path = "/api/v1/auth/me", tag = "Auth", summary = "Change my account",
    request_body = DeveloperUpdate,
    responses(
        (status = 200, description = "The developer as changed", body = DeveloperRead),
        (status = 409, description = "The address has an account", body = crate::ErrorBody),
    ),
    security(("developer_token" = []))
)]
pub(crate) async fn update_me(
    Within(state): Within<State>,
    caller: DeveloperCaller,
    JsonBody(update): JsonBody<DeveloperUpdate>,
) -> Result<Json<DeveloperRead>> {
    let found = state.store.find_developer(caller.developer).await?;
    let mut developer = found.ok_or(ApiError::NotDeveloper)?;
    if let Some(name) = update.first_name {
        developer.first_name = check_name("first_name", name)?;
    }
    if let Some(name) = update.last_name {
        developer.last_name = check_name("last_name", name)?;
    }
    if let Some(email) = update.email {
        developer.email = check_email("email", &email)?.to_lowercase();
    }
    let new_password = update.password.is_some();
    if let Some(password) = update.password {
        check_new_password("password", &password)?;
        developer.password_hash = hash(&state, password).await?;
    }
    developer.updated_at = state.clock.now();
    state.store.update_developer(developer.clone()).await?;
    if new_password {
        state.store.revoke_sessions(developer.id).await?;
    }
    Ok(Json(developer.into()))
}
