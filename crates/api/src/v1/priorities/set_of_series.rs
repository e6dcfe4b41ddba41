//! `PUT /api/v1/priorities/series`: sets how much is trusted for single series, for all users of a team.

use super::{
    named::{self, Asked, Choice},
    of_series::{SeriesPriorities, SeriesPriority, listed},
};
use crate::{State, access::DeveloperCaller, error::Result, state::Within, wire::JsonBody};
use axum::Json;
use serde::Deserialize;
use utoipa::ToSchema;

/// The priorities of a team for single series, in place of all that were set so.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct SetSeriesPriorities {
    /// The priorities; none lets those for all series hold.
    priorities: Vec<SeriesPriority>,
}

#[utoipa::path(
    put, path = "/api/v1/priorities/series", tag = "Priorities", operation_id = "set_series_priorities",
    summary = "Set how much is trusted for single series",
    description = "In place of all that the team set for single series. Holds before what it set for all series; what is \
        set for a user holds before both.",
    request_body = SetSeriesPriorities,
    responses((status = 200, description = "What the team set", body = SeriesPriorities)),
    security(("developer_token" = []))
)]
pub(crate) async fn set_of_series(
    Within(state): Within<State>,
    caller: DeveloperCaller,
    JsonBody(wanted): JsonBody<SetSeriesPriorities>,
) -> Result<Json<SeriesPriorities>> {
    // a team has no devices: these are its users'
    let choice = Choice { fields: "provider and device_type", device: |_| None };
    let asked = wanted.priorities.iter().map(|one| Asked {
        provider: one.provider.as_ref(),
        device_type: one.device_type.as_ref(),
        device: None,
        series: Some(&one.series),
        priority: one.priority,
    });
    let priorities = named::read(asked, &choice)?;
    state.store.replace_series_priorities(caller.team_id, priorities, state.clock.now()).await?;
    Ok(Json(listed(&state, caller.team_id).await?))
}
