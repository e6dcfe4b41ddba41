//! `PUT /api/v1/users/{user_id}/priorities`: sets how much a user's sources are trusted.

use super::{
    checked,
    of_user::{UserPriorities, UserPriority, shown},
};
use crate::{
    State,
    access::TeamUser,
    error::{ApiError, Result},
    state::Within,
    wire::{JsonBody, source_id},
};
use axum::Json;
use model::{DeviceType, Priority, PriorityKind, ProviderName, SeriesType, UserId};
use serde::Deserialize;
use store::StoredSource;
use utoipa::ToSchema;

/// More than anybody has sources and series to tell apart.
const MOST: usize = 1_000;

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
    if wanted.priorities.len() > MOST {
        return Err(ApiError::invalid("priorities", format!("Input should have at most {MOST} items")));
    }
    let sources = state.store.list_sources(user.id).await?;
    let read = |(place, one): (usize, &UserPriority)| read(user.id, &sources, place, one);
    let priorities = wanted.priorities.iter().enumerate().map(read).collect::<Result<Vec<_>>>()?;
    state.store.replace_priorities(user.team_id, user.id, priorities, state.clock.now()).await?;
    Ok(Json(shown(&state, &user).await?))
}

fn read(user: UserId, sources: &[StoredSource], place: usize, wanted: &UserPriority) -> Result<Priority> {
    let field = |name: &str| format!("priorities[{place}].{name}");
    let missing = |name: &str, what: &str| ApiError::invalid(field(name), format!("There is no '{what}'"));
    let (kind, name) = match (&wanted.provider, &wanted.device_type, &wanted.device) {
        (Some(name), None, None) => {
            ProviderName::parse(name).ok_or_else(|| missing("provider", name))?;
            (PriorityKind::Provider, name.clone())
        }
        (None, Some(name), None) => {
            DeviceType::find(name).ok_or_else(|| missing("device_type", name))?;
            (PriorityKind::DeviceType, name.clone())
        }
        (None, None, Some(id)) => {
            let found = sources.iter().find(|stored| source_id(user, stored.number) == *id);
            (PriorityKind::Device, found.ok_or_else(|| missing("device", &id.to_string()))?.number.to_string())
        }
        _ => {
            return Err(ApiError::invalid(
                field("provider"),
                "One of provider, device_type and device should be given",
            ));
        }
    };
    let find = |code: &String| SeriesType::find(code).ok_or_else(|| missing("series", code));
    let series = wanted.series.as_ref().map(find).transpose()?;
    Ok(Priority { user_id: Some(user), series, kind, name, priority: checked(&field("priority"), wanted.priority)? })
}
