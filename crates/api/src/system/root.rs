//! `GET /`: the banner.

use axum::Json;
use serde::Serialize;
use utoipa::ToSchema;

/// The banner.
#[derive(Serialize, ToSchema)]
pub(crate) struct Banner {
    /// A word for people.
    message: &'static str,
}

#[utoipa::path(
    get, path = "/", tag = "System", operation_id = "banner", summary = "Banner",
    responses((status = 200, description = "The server runs", body = Banner))
)]
pub(crate) async fn root() -> Json<Banner> {
    Json(Banner { message: "Server is running!" })
}
