//! `DELETE /api/v1/users/{user_id}/events/workouts/{workout_id}`: deletes a workout for good.

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
    delete, path = "/api/v1/users/{user_id}/events/workouts/{workout_id}", tag = "Events",
    operation_id = "delete_workout", summary = "Delete a workout",
    description = "Its samples and files go with it; it stays deleted whatever the provider sends again.",
    params(
        ("user_id" = uuid::Uuid, Path, description = "The user"),
        ("workout_id" = uuid::Uuid, Path, description = "The workout"),
    ),
    responses(
        (status = 204, description = "Deleted"),
        (status = 404, description = "There is no such user or workout", body = crate::ErrorBody),
    ),
    security(("api_key" = []), ("developer_token" = []))
)]
pub(crate) async fn delete(
    Within(state): Within<State>,
    TeamUser { user, .. }: TeamUser,
    path: PathParams,
) -> Result<StatusCode> {
    let id = path.id("workout_id")?;
    match state.store.delete_event(user.id, EventKind::Workout, id, state.clock.now()).await? {
        true => Ok(StatusCode::NO_CONTENT),
        false => Err(ApiError::NotFound("Workout not found".to_owned())),
    }
}
