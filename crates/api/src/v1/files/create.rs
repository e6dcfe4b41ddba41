//! `POST /api/v1/users/{user_id}/files`: hands in a workout's file. On disk before the answer; it becomes
//! a workout soon, or an issue that the user's runs show.

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
    extract::{FromRequest as _, Multipart, Request},
    http::{HeaderMap, StatusCode, header},
};
use futures::{StreamExt as _, stream};
use ingest::Incoming;
use model::{FileFormat, PartMeta, UserId};
use providers::{BEGINNING, recognise};
use serde::Serialize;
use store::DeliveryKind;
use utoipa::ToSchema;

const LARGEST: u64 = 128 * 1024 * 1024;

/// A file that was accepted.
#[derive(Serialize, ToSchema)]
pub(crate) struct FileAccepted {
    /// Always `accepted`.
    status: &'static str,
    /// Its receipt: documents of the workout name it.
    receipt: i64,
    /// Its size, bytes.
    size: u64,
    /// `fit`, `tcx` or `gpx`, told from its bytes.
    format: &'static str,
}

#[utoipa::path(
    post, path = "/api/v1/users/{user_id}/files", tag = "Events", operation_id = "create_file",
    summary = "Hand in a workout's file",
    description = "FIT, TCX or GPX, up to 128 MiB, as the body itself or as the field `file` of a form.",
    params(
        ("user_id" = uuid::Uuid, Path, description = "Whose workout it is"),
        ("name" = Option<String>, Query, description = "The file's name, where the body itself is the file"),
    ),
    request_body(description = "The file", content(
        (Binary = "application/octet-stream"), (FileForm = "multipart/form-data")
    )),
    responses(
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
) -> Result<(StatusCode, Json<FileAccepted>)> {
    let headers = request.headers().clone();
    check_encoding(&headers)?;
    let content_type = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let accepted = if content_type.starts_with("multipart/form-data") {
        from_form(&state, user.id, request).await?
    } else {
        let name = query.text("name").map(str::to_owned);
        hand_in(&state, user.id, name, &headers, request.into_body()).await?
    };
    Ok((StatusCode::ACCEPTED, Json(accepted)))
}

/// The form, for people who read the reference.
#[derive(ToSchema)]
#[allow(dead_code)] // describes the form; the handler reads it by name
pub(crate) struct FileForm {
    /// The file.
    #[schema(value_type = String, format = Binary)]
    file: Vec<u8>,
}

async fn from_form(state: &State, user: UserId, request: Request) -> Result<FileAccepted> {
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
            let (accepted, ()) = tokio::join!(hand_in(state, user, name, &headers, body), feed);
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
    user: UserId,
    name: Option<String>,
    headers: &HeaderMap,
    body: Body,
) -> Result<FileAccepted> {
    let (first, body) = peek(body).await?;
    if first.is_empty() {
        return Err(ApiError::invalid("file", "The file is empty"));
    }
    let found = recognise(&first).ok_or_else(|| ApiError::invalid("file", "Input should be a FIT, TCX or GPX file"))?;
    let meta = PartMeta { format: found.format, file_name: name.map(short), ..PartMeta::default() };
    let incoming = Incoming {
        kind: DeliveryKind::Upload,
        provider: found.provider,
        app_id: None,
        user_id: Some(user),
        connection_id: None,
        part_type: Some(found.part_type.to_owned()),
        meta,
    };
    let accepted = accept(state, incoming, LARGEST, headers, body).await?;
    let format = found.format.map_or(found.part_type, FileFormat::as_str);
    Ok(FileAccepted { status: "accepted", receipt: accepted.receipt, size: accepted.size, format })
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
