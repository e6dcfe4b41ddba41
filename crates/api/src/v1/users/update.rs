//! `PATCH /api/v1/users/{user_id}`: changes a user; what is left out stays.

use crate::{
    State,
    access::DeveloperUser,
    error::Result,
    state::Within,
    v1::users::{UserRead, check_external_id, check_name, check_time_zone},
    wire::{JsonBody, check_email, given},
};
use axum::Json;
use serde::Deserialize;
use utoipa::ToSchema;

/// What to change; null empties a field.
#[derive(Deserialize, ToSchema)]
pub(crate) struct UserUpdate {
    /// First name.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<String>, max_length = 100)]
    first_name: Option<Option<String>>,
    /// Last name.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<String>, max_length = 100)]
    last_name: Option<Option<String>>,
    /// E-mail address.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<String>, format = Email)]
    email: Option<Option<String>>,
    /// The team's own id of them.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<String>)]
    external_user_id: Option<Option<String>>,
    /// IANA name of their time zone.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<String>)]
    time_zone: Option<Option<String>>,
}

#[utoipa::path(
    patch, path = "/api/v1/users/{user_id}", tag = "Users", operation_id = "update_user", summary = "Change a user",
    params(("user_id" = uuid::Uuid, Path, description = "The user")),
    request_body = UserUpdate,
    responses(
        (status = 200, description = "The user as changed", body = UserRead),
        (status = 404, description = "The team has no such user", body = crate::ErrorBody),
        (status = 409, description = "Another user has this address or external id", body = crate::ErrorBody),
    ),
    security(("developer_token" = []))
)]
pub(crate) async fn update(
    Within(state): Within<State>,
    DeveloperUser { mut user, .. }: DeveloperUser,
    JsonBody(update): JsonBody<UserUpdate>,
) -> Result<Json<UserRead>> {
    if let Some(name) = update.first_name {
        user.first_name = check_name("first_name", name)?;
    }
    if let Some(name) = update.last_name {
        user.last_name = check_name("last_name", name)?;
    }
    if let Some(email) = update.email {
        user.email = email.map(|email| check_email("email", &email)).transpose()?;
    }
    if let Some(id) = update.external_user_id {
        user.external_user_id = check_external_id(id)?;
    }
    if let Some(zone) = update.time_zone {
        user.time_zone = check_time_zone(zone)?;
    }
    user.updated_at = state.clock.now();
    state.store.update_user(user.clone()).await?;
    Ok(Json(user.into()))
}
