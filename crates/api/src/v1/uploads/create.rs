//! `POST /api/v1/users/{user_id}/uploads`: begins a file that comes piece by piece.

use super::protocol::{self, UPLOAD_LENGTH, answer, bytes, check_version, has_piece, metadata, refused, told};
use crate::{
    State,
    access::TeamUser,
    error::{ApiError, Result},
    state::Within,
    v1::inbound::check_encoding,
};
use axum::{
    extract::Request,
    http::{HeaderValue, StatusCode, header},
    response::Response,
};
use ingest::NewUpload;
use model::UploadId;

/// The longest name that is kept.
const LONGEST: usize = 200;

#[utoipa::path(
    post, path = "/api/v1/users/{user_id}/uploads", tag = "Events", operation_id = "create_upload",
    summary = "Begin a file that comes piece by piece",
    description = "By the tus protocol, 1.0: `Location` is where the pieces go. For files that take long to send: what was taken \
                   survives an interruption of either side, and any server of the installation goes on. The body may be the \
                   first piece.",
    params(
        ("user_id" = uuid::Uuid, Path, description = "Whose it is"),
        ("Tus-Resumable" = String, Header, description = "1.0.0"),
        ("Upload-Length" = u64, Header, description = "How many bytes the file has"),
        ("Upload-Metadata" = Option<String>, Header, description = "`filename` and `time_zone`, their values in base64"),
    ),
    responses(
        (status = 201, description = "Begun; `Location`, `Upload-Offset` and `Upload-Expires` are headers"),
        (status = 400, description = "A header that cannot be", body = crate::ErrorBody),
        (status = 404, description = "The team has no such user", body = crate::ErrorBody),
        (status = 412, description = "Another version of the protocol", body = crate::ErrorBody),
        (status = 413, description = "The file is too large", body = crate::ErrorBody),
        (status = 429, description = "Too many uploads are under way for this user", body = crate::ErrorBody),
        (status = 503, description = "No room at the moment; see Retry-After", body = crate::ErrorBody),
    ),
    security(("api_key" = []), ("developer_token" = []))
)]
pub(crate) async fn create(
    Within(state): Within<State>,
    TeamUser { user, .. }: TeamUser,
    request: Request,
) -> Result<Response> {
    let headers = request.headers();
    check_version(headers)?;
    check_encoding(headers)?;
    let length = bytes(headers, &UPLOAD_LENGTH)?.filter(|length| *length > 0);
    let length = length.ok_or_else(|| ApiError::invalid("upload-length", "Input should be greater than 0"))?;
    let said = metadata(headers)?;
    let word = |name: &str| said.iter().find(|(word, _)| word == name).map(|(_, value)| value.clone());
    let time_zone = word("time_zone");
    if let Some(zone) = &time_zone {
        jiff::tz::TimeZone::get(zone)
            .map_err(|_| ApiError::invalid("time_zone", "Input should be the IANA name of a time zone"))?;
    }
    let new = NewUpload {
        id: UploadId::generate(&state.clock, &state.rng),
        user: user.id,
        team: user.team_id,
        length,
        file_name: word("filename").map(|name| name.chars().take(LONGEST).collect()),
        time_zone: time_zone.or(user.time_zone),
    };
    let has_piece = has_piece(headers);
    let mut upload = state.intake.begin_upload(new).await.map_err(refused)?;
    if has_piece {
        upload = protocol::take(&state, user.id, upload.id, 0, request.into_body()).await?;
    }
    let place = format!("/api/v1/users/{}/uploads/{}", user.id, upload.id);
    let mut told = told(&upload);
    told.extend(HeaderValue::from_str(&place).ok().map(|place| (header::LOCATION, place)));
    Ok(answer(StatusCode::CREATED, told))
}
