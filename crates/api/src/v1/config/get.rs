//! `GET /api/v1/config`: what a portal shows and hides.

use crate::access::DeveloperCaller;
use axum::Json;
use serde::Serialize;
use utoipa::ToSchema;

/// What the server has switched on.
#[derive(Serialize, ToSchema)]
pub(crate) struct ConfigRead {
    /// Always true: deliveries are part of this server.
    outgoing_webhooks_enabled: bool,
}

#[utoipa::path(
    get, path = "/api/v1/config", tag = "Settings", operation_id = "get_config",
    summary = "Show what the server has switched on",
    responses((status = 200, description = "What is switched on", body = ConfigRead)),
    security(("developer_token" = []))
)]
pub(crate) async fn get(_caller: DeveloperCaller) -> Json<ConfigRead> {
    Json(ConfigRead { outgoing_webhooks_enabled: true })
}
