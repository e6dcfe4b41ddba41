//! `POST /api/v1/users/{user_id}/files`: hands in a file. On disk before the answer; it becomes records
//! soon, or an issue that the user's runs show.

use super::preview::{self, FilePreview};
use crate::{
    State,
    access::TeamUser,
    error::{ApiError, Result},
    state::Within,
    v1::inbound::{accept, check_encoding},
    wire::{Binary, Query},
};
use axum::{
    Json,
    body::{Body, Bytes},
    extract::{DefaultBodyLimit, FromRequest as _, Multipart, Request},
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
};
use futures::{StreamExt as _, stream};
use ingest::Incoming;
use model::{FileFormat, PartMeta, UserId};
use providers::{BEGINNING, recognise};
use serde::Serialize;
use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};
use store::DeliveryKind;
use utoipa::ToSchema;

/// The largest file of which is told what it would give.
const PREVIEWED: u64 = 128 * 1024 * 1024;

/// A file that was accepted.
#[derive(Serialize, ToSchema)]
pub(crate) struct FileAccepted {
    /// Always `accepted`.
    status: &'static str,
    /// Its receipt: documents of the workout name it.
    pub(super) receipt: i64,
    /// Its size, bytes.
    size: u64,
    /// Whose file it is: a service, or `file` for a workout's file.
    provider: String,
    /// `fit`, `tcx` or `gpx`, else which of the service's exports, told from its bytes.
    format: &'static str,
}

#[utoipa::path(
    post, path = "/api/v1/users/{user_id}/files", tag = "Events", operation_id = "create_file",
    summary = "Hand in a file",
    description = "A workout's file (FIT, TCX, GPX) or an export of a service, up to 128 MiB, or a zip of these or what \
                   Apple Health exports (the zip or its XML), up to 16 GiB unless the server says otherwise; as the body itself or as the \
                   field `file` of a form. Its bytes alone say what it is.",
    params(
        ("user_id" = uuid::Uuid, Path, description = "Whose it is"),
        ("dry_run" = Option<bool>, Query, description = "Only say what the file would give"),
        ("time_zone" = Option<String>, Query, description = "The zone (IANA name) of times in it that say no offset; the user's own where absent"),
        ("name" = Option<String>, Query, description = "The file's name, where the body itself is the file"),
    ),
    request_body(description = "The file", content(
        (Binary = "application/octet-stream"), (FileForm = "multipart/form-data")
    )),
    responses(
        (status = 200, description = "What the file would give; nothing was kept", body = FilePreview),
        (status = 202, description = "Accepted: on disk, and applied soon", body = FileAccepted),
        (status = 404, description = "The team has no such user", body = crate::ErrorBody),
        (status = 413, description = "The file is too large", body = crate::ErrorBody),
        (status = 415, description = "The body is compressed", body = crate::ErrorBody),
        (status = 503, description = "No room at the moment; see Retry-After", body = crate::ErrorBody),
    ),
    security(("api_key" = []), ("developer_token" = []))
)]
pub(crate) async fn create(
    Within(state): Within<State>,
    TeamUser { user, .. }: TeamUser,
    query: Query,
    request: Request,
) -> Result<Answer> {
    let headers = request.headers().clone();
    check_encoding(&headers)?;
    let time_zone = time_zone(&query, user.time_zone)?;
    let owner = Owner { dry_run: query.flag("dry_run")?, ..Owner::of(user.id, time_zone) };
    let content_type = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    if content_type.starts_with("multipart/form-data") {
        from_form(&state, &owner, request).await
    } else {
        let name = query.text("name").map(str::to_owned);
        hand_in(&state, &owner, name, &headers, request.into_body()).await
    }
}

/// What became of a file.
pub(crate) enum Answer {
    Accepted(FileAccepted),
    Preview(FilePreview),
}

impl IntoResponse for Answer {
    fn into_response(self) -> Response {
        match self {
            Self::Accepted(accepted) => (StatusCode::ACCEPTED, Json(accepted)).into_response(),
            Self::Preview(preview) => Json(preview).into_response(),
        }
    }
}

/// The form, for people who read the reference.
#[derive(ToSchema)]
#[allow(dead_code)] // describes the form; the handler reads it by name
pub(crate) struct FileForm {
    /// The file.
    #[schema(value_type = String, format = Binary)]
    file: Vec<u8>,
}

/// Whose file it is, and what their clock shows.
pub(super) struct Owner {
    user: UserId,
    time_zone: Option<String>,
    /// Whether only to say what the file would give.
    dry_run: bool,
    /// The largest file that is taken from them, bytes, beside what the server takes.
    limit: u64,
}

impl Owner {
    /// A person from whom as much is taken as the server takes.
    pub(super) fn of(user: UserId, time_zone: Option<String>) -> Self {
        Self { user, time_zone, dry_run: false, limit: u64::MAX }
    }

    /// The same, for files of so many bytes at most.
    pub(super) fn at_most(self, limit: u64) -> Self {
        Self { limit, ..self }
    }
}

