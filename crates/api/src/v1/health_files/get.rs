//! `GET /api/v1/users/{user_id}/health-files/{file_id}`: an electrocardiogram (CSV) or a clinical record (FHIR as JSON) as it
//! came.

use super::list::parse_id;
use crate::{
    State,
    access::TeamUser,
    error::{ApiError, Result},
    state::Within,
    wire::{Binary, PathParams},
};
use axum::{
    http::{HeaderValue, header},
    response::{IntoResponse, Response},
};

#[utoipa::path(
    get, path = "/api/v1/users/{user_id}/health-files/{file_id}", tag = "Events", operation_id = "get_health_file",
    summary = "Download an electrocardiogram or a clinical record",
    params(
        ("user_id" = uuid::Uuid, Path, description = "The user"),
        ("file_id" = String, Path, description = "As the list has it"),
    ),
    responses(
        (status = 200, description = "The file, byte for byte", content(
            (Binary = "text/csv"), (Binary = "application/fhir+json")
        )),
        (status = 404, description = "No such user or file, or it is kept no longer", body = crate::ErrorBody),
    ),
    security(("api_key" = []), ("developer_token" = []))
)]
pub(crate) async fn get(
    Within(state): Within<State>,
    TeamUser { user, .. }: TeamUser,
    path: PathParams,
) -> Result<Response> {
    let unknown = || ApiError::NotFound("File not found".to_owned());
    let (receipt, number) = parse_id(path.text("file_id")).ok_or_else(unknown)?;
    let found = state.intake.kept_file(user.id, receipt, number).await.map_err(|error| ApiError::internal(&error))?;
    let (file, bytes) = found.ok_or_else(unknown)?;
    let kind = match file.part_type.as_str() {
        "electrocardiogram" => "text/csv; charset=utf-8",
        _ => "application/fhir+json",
    };
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static(kind)),
        (header::CONTENT_DISPOSITION, HeaderValue::from_static("attachment")),
        (header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
    ];
    Ok((headers, bytes).into_response())
}
