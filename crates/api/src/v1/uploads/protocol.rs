//! What the routes of uploads share of the tus protocol: its version, its headers, its way to say which methods are
//! meant, and what it answers to `OPTIONS`.

use super::{append, remove, stand};
use crate::{
    State,
    access::TeamUser,
    error::{ApiError, Result},
    state::Within,
    v1::inbound::refusal,
    wire::PathParams,
};
use axum::{
    body::Body,
    extract::{MatchedPath, Request},
    http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header},
    middleware::Next,
    response::{IntoResponse, Response},
};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use ingest::UploadError;
use model::{UploadId, UserId};
use store::Upload;

const VERSION: &str = "1.0.0";
const EXTENSIONS: &str = "creation,creation-with-upload,expiration,termination";
/// What a piece of a file is sent as.
const PIECE: &str = "application/offset+octet-stream";

pub(crate) const TUS_RESUMABLE: HeaderName = HeaderName::from_static("tus-resumable");
const TUS_VERSION: HeaderName = HeaderName::from_static("tus-version");
const TUS_EXTENSION: HeaderName = HeaderName::from_static("tus-extension");
const TUS_MAX_SIZE: HeaderName = HeaderName::from_static("tus-max-size");
pub(crate) const UPLOAD_OFFSET: HeaderName = HeaderName::from_static("upload-offset");
pub(crate) const UPLOAD_LENGTH: HeaderName = HeaderName::from_static("upload-length");
pub(crate) const UPLOAD_METADATA: HeaderName = HeaderName::from_static("upload-metadata");
pub(crate) const UPLOAD_EXPIRES: HeaderName = HeaderName::from_static("upload-expires");
/// Ours: under which receipt the whole of it goes on.
pub(crate) const UPLOAD_RECEIPT: HeaderName = HeaderName::from_static("upload-receipt");
pub(crate) const OVERRIDE: HeaderName = HeaderName::from_static("x-http-method-override");

/// Around every route: those of uploads speak the protocol, the others pass.
pub(crate) async fn speak(Within(state): Within<State>, request: Request, next: Next) -> Response {
    let is_upload = request.extensions().get::<MatchedPath>().is_some_and(|path| {
        let rest = path.as_str().strip_prefix("/api/v1/users/{user_id}/uploads");
        rest.is_some_and(|rest| rest.is_empty() || rest == "/{upload_id}")
    });
    if !is_upload {
        return next.run(request).await;
    }
    if request.method() == Method::OPTIONS && !request.headers().contains_key(header::ACCESS_CONTROL_REQUEST_METHOD) {
        let limit = HeaderValue::from(state.intake.largest_upload());
        let told = [
            (TUS_RESUMABLE, HeaderValue::from_static(VERSION)),
            (TUS_VERSION, HeaderValue::from_static(VERSION)),
            (TUS_EXTENSION, HeaderValue::from_static(EXTENSIONS)),
            (TUS_MAX_SIZE, limit),
        ];
        return (StatusCode::NO_CONTENT, told).into_response();
    }
    let mut answer = next.run(request).await;
    answer.headers_mut().insert(TUS_RESUMABLE, HeaderValue::from_static(VERSION));
    if answer.status() == StatusCode::PRECONDITION_FAILED {
        answer.headers_mut().insert(TUS_VERSION, HeaderValue::from_static(VERSION));
    }
    answer
}

/// For senders that can only post: a header says which method is meant.
pub(crate) async fn overridden(
    state: Within<State>,
    user: TeamUser,
    path: PathParams,
    request: Request,
) -> Result<Response> {
    let headers = request.headers().clone();
    match headers.get(OVERRIDE).map(HeaderValue::as_bytes) {
        Some(b"PATCH") => append::append(state, user, path, request).await,
        Some(b"DELETE") => remove::remove(state, user, path, headers).await,
        Some(b"HEAD") => stand::stand(state, user, path, headers).await,
        _ => Err(ApiError::invalid(OVERRIDE.as_str(), "Input should be 'PATCH', 'DELETE' or 'HEAD'")),
    }
}

/// Refuses another version than ours.
pub(super) fn check_version(headers: &HeaderMap) -> Result<()> {
    match headers.get(&TUS_RESUMABLE) {
        Some(version) if version.as_bytes() == VERSION.as_bytes() => Ok(()),
        _ => Err(ApiError::Version("Tus-Resumable: Input should be '1.0.0'")),
    }
}

/// Whether a request brings a piece of a file.
pub(super) fn has_piece(headers: &HeaderMap) -> bool {
    headers.get(header::CONTENT_TYPE).is_some_and(|kind| kind.as_bytes() == PIECE.as_bytes())
}

