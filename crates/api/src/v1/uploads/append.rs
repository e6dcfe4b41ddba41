//! `PATCH /api/v1/users/{user_id}/uploads/{upload_id}`: adds a piece where what is kept ends. With its last byte the file
//! is handed in like any other.

use super::protocol::{self, UPLOAD_OFFSET, answer, bytes, check_piece, check_version, told, upload_id};
use crate::{
    State,
    access::TeamUser,
    error::{ApiError, Result},
    state::Within,
    v1::inbound::check_encoding,
    wire::PathParams,
};
use axum::{extract::Request, http::StatusCode, response::Response};

#[utoipa::path(
    patch, path = "/api/v1/users/{user_id}/uploads/{upload_id}", tag = "Events", operation_id = "append_to_upload",
    summary = "Add a piece to a file",
    description = "What is told back is on disk. Where a piece breaks off, what had come of it is kept: `HEAD` says how much.",
    params(
        ("user_id" = uuid::Uuid, Path, description = "Whose it is"),
        ("upload_id" = uuid::Uuid, Path, description = "As `Location` had it"),
        ("Tus-Resumable" = String, Header, description = "1.0.0"),
        ("Upload-Offset" = u64, Header, description = "Where the piece begins: how much is kept"),
    ),
    request_body(description = "The piece", content((crate::wire::Binary = "application/offset+octet-stream"))),
    responses(
        (status = 204, description = "Taken; `Upload-Offset` and, once the file is whole, `Upload-Receipt` are headers"),
        (status = 400, description = "A header that cannot be, or no file that is known here", body = crate::ErrorBody),
        (status = 404, description = "No such user or upload, or its time is over", body = crate::ErrorBody),
        (status = 409, description = "The piece begins elsewhere than what is kept ends", body = crate::ErrorBody),
        (status = 412, description = "Another version of the protocol", body = crate::ErrorBody),
        (status = 413, description = "It goes beyond the file's end, or the file is too large for what it is", body = crate::ErrorBody),
        (status = 415, description = "Not sent as a piece of a file", body = crate::ErrorBody),
        (status = 503, description = "No room at the moment; see Retry-After", body = crate::ErrorBody),
    ),
    security(("api_key" = []), ("developer_token" = []))
)]
pub(crate) async fn append(
    Within(state): Within<State>,
    TeamUser { user, .. }: TeamUser,
    path: PathParams,
    request: Request,
) -> Result<Response> {
    let headers = request.headers();
    check_version(headers)?;
    check_piece(headers)?;
    check_encoding(headers)?;
    let offset = bytes(headers, &UPLOAD_OFFSET)?;
    let offset = offset.ok_or_else(|| ApiError::invalid("upload-offset", "Field required"))?;
    let upload = protocol::take(&state, user.id, upload_id(&path)?, offset, request.into_body()).await?;
    Ok(answer(StatusCode::NO_CONTENT, told(&upload)))
}
