//! `PUT /api/v1/priorities/device-types/{device_type}`: sets how much one is trusted.

use super::{
    device_types::DeviceTypePriority,
    of_team::{self, PriorityUpdate},
};
use crate::{
    State,
    access::DeveloperCaller,
    error::Result,
    state::Within,
    wire::{JsonBody, PathParams},
};
use axum::Json;
use model::PriorityKind;

#[utoipa::path(
    put, path = "/api/v1/priorities/device-types/{device_type}", tag = "Priorities", operation_id = "set_device_type_priority",
    summary = "Set a priority",
    params(("device_type" = String, Path, description = "Of what")),
    request_body = PriorityUpdate,
    responses((status = 200, description = "The priority", body = DeviceTypePriority)),
    security(("developer_token" = []))
)]
pub(crate) async fn set_device_type(
    Within(state): Within<State>,
    caller: DeveloperCaller,
    path: PathParams,
    JsonBody(wanted): JsonBody<PriorityUpdate>,
) -> Result<Json<DeviceTypePriority>> {
    let device_type = path.text("device_type").to_owned();
    let (team, kind) = (caller.team_id, PriorityKind::DeviceType);
    of_team::set(&state, team, kind, vec![(device_type.clone(), wanted.priority)]).await?;
    let standing = of_team::one(&state, team, kind, &device_type).await?;
    Ok(Json(DeviceTypePriority { device_type, standing }))
}
