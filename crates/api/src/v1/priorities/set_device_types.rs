//! `PUT /api/v1/priorities/device-types`: sets how much several kinds of devices are trusted.

use super::{
    device_types::{DeviceTypePriorityList, listed},
    of_team,
};
use crate::{State, access::DeveloperCaller, error::Result, state::Within, wire::JsonBody};
use axum::Json;
use model::PriorityKind;
use serde::Deserialize;
use utoipa::ToSchema;

/// Priorities to be set; others stay.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct DeviceTypePriorities {
    /// The priorities.
    priorities: Vec<DeviceTypePriorityBase>,
}

/// A priority to be set.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct DeviceTypePriorityBase {
    /// Of what.
    device_type: String,
    /// 1 is best, 100 is worst.
    priority: i32,
}

#[utoipa::path(
    put, path = "/api/v1/priorities/device-types", tag = "Priorities", operation_id = "set_device_type_priorities",
    summary = "Set how much several kinds of devices are trusted",
    request_body = DeviceTypePriorities,
    responses((status = 200, description = "All priorities as they are now", body = DeviceTypePriorityList)),
    security(("developer_token" = []))
)]
pub(crate) async fn set_device_types(
    Within(state): Within<State>,
    caller: DeveloperCaller,
    JsonBody(wanted): JsonBody<DeviceTypePriorities>,
) -> Result<Json<DeviceTypePriorityList>> {
    let wanted = wanted.priorities.into_iter().map(|one| (one.device_type, one.priority)).collect();
    of_team::set(&state, caller.team_id, PriorityKind::DeviceType, wanted).await?;
    Ok(Json(listed(&state, caller.team_id).await?))
}