/// Takes the file of a form in.
pub(super) async fn take_form(state: &State, owner: &Owner, request: Request) -> Result<FileAccepted> {
    match from_form(state, owner, request).await? {
        Answer::Accepted(accepted) => Ok(accepted),
        Answer::Preview(_) => Err(ApiError::BadRequest("Nothing was taken in".to_owned())),
    }
}

/// The zone that is asked for, else the person's own.
fn time_zone(query: &Query, own: Option<String>) -> Result<Option<String>> {
    let Some(asked) = query.text("time_zone") else { return Ok(own) };
    jiff::tz::TimeZone::get(asked)
        .map_err(|_| ApiError::invalid("time_zone", "Input should be the IANA name of a time zone"))?;
    Ok(Some(asked.to_owned()))
}

async fn from_form(state: &State, owner: &Owner, mut request: Request) -> Result<Answer> {
    // it is never in memory as a whole; how much is taken is for the intake to say
    DefaultBodyLimit::disable().apply(&mut request);
    let broken = || ApiError::invalid("file", "Input should be a multipart form");
    let mut form = Multipart::from_request(request, state).await.map_err(|_| broken())?;
    while let Some(field) = form.next_field().await.map_err(|_| broken())? {
        if field.name() == Some("file") {
            let name = field.file_name().map(str::to_owned);
            // A field borrows its form: what arrives is passed on as it arrives, a few chunks at a time.
            let (sender, receiver) = tokio::sync::mpsc::channel::<std::result::Result<Bytes, String>>(4);
            let body = Body::from_stream(tokio_stream_of(receiver));
            let feed = async move {
                let mut field = field;
                while let Some(chunk) = field.next().await {
                    if sender.send(chunk.map_err(|error| error.to_string())).await.is_err() {
                        break;
                    }
                }
            };
            let headers = HeaderMap::new();
            let (accepted, ()) = tokio::join!(hand_in(state, owner, name, &headers, body), feed);
            return accepted;
        }
    }
    Err(ApiError::invalid("file", "Field required"))
}

fn tokio_stream_of<T: Send + 'static>(
    receiver: tokio::sync::mpsc::Receiver<T>,
) -> impl futures::Stream<Item = T> + Send + 'static {
    stream::unfold(receiver, |mut receiver| async move { receiver.recv().await.map(|item| (item, receiver)) })
}

async fn hand_in(
    state: &State,
    owner: &Owner,
    name: Option<String>,
    headers: &HeaderMap,
    body: Body,
) -> Result<Answer> {
    let (first, body) = peek(body).await?;
    if first.is_empty() {
        return Err(ApiError::invalid("file", "The file is empty"));
    }
    let unknown = || ApiError::invalid("file", "Input should be a workout's file or an export of a known service");
    let found = recognise(&first).ok_or_else(unknown)?;
    let time_zone = owner.time_zone.clone();
    let meta = PartMeta { format: found.format, file_name: name.map(short), time_zone, ..PartMeta::default() };
    if owner.dry_run {
        return Ok(Answer::Preview(preview::of(found, meta, body, PREVIEWED).await?));
    }
    let incoming = Incoming {
        kind: DeliveryKind::Upload,
        provider: found.provider.clone(),
        app_id: None,
        user_id: Some(owner.user),
        connection_id: None,
        part_type: Some(found.part_type.to_owned()),
        meta,
    };
    let is_too_large = Arc::new(AtomicBool::new(false));
    let body = at_most(owner.limit, body, Arc::clone(&is_too_large));
    let refused = |error| match error {
        // how it ended is all that the intake knows of it
        _ if is_too_large.load(Ordering::Relaxed) => ApiError::TooLarge { limit: owner.limit },
        error => error,
    };
    let accepted = accept(state, incoming, owner.limit, headers, body).await.map_err(refused)?;
    let format = found.format.map_or(found.part_type, FileFormat::as_str);
    let provider = found.provider.to_string();
    let (receipt, size) = (accepted.receipt, accepted.size);
    Ok(Answer::Accepted(FileAccepted { status: "accepted", receipt, size, provider, format }))
}

/// The same body, which breaks off where it becomes larger than this, and notes so.
fn at_most(limit: u64, body: Body, is_too_large: Arc<AtomicBool>) -> Body {
    let mut taken = 0;
    Body::from_stream(body.into_data_stream().map(move |chunk| {
        let chunk = chunk.map_err(|error| error.to_string())?;
        taken += chunk.len() as u64;
        if taken > limit {
            is_too_large.store(true, Ordering::Relaxed);
            return Err(format!("it is larger than {limit} bytes"));
        }
        Ok(chunk)
    }))
}

/// The first bytes, and the whole body again.
async fn peek(body: Body) -> Result<(Vec<u8>, Body)> {
    let mut chunks = body.into_data_stream().fuse();
    let mut first = Vec::new();
    while first.len() < BEGINNING {
        match chunks.next().await {
            Some(Ok(chunk)) => first.extend_from_slice(&chunk),
            Some(Err(_)) => return Err(ApiError::BadRequest("The body broke off".to_owned())),
            None => break,
        }
    }
    let again = stream::iter([Ok::<_, axum::Error>(Bytes::from(first.clone()))]).chain(chunks);
    Ok((first, Body::from_stream(again)))
}

fn short(name: String) -> String {
    name.chars().take(200).collect()
}
