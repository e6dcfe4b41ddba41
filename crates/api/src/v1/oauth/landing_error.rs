//! `GET /api/v1/oauth/error`: where a browser lands when connecting failed.

use super::landing;
use crate::wire::Query;
use axum::{http::HeaderMap, response::Response};

#[utoipa::path(
    get, path = "/api/v1/oauth/error", tag = "Connections", operation_id = "oauth_error",
    summary = "Landing when connecting failed",
    params(("message" = Option<String>, Query, description = "What went wrong")),
    responses((status = 200, description = "JSON, or a page for a browser", body = Object))
)]
pub(crate) async fn error(query: Query, headers: HeaderMap) -> Response {
    let message: String = query.text("message").unwrap_or("OAuth authentication failed").chars().take(300).collect();
    let body = serde_json::json!({ "success": false, "message": message });
    landing(&headers, "Not connected", &message, body)
}
