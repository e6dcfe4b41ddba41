//! `DELETE /api/v1/users/{user_id}/events/menstrual-cycles/{cycle_id}`: deletes a cycle for good.

use crate::{
    State,
    access::TeamUser,
    error::{ApiError, Result},
    state::Within,
    wire::PathParams,
};
use axum::http::StatusCode;
use model::EventKind;

#[utoipa::path(
    delete, path = "/api/v1/users/{user_id}/events/menstrual-cycles/{cycle_id}", tag = "Events", operation_id = "delete_menstrual_cycle",
    summary = "Delete a menstrual cycle", description = "It stays deleted whatever the provider sends again.",
    params(
        ("user_id" = uuid::Uuid, Path, description = "The user"),
        ("cycle_id" = uuid::Uuid, Path, description = "The cycle"),
    ),
    responses(
        (status = 204, description = "Deleted"),
        (status = 404, description = "There is no such user or cycle", body = crate::ErrorBody),
    ),
    security(("api_key" = []), ("developer_token" = []))
)]
pub(crate) async fn delete(
    Within(state): Within<State>,
    TeamUser { user, .. }: TeamUser,
    path: PathParams,
) -> Result<StatusCode> {
    let id = path.id("cycle_id")?;
    match state.store.delete_event(user.id, EventKind::MenstrualCycle, id, state.clock.now()).await? {
        true => Ok(StatusCode::NO_CONTENT),
        false => Err(ApiError::NotFound("Menstrual cycle not found".to_owned())),
    }
}
