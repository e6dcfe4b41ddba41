//! `POST /api/v1/sdk/users/{user_id}/sync`: a phone's health data. On disk before the answer; what became of it, the
//! user's runs tell.

use super::UploadDataResponse;
use crate::{
    State,
    access::PhoneUser,
    error::Result,
    state::Within,
    v1::inbound::{check_encoding, refusal},
};
use axum::{
    Json,
    body::Body,
    extract::Request,
    http::{HeaderMap, StatusCode},
};
use futures::TryStreamExt as _;

#[utoipa::path(
    post, path = "/api/v1/sdk/users/{user_id}/sync", tag = "Mobile SDK", operation_id = "sync_sdk_data",
    summary = "Send a phone's health data",
    description = "`{provider, sdkVersion, syncTimestamp, data: {records, sleep, workouts, deleted}}` of `apple`, \
                   `samsung` or `google`. A record that cannot be read costs itself; the user's runs count and explain \
                   it. `deleted` lists ids of records that the phone no longer has.",
    params(("user_id" = uuid::Uuid, Path, description = "Whose it is")),
    request_body(content = serde_json::Value, description = "What the SDK sends"),
    responses(
        (status = 202, description = "Accepted: on disk, and applied soon", body = UploadDataResponse),
        (status = 403, description = "The token is another user's", body = crate::ErrorBody),
        (status = 404, description = "The team has no such user", body = crate::ErrorBody),
        (status = 413, description = "The body is too large", body = crate::ErrorBody),
        (status = 415, description = "The body is compressed", body = crate::ErrorBody),
        (status = 503, description = "No room at the moment; see Retry-After", body = crate::ErrorBody),
    ),
    security(("sdk_token" = []), ("api_key" = []))
)]
pub(crate) async fn sync(
    Within(state): Within<State>,
    PhoneUser(user): PhoneUser,
    request: Request,
) -> Result<(StatusCode, Json<UploadDataResponse>)> {
    let (parts, body): (_, Body) = request.into_parts();
    let headers: &HeaderMap = &parts.headers;
    check_encoding(headers)?;
    let body = body.into_data_stream().map_err(|error| error.to_string());
    let (accepted, provider) = state.intake.accept_sync(user.id, body).await.map_err(refusal)?;
    tracing::debug!(receipt = accepted.receipt, bytes = accepted.size, %provider, "a phone's data accepted");
    let answer = UploadDataResponse::accepted(user.id, "Import task queued successfully");
    Ok((StatusCode::ACCEPTED, Json(answer)))
}
