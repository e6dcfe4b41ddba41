//! `GET /api/v1/priorities/device-types`: how much kinds of devices are trusted.

use super::of_team::{self, Standing};
use crate::{State, access::DeveloperCaller, error::Result, state::Within};
use axum::Json;
use model::{PriorityKind, TeamId};
use serde::Serialize;
use utoipa::ToSchema;

/// The priorities of kinds of devices, the most trusted first.
#[derive(Serialize, ToSchema)]
pub(crate) struct DeviceTypePriorityList {
    /// The priorities: those that the team set, and the usual ones of the rest.
    items: Vec<DeviceTypePriority>,
}

/// How much a kind of device is trusted.
#[derive(Serialize, ToSchema)]
pub(crate) struct DeviceTypePriority {
    /// Of what.
    pub(super) device_type: String,
    /// How much it is trusted.
    #[serde(flatten)]
    pub(super) standing: Standing,
}

#[utoipa::path(
    get, path = "/api/v1/priorities/device-types", tag = "Priorities", operation_id = "list_device_type_priorities",
    summary = "List how much kinds of devices are trusted",
    responses((status = 200, description = "The priorities", body = DeviceTypePriorityList)),
    security(("developer_token" = []))
)]
pub(crate) async fn device_types(
    Within(state): Within<State>,
    caller: DeveloperCaller,
) -> Result<Json<DeviceTypePriorityList>> {
    Ok(Json(listed(&state, caller.team_id).await?))
}

/// All of them.
pub(super) async fn listed(state: &State, team: TeamId) -> Result<DeviceTypePriorityList> {
    let all = of_team::list(state, team, PriorityKind::DeviceType).await?;
    let items = all.into_iter().map(|(device_type, standing)| DeviceTypePriority { device_type, standing });
    Ok(DeviceTypePriorityList { items: items.collect() })
}
