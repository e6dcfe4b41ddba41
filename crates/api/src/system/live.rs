//! `GET /health/live`: the process answers.

use axum::Json;
use serde::Serialize;
use utoipa::ToSchema;

/// How the process is.
#[derive(Serialize, ToSchema)]
pub(crate) struct Health {
    /// `ok`.
    pub(super) status: &'static str,
}

#[utoipa::path(
    get, path = "/health/live", tag = "System", operation_id = "health_live", summary = "Is the process alive",
    responses((status = 200, description = "It answers", body = Health))
)]
pub(crate) async fn live() -> Json<Health> {
    Json(Health { status: "ok" })
}
