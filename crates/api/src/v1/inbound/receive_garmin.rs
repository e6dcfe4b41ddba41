//! `POST /api/v1/garmin/webhooks/ping` and `…/push`: names of the peer for Garmin's bare path, for apps that were
//! registered with them. What they take is told apart by its content, so both are the same.

use super::{door::WebhookAccepted, receive_bare::take_bare};
use crate::{State, error::Result, state::Within};
use axum::{Json, body::Body, http::HeaderMap};

const GARMIN: &str = "garmin";

#[utoipa::path(
    post, path = "/api/v1/garmin/webhooks/ping", tag = "Inbound", operation_id = "receive_garmin_ping",
    summary = "Receive Garmin's pings at the peer's older path",
    description = "Use `/api/v1/providers/garmin/webhooks/{app_id}/{secret}`. Closed by default like the bare path.",
    request_body(content = Object, content_type = "application/json"),
    responses(
        (status = 200, description = "Accepted", body = WebhookAccepted),
        (status = 401, description = "The sender does not name our client id", body = crate::ErrorBody),
        (status = 404, description = "The path is closed", body = crate::ErrorBody),
        (status = 400, description = "A small body that is not a JSON object", body = crate::ErrorBody),
        (status = 413, description = "The body is too large", body = crate::ErrorBody),
        (status = 415, description = "The body is compressed", body = crate::ErrorBody),
        (status = 503, description = "No room at the moment; see Retry-After", body = crate::ErrorBody),
    )
)]
#[deprecated = "an older name of the peer, kept for its clients"]
pub(crate) async fn ping(
    Within(state): Within<State>,
    headers: HeaderMap,
    body: Body,
) -> Result<Json<WebhookAccepted>> {
    take_bare(&state, GARMIN, &headers, body).await
}

#[utoipa::path(
    post, path = "/api/v1/garmin/webhooks/push", tag = "Inbound", operation_id = "receive_garmin_push",
    summary = "Receive Garmin's pushes at the peer's older path",
    description = "Use `/api/v1/providers/garmin/webhooks/{app_id}/{secret}`. Closed by default like the bare path.",
    request_body(content = Object, content_type = "application/json"),
    responses(
        (status = 200, description = "Accepted", body = WebhookAccepted),
        (status = 401, description = "The sender does not name our client id", body = crate::ErrorBody),
        (status = 404, description = "The path is closed", body = crate::ErrorBody),
        (status = 400, description = "A small body that is not a JSON object", body = crate::ErrorBody),
        (status = 413, description = "The body is too large", body = crate::ErrorBody),
        (status = 415, description = "The body is compressed", body = crate::ErrorBody),
        (status = 503, description = "No room at the moment; see Retry-After", body = crate::ErrorBody),
    )
)]
#[deprecated = "an older name of the peer, kept for its clients"]
pub(crate) async fn push(
    Within(state): Within<State>,
    headers: HeaderMap,
    body: Body,
) -> Result<Json<WebhookAccepted>> {
    take_bare(&state, GARMIN, &headers, body).await
}
