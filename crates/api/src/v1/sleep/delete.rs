//! `DELETE /api/v1/users/{user_id}/events/sleep/{sleep_id}`: deletes a night for good.

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
    delete, path = "/api/v1/users/{user_id}/events/sleep/{sleep_id}", tag = "Events", operation_id = "delete_sleep",
    summary = "Delete a night or nap", description = "It stays deleted whatever the provider sends again.",
    params(
        ("user_id" = uuid::Uuid, Path, description = "The user"),
        ("sleep_id" = uuid::Uuid, Path, description = "The night or nap"),
    ),
    responses(
        (status = 204, description = "Deleted"),
        (status = 404, description = "There is no such user or night", body = crate::ErrorBody),
    ),
    security(("api_key" = []), ("developer_token" = []))
)]
pub(crate) async fn delete(
    Within(state): Within<State>,
    TeamUser { user, .. }: TeamUser,
    path: PathParams,
) -> Result<StatusCode> {
    let id = path.id("sleep_id")?;
    match state.store.delete_event(user.id, EventKind::Sleep, id, state.clock.now()).await? {
        true => Ok(StatusCode::NO_CONTENT),
        false => Err(ApiError::NotFound("Sleep session not found".to_owned())),
    }
}
