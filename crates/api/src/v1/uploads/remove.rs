//! `DELETE /api/v1/users/{user_id}/uploads/{upload_id}`: gives up a file that is not whole; its pieces go.

use super::protocol::{answer, check_version, refused, upload_id};
use crate::{State, access::TeamUser, error::Result, state::Within, wire::PathParams};
use axum::{
    http::{HeaderMap, StatusCode},
    response::Response,
};

#[utoipa::path(
    delete, path = "/api/v1/users/{user_id}/uploads/{upload_id}", tag = "Events", operation_id = "delete_upload",
    summary = "Give up a file that comes piece by piece",
    description = "Of one that is whole the import can be cancelled instead.",
    params(
        ("user_id" = uuid::Uuid, Path, description = "Whose it is"),
        ("upload_id" = uuid::Uuid, Path, description = "As `Location` had it"),
        ("Tus-Resumable" = String, Header, description = "1.0.0"),
    ),
    responses(
        (status = 204, description = "It is gone"),
        (status = 404, description = "No such user or upload, or it is whole", body = crate::ErrorBody),
        (status = 412, description = "Another version of the protocol", body = crate::ErrorBody),
    ),
    security(("api_key" = []), ("developer_token" = []))
)]
pub(crate) async fn remove(
    Within(state): Within<State>,
    TeamUser { user, .. }: TeamUser,
    path: PathParams,
    headers: HeaderMap,
) -> Result<Response> {
    check_version(&headers)?;
    state.intake.remove_upload(user.id, upload_id(&path)?).await.map_err(refused)?;
    Ok(answer(StatusCode::NO_CONTENT, Vec::new()))
}
