//! `GET /api/v1/oauth/success`: where a browser lands when an account was connected.

use super::landing;
use crate::{error::Result, wire::Query};
use axum::{http::HeaderMap, response::Response};

#[utoipa::path(
    get, path = "/api/v1/oauth/success", tag = "Connections", operation_id = "oauth_success",
    summary = "Landing after connecting",
    params(
        ("provider" = String, Query, description = "The provider"),
        ("user_id" = String, Query, description = "The user"),
    ),
    responses((status = 200, description = "JSON, or a page for a browser", body = Object))
)]
pub(crate) async fn success(query: Query, headers: HeaderMap) -> Result<Response> {
    let (provider, user_id) = (query.required("provider")?, query.required("user_id")?);
    let title = ::providers::find(provider).map_or(provider, |provider| provider.manifest().title.as_str());
    let body = serde_json::json!({
        "success": true,
        "message": format!("Successfully connected to {provider}"),
        "provider": provider,
        "user_id": user_id,
    });
    Ok(landing(&headers, "Connected", &format!("{title} is connected. You can close this page."), body))
}
