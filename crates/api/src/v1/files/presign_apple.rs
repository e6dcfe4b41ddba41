//! `POST /api/v1/users/{user_id}/import/apple/xml/s3`: an address to which what Apple Health exports can be handed in
//! without a key. The peer's is a bucket's; ours is this server's own, so that nothing else need be run.

use super::upload_presigned::UploadClaims;
use crate::{
    State,
    access::TeamUser,
    error::{ApiError, Result},
    state::Within,
    wire::OptionalJson,
};
use axum::Json;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use utoipa::ToSchema;

/// What is to be uploaded.
#[derive(Deserialize, ToSchema)]
#[serde(default)]
pub(crate) struct PresignedURLRequest {
    /// The file's name.
    filename: String,
    /// How long the address is good, seconds: 60 to 3600.
    expiration_seconds: i64,
    /// The largest file it takes, bytes: 1,024 or more.
    max_file_size: u64,
}

impl Default for PresignedURLRequest {
    fn default() -> Self {
        Self { filename: String::new(), expiration_seconds: 300, max_file_size: 52_428_800 }
    }
}

/// Where to upload it.
#[derive(Serialize, ToSchema)]
pub(crate) struct PresignedURLResponse {
    /// Where the form is posted.
    upload_url: String,
    /// What the form has before the field `file`.
    form_fields: BTreeMap<&'static str, String>,
    /// Its name there.
    file_key: String,
    /// How long the address is good, seconds.
    expires_in: i64,
    /// The largest file it takes, bytes.
    max_file_size: u64,
    /// Always `wearhouse`: it is no bucket.
    bucket: &'static str,
}

#[utoipa::path(
    post, path = "/api/v1/users/{user_id}/import/apple/xml/s3", tag = "Events", operation_id = "presign_apple_xml",
    summary = "Get an address to upload an export to",
    description = "For a browser or a phone that has no key: it posts a form with `form_fields` and the file as `file`.",
    params(("user_id" = uuid::Uuid, Path, description = "Whose it is")),
    request_body = Option<PresignedURLRequest>,
    responses(
        (status = 200, description = "The address", body = PresignedURLResponse),
        (status = 400, description = "A limit that cannot be", body = crate::ErrorBody),
        (status = 404, description = "The team has no such user", body = crate::ErrorBody),
    ),
    security(("api_key" = []), ("developer_token" = []))
)]
pub(crate) async fn presign(
    Within(state): Within<State>,
    TeamUser { user, .. }: TeamUser,
    OptionalJson(request): OptionalJson<PresignedURLRequest>,
) -> Result<Json<PresignedURLResponse>> {
    let request = request.unwrap_or_default();
    if !(60..=3600).contains(&request.expiration_seconds) {
        return Err(ApiError::invalid("expiration_seconds", "Input should be from 60 to 3600"));
    }
    if request.max_file_size < 1024 {
        return Err(ApiError::invalid("max_file_size", "Input should be greater than or equal to 1024"));
    }
    if request.filename.chars().count() > 200 {
        return Err(ApiError::invalid("filename", "String should have at most 200 characters"));
    }
    let exp = state.clock.now().as_seconds() + request.expiration_seconds;
    let token = UploadClaims::new(user.id, exp, request.max_file_size).signed(&state)?;
    let name = if request.filename.is_empty() { "export.zip" } else { &request.filename };
    let file_key = format!("{}/raw/{name}", user.id);
    let base = state.settings.public_url.as_str().trim_end_matches('/');
    Ok(Json(PresignedURLResponse {
        upload_url: format!("{base}/api/v1/uploads/{token}"),
        form_fields: BTreeMap::from([("key", file_key.clone())]),
        file_key,
        expires_in: request.expiration_seconds,
        max_file_size: request.max_file_size,
        bucket: "wearhouse",
    }))
}
