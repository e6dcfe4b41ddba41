//! `HEAD /api/v1/users/{user_id}/uploads/{upload_id}`: how much of a file is kept, from its beginning.

use super::protocol::{UPLOAD_LENGTH, answer, check_version, refused, told, told_metadata, upload_id};
use crate::{State, access::TeamUser, error::Result, state::Within, wire::PathParams};
use axum::{
    http::{HeaderMap, HeaderValue, StatusCode},
    response::Response,
};

#[utoipa::path(
    head, path = "/api/v1/users/{user_id}/uploads/{upload_id}", tag = "Events", operation_id = "stand_of_upload",
    summary = "How much of a file is kept",
    description = "`Upload-Offset` says where to go on. Once the file is whole, `Upload-Receipt` names its import.",
    params(
        ("user_id" = uuid::Uuid, Path, description = "Whose it is"),
        ("upload_id" = uuid::Uuid, Path, description = "As `Location` had it"),
        ("Tus-Resumable" = String, Header, description = "1.0.0"),
    ),
    responses(
        (status = 200, description = "`Upload-Offset`, `Upload-Length`, `Upload-Expires` are headers"),
        (status = 404, description = "No such user or upload, or its time is over", body = crate::ErrorBody),
        (status = 412, description = "Another version of the protocol", body = crate::ErrorBody),
    ),
    security(("api_key" = []), ("developer_token" = []))
)]
pub(crate) async fn stand(
    Within(state): Within<State>,
    TeamUser { user, .. }: TeamUser,
    path: PathParams,
    headers: HeaderMap,
) -> Result<Response> {
    check_version(&headers)?;
    let upload = state.intake.resume_upload(user.id, upload_id(&path)?).await.map_err(refused)?;
    let mut told = told(&upload);
    told.push((UPLOAD_LENGTH, HeaderValue::from(upload.length)));
    told.extend(told_metadata(&upload));
    Ok(answer(StatusCode::OK, told))
}
