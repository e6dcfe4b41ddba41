//! `PUT /api/v1/users/{user_id}/priorities`: sets how much a user's sources are trusted.

use super::{
    named::{self, Asked, Choice},
    of_user::{UserPriorities, UserPriority, shown},
};
use crate::{
    State,
    access::TeamUser,
    error::Result,
    state::Within,
    wire::{JsonBody, source_id},
};
use axum::Json;
use serde::Deserialize;
use utoipa::ToSchema;

/// The priorities of a user, in place of all that were set for them.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct SetUserPriorities {
    /// The priorities; none lets the team's hold.
    priorities: Vec<UserPriority>,
}

#[utoipa::path(
    put, path = "/api/v1/users/{user_id}/priorities", tag = "Priorities", operation_id = "set_user_priorities",
    summary = "Set how much a user's sources are trusted",
    description = "In place of all that was set for the user. What is said for one series holds before what is said for \
        all; what the team set holds for the rest.",
    params(("user_id" = uuid::Uuid, Path, description = "The user")),
    request_body = SetUserPriorities,
    responses(
        (status = 200, description = "What is set, and the order", body = UserPriorities),
        (status = 404, description = "There is no such user", body = crate::ErrorBody),
    ),
    security(("api_key" = []), ("developer_token" = []))
)]
pub(crate) async fn set_of_user(
    Within(state): Within<State>,
    TeamUser { user, .. }: TeamUser,
    JsonBody(wanted): JsonBody<SetUserPriorities>,
) -> Result<Json<UserPriorities>> {
    let sources = state.store.list_sources(user.id).await?;
    let device = |id| sources.iter().map(|stored| stored.number).find(|number| source_id(user.id, *number) == id);
    let choice = Choice { fields: "provider, device_type and device", device };
    let asked = wanted.priorities.iter().map(|one| Asked {
        provider: one.provider.as_ref(),
        device_type: one.device_type.as_ref(),
        device: one.device,
        series: one.series.as_ref(),
        priority: one.priority,
    });
    let priorities = named::read(asked, &choice)?;
    state.store.replace_priorities(user.team_id, user.id, priorities, state.clock.now()).await?;
    Ok(Json(shown(&state, &user).await?))
}
