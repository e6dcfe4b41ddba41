//! `POST /api/v1/users/{user_id}/import/apple/xml/direct`: the contract's way to hand in what Apple Health exports.
//! The same as `files`, in another shape.

use super::create::{FileAccepted, FileForm, Owner, take_form};
use crate::{State, access::TeamUser, error::Result, state::Within, v1::inbound::check_encoding};
use axum::{Json, extract::Request};
use model::UserId;
use serde::Serialize;
use utoipa::ToSchema;

/// An export that was accepted.
#[derive(Serialize, ToSchema)]
pub(crate) struct ImportAccepted {
    /// Always `processing`.
    status: &'static str,
    /// Its receipt: the person's runs name it.
    task_id: String,
    /// Whose it is.
    user_id: String,
}

impl ImportAccepted {
    pub(super) fn of(accepted: &FileAccepted, user: UserId) -> Self {
        Self { status: "processing", task_id: accepted.receipt.to_string(), user_id: user.to_string() }
    }
}

#[utoipa::path(
    post, path = "/api/v1/users/{user_id}/import/apple/xml/direct", tag = "Events", operation_id = "import_apple_xml",
    summary = "Hand in what Apple Health exports",
    description = "The zip or the XML in it. On disk before the answer; the person's runs tell how far it is.",
    params(("user_id" = uuid::Uuid, Path, description = "Whose it is")),
    request_body(description = "The export", content((FileForm = "multipart/form-data"))),
    responses(
        (status = 200, description = "Accepted: on disk, and applied soon", body = ImportAccepted),
        (status = 404, description = "The team has no such user", body = crate::ErrorBody),
        (status = 413, description = "The file is too large", body = crate::ErrorBody),
        (status = 415, description = "The body is compressed", body = crate::ErrorBody),
        (status = 503, description = "No room at the moment; see Retry-After", body = crate::ErrorBody),
    ),
    security(("api_key" = []), ("developer_token" = []))
)]
pub(crate) async fn import(
    Within(state): Within<State>,
    TeamUser { user, .. }: TeamUser,
    request: Request,
) -> Result<Json<ImportAccepted>> {
    check_encoding(request.headers())?;
    let accepted = take_form(&state, &Owner::of(user.id, user.time_zone), request).await?;
    Ok(Json(ImportAccepted::of(&accepted, user.id)))
}
