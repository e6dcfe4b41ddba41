//! `GET /metrics`: counters and histograms of the process, as Prometheus text.

use crate::{
    State,
    error::{ApiError, Result},
    state::Within,
};
use axum::{
    http::{HeaderMap, HeaderValue, header},
    response::{IntoResponse, Response},
};

const CONTENT_TYPE: HeaderValue = HeaderValue::from_static("text/plain; version=0.0.4; charset=utf-8");

#[utoipa::path(
    get, path = "/metrics", tag = "System", operation_id = "metrics", summary = "Metrics for Prometheus",
    description = "No health values and nothing of users. Needs a bearer token where the configuration sets one.",
    responses(
        (status = 200, description = "Prometheus text", body = String, content_type = "text/plain"),
        (status = 401, description = "A token is set and not given", body = crate::ErrorBody),
    )
)]
pub(crate) async fn metrics(Within(state): Within<State>, headers: HeaderMap) -> Result<Response> {
    if let Some(token) = &state.settings.metrics_token {
        let given = headers.get(header::AUTHORIZATION).map(HeaderValue::as_bytes).unwrap_or_default();
        if !seal::constant_time_eq(given, format!("Bearer {token}").as_bytes()) {
            return Err(ApiError::Unauthorized("Invalid or missing metrics token"));
        }
    }
    Ok(([(header::CONTENT_TYPE, CONTENT_TYPE)], (state.metrics)()).into_response())
}