/// Refuses a piece that is sent as anything else.
pub(super) fn check_piece(headers: &HeaderMap) -> Result<()> {
    if has_piece(headers) {
        return Ok(());
    }
    Err(ApiError::MediaType("Content-Type: Input should be 'application/offset+octet-stream'"))
}

/// A count of bytes that a header says.
pub(super) fn bytes(headers: &HeaderMap, name: &HeaderName) -> Result<Option<u64>> {
    let Some(value) = headers.get(name) else { return Ok(None) };
    let number = value.to_str().ok().filter(|text| text.bytes().all(|byte| byte.is_ascii_digit()));
    let number = number.and_then(|text| text.parse().ok());
    number.map(Some).ok_or_else(|| ApiError::invalid(name.as_str(), "Input should be a number of bytes"))
}

/// What a sender says of a file: words with values in base64.
pub(super) fn metadata(headers: &HeaderMap) -> Result<Vec<(String, String)>> {
    let Some(value) = headers.get(&UPLOAD_METADATA) else { return Ok(Vec::new()) };
    let broken = || ApiError::invalid("upload-metadata", "Input should be words with values in base64");
    let mut said = Vec::new();
    for pair in value.to_str().map_err(|_| broken())?.split(',').map(str::trim).filter(|pair| !pair.is_empty()) {
        let (word, value) = pair.split_once(' ').unwrap_or((pair, ""));
        let value = STANDARD.decode(value.trim()).map_err(|_| broken())?;
        said.push((word.to_owned(), String::from_utf8_lossy(&value).into_owned()));
    }
    Ok(said)
}

/// What is told of an upload in headers.
pub(super) fn told(upload: &Upload) -> Vec<(HeaderName, HeaderValue)> {
    let mut told = vec![
        (UPLOAD_OFFSET, HeaderValue::from(upload.kept)),
        (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
    ];
    let expires = jiff::Timestamp::from_microsecond(upload.expires_at.as_micros())
        .map(|at| at.strftime("%a, %d %b %Y %H:%M:%S GMT").to_string());
    told.extend(expires.ok().and_then(|text| Some((UPLOAD_EXPIRES, HeaderValue::from_str(&text).ok()?))));
    told.extend(upload.receipt.map(|receipt| (UPLOAD_RECEIPT, HeaderValue::from(receipt))));
    told
}

/// The same words again.
pub(super) fn told_metadata(upload: &Upload) -> Option<(HeaderName, HeaderValue)> {
    let words = [("filename", &upload.file_name), ("time_zone", &upload.time_zone)];
    let pairs: Vec<String> = words
        .into_iter()
        .filter_map(|(word, value)| Some(format!("{word} {}", STANDARD.encode(value.as_deref()?))))
        .collect();
    let value = HeaderValue::from_str(&pairs.join(",")).ok().filter(|_| !pairs.is_empty())?;
    Some((UPLOAD_METADATA, value))
}

/// An answer without a body.
pub(super) fn answer(status: StatusCode, told: Vec<(HeaderName, HeaderValue)>) -> Response {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = status;
    response.headers_mut().extend(told);
    response
}

/// The upload that a path names; any other text names none.
pub(super) fn upload_id(path: &PathParams) -> Result<UploadId> {
    path.text("upload_id").parse().map_err(|_| unknown())
}

fn unknown() -> ApiError {
    ApiError::NotFound("Upload not found".to_owned())
}

/// Why a piece is not taken.
pub(super) fn refused(error: UploadError) -> ApiError {
    match error {
        UploadError::Unknown => unknown(),
        UploadError::TooMany => ApiError::TooMany { retry_after_s: 600 },
        UploadError::Offset { kept } => ApiError::Conflict(format!("Upload-Offset: {kept} bytes are kept")),
        UploadError::Unrecognised => {
            ApiError::invalid("file", "Input should be a workout's file or an export of a known service")
        }
        UploadError::Accept(error) => refusal(error),
    }
}

/// Takes a piece to its end, also where its sender goes away: what had come is kept.
pub(super) async fn take(state: &State, user: UserId, id: UploadId, offset: u64, body: Body) -> Result<Upload> {
    let intake = state.intake.clone();
    let taking = tokio::spawn(async move {
        let body = futures::TryStreamExt::map_err(body.into_data_stream(), |error| error.to_string());
        intake.append_upload(user, id, offset, body).await
    });
    taking.await.map_err(|error| ApiError::internal(&error))?.map_err(refused)
}
