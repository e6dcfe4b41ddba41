//! `GET /api/v1/priorities/series`: what a team set for single series.

use crate::{State, access::DeveloperCaller, error::Result, state::Within};
use axum::Json;
use model::{PriorityKind, SeriesType, TeamId};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// What a team set for single series.
#[derive(Serialize, ToSchema)]
pub(crate) struct SeriesPriorities {
    /// The priorities by kind, name and series; they hold before those for all series.
    priorities: Vec<SeriesPriority>,
}

/// A priority for one series. Either `provider` or `device_type` is given.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct SeriesPriority {
    /// The provider that it is about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) provider: Option<String>,
    /// The kind of device that it is about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) device_type: Option<String>,
    /// The series for which it holds.
    pub(super) series: String,
    /// 1 is best, 100 is worst.
    pub(super) priority: i32,
}

#[utoipa::path(
    get, path = "/api/v1/priorities/series", tag = "Priorities", operation_id = "list_series_priorities",
    summary = "List how much is trusted for single series",
    responses((status = 200, description = "What the team set", body = SeriesPriorities)),
    security(("developer_token" = []))
)]
pub(crate) async fn of_series(Within(state): Within<State>, caller: DeveloperCaller) -> Result<Json<SeriesPriorities>> {
    Ok(Json(listed(&state, caller.team_id).await?))
}

/// All of them.
pub(super) async fn listed(state: &State, team: TeamId) -> Result<SeriesPriorities> {
    let set = state.store.list_priorities(team, None).await?;
    let show = |set: store::SetPriority| {
        let set = set.priority;
        let named = |kind| (set.kind == kind).then(|| set.name.clone());
        Some(SeriesPriority {
            provider: named(PriorityKind::Provider),
            device_type: named(PriorityKind::DeviceType),
            series: set.series.map(SeriesType::as_str)?.to_owned(),
            priority: set.priority,
        })
    };
    Ok(SeriesPriorities { priorities: set.into_iter().filter_map(show).collect() })
}
