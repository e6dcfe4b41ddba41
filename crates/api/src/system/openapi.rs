//! `GET /openapi.json`: the document of every route.

use axum::{
    http::{HeaderValue, header},
    response::{IntoResponse, Response},
};
use std::sync::LazyLock;

static DOCUMENT: LazyLock<String> = LazyLock::new(|| crate::openapi().to_json().unwrap_or_default());

#[utoipa::path(
    get, path = "/openapi.json", tag = "System", operation_id = "openapi", summary = "This document",
    responses((status = 200, description = "OpenAPI 3.1", body = Object))
)]
pub(crate) async fn openapi() -> Response {
    ([(header::CONTENT_TYPE, HeaderValue::from_static("application/json"))], DOCUMENT.as_str()).into_response()
}
