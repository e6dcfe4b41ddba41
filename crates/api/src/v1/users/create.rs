//! `POST /api/v1/users`: creates a user, or answers with the one who has this external id.

use crate::{
    State,
    access::Caller,
    error::{ApiError, Result},
    state::Within,
    v1::users::{UserRead, check_external_id, check_name, check_time_zone},
    wire::{JsonBody, check_email},
};
use axum::{Json, http::StatusCode};
use model::UserId;
use serde::Deserialize;
use store::{StoreError, User};
use utoipa::ToSchema;

/// A user to create; everything may be left out.
#[derive(Deserialize, ToSchema)]
pub(crate) struct UserCreate {
    /// First name.
    #[schema(max_length = 100)]
    first_name: Option<String>,
    /// Last name.
    #[schema(max_length = 100)]
    last_name: Option<String>,
    /// E-mail address, unique within the team.
    #[schema(format = Email)]
    email: Option<String>,
    /// The team's own id of them.
    external_user_id: Option<String>,
    /// IANA name of their time zone.
    time_zone: Option<String>,
}

#[utoipa::path(
    post, path = "/api/v1/users", tag = "Users", operation_id = "create_user", summary = "Create a user",
    description = "When the team already has a user with this external id, that user is the answer, unchanged.",
    request_body = UserCreate,
    responses(
        (status = 201, description = "The user", body = UserRead),
        (status = 409, description = "Another user has this e-mail address", body = crate::ErrorBody),
    ),
    security(("api_key" = []), ("developer_token" = []))
)]
pub(crate) async fn create(
    Within(state): Within<State>,
    caller: Caller,
    JsonBody(request): JsonBody<UserCreate>,
) -> Result<(StatusCode, Json<UserRead>)> {
    let now = state.clock.now();
    let user = User {
        id: UserId::generate(&state.clock, &state.rng),
        team_id: caller.team_id,
        external_user_id: check_external_id(request.external_user_id)?,
        email: request.email.map(|email| check_email("email", &email)).transpose()?,
        first_name: check_name("first_name", request.first_name)?,
        last_name: check_name("last_name", request.last_name)?,
        time_zone: check_time_zone(request.time_zone)?,
        created_at: now,
        updated_at: now,
        last_synced_at: None,
        last_synced_provider: None,
        has_active_connection: false,
    };
    let user = create_or_find(&state, user).await?;
    Ok((StatusCode::CREATED, Json(user.into())))
}

async fn create_or_find(state: &State, user: User) -> Result<User> {
    if let Some(external_id) = &user.external_user_id
        && let Some(known) = state.store.find_user_by_external_id(user.team_id, external_id).await?
    {
        return Ok(known);
    }
    match (state.store.create_user(user.clone()).await, &user.external_user_id) {
        (Ok(()), _) => Ok(user),
        // Someone created them in the meantime.
        (Err(StoreError::Taken("external_user_id")), Some(external_id)) => {
            let known = state.store.find_user_by_external_id(user.team_id, external_id).await?;
            known.ok_or_else(|| ApiError::Conflict("External_user_id is already taken".to_owned()))
        }
        (Err(error), _) => Err(error.into()),
    }
}
