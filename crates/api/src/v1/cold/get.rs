//! `GET /api/v1/users/{user_id}/cold/{name}`: an object of old samples, as it lies there.

use crate::{
    State,
    access::TeamUser,
    error::{ApiError, Result},
    state::Within,
    wire::{Binary, PathParams},
};
use axum::{
    body::{Body, Bytes},
    http::{HeaderValue, header},
    response::{IntoResponse as _, Response},
};
use futures::stream::{self, Stream};
use std::{
    io::{self, Read},
    sync::Arc,
};
use tokio::{sync::OwnedSemaphorePermit, task::spawn_blocking};

/// What is read at a time.
const CHUNK: usize = 256 * 1024;

#[utoipa::path(
    get, path = "/api/v1/users/{user_id}/cold/{name}", tag = "Timeseries", operation_id = "get_cold_object",
    summary = "Download old samples",
    params(
        ("user_id" = uuid::Uuid, Path, description = "The user"),
        ("name" = String, Path, description = "The object's name, from the list"),
    ),
    responses(
        (status = 200, description = "The samples", content((Binary = "application/vnd.apache.parquet"))),
        (status = 404, description = "The team has no such user, or they no such object", body = crate::ErrorBody),
        (status = 503, description = "Cold storage does not answer, or too many exports are open", body = crate::ErrorBody),
    ),
    security(("api_key" = []), ("developer_token" = []))
)]
pub(crate) async fn get(
    Within(state): Within<State>,
    TeamUser { user, .. }: TeamUser,
    path: PathParams,
) -> Result<Response> {
    let objects = state.store.list_cold(user.id).await?;
    let missing = || ApiError::NotFound("Cold object not found".to_owned());
    let object = objects.into_iter().find(|object| object.key.file_name() == path.text("name")).ok_or_else(missing)?;
    let permit = Arc::clone(&state.exports)
        .try_acquire_owned()
        .map_err(|_| ApiError::Unavailable { reason: "Too many exports are open", retry_after_s: 10 })?;
    let Some(place) = state.intake.cold().cloned() else { return Err(unreachable(&"cold.url is not set")) };
    let name = object.key.object_name(user.team_id, user.id);
    let opened = spawn_blocking(move || place.open(&name)).await.map_err(|error| ApiError::internal(&error))?;
    let reader = opened.map_err(|error| unreachable(&error))?;
    let name = format!("attachment; filename=\"{}\"", object.key.file_name());
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static("application/vnd.apache.parquet")),
        (header::CONTENT_LENGTH, HeaderValue::from(object.bytes)),
        (header::CONTENT_DISPOSITION, HeaderValue::from_str(&name).map_err(|error| ApiError::internal(&error))?),
    ];
    Ok((headers, Body::from_stream(chunks(reader, permit))).into_response())
}

/// Only an operator can mend it.
fn unreachable(cause: &dyn std::fmt::Display) -> ApiError {
    tracing::error!(cause = %cause, "a cold object cannot be read");
    ApiError::Unavailable { reason: "Cold storage does not answer", retry_after_s: 60 }
}

fn chunks(reader: Box<dyn Read + Send>, permit: OwnedSemaphorePermit) -> impl Stream<Item = io::Result<Bytes>> {
    stream::try_unfold((reader, permit), |(mut reader, permit)| async move {
        let read = move || {
            let mut chunk = Vec::with_capacity(CHUNK);
            reader.by_ref().take(CHUNK as u64).read_to_end(&mut chunk)?;
            Ok::<_, io::Error>((chunk, reader))
        };
        let (chunk, reader) = spawn_blocking(read).await.map_err(io::Error::other)??;
        Ok((!chunk.is_empty()).then(|| (Bytes::from(chunk), (reader, permit))))
    })
}
