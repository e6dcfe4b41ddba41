//! `GET /api/v1/users/{user_id}/health-files`: a person's electrocardiograms or clinical records, with what each says of
//! itself.

use super::TYPES;
use crate::{
    State,
    access::TeamUser,
    error::{ApiError, Result},
    state::Within,
    wire::Query,
};
use axum::Json;
use ingest::Described;
use model::Timestamp;
use serde::Serialize;
use store::KeptFile;
use utoipa::ToSchema;

/// A page of files.
#[derive(Serialize, ToSchema)]
pub(crate) struct HealthFilePage {
    /// Latest received first.
    data: Vec<HealthFile>,
    /// For the next page; null at the end.
    next_cursor: Option<String>,
}

/// A file that is kept as it came. What it does not say is null.
#[derive(Serialize, ToSchema)]
pub(crate) struct HealthFile {
    /// Its name in the paths here.
    id: String,
    /// `electrocardiogram` or `clinical_record`.
    r#type: String,
    /// Whose export it came in.
    provider: String,
    /// Its name there.
    file_name: Option<String>,
    /// Bytes.
    size: u64,
    /// When it was handed in.
    #[schema(value_type = String, format = DateTime)]
    received_at: Timestamp,
    /// When it was recorded.
    #[schema(value_type = Option<String>, format = DateTime)]
    recorded_at: Option<Timestamp>,
    /// The same as it is written, where it is no instant.
    recorded: Option<String>,
    /// Of a clinical record: which FHIR resource.
    resource_type: Option<String>,
    /// Its id there.
    resource_id: Option<String>,
    /// Who wrote it, where it says so.
    source: Option<String>,
    /// Of an electrocardiogram: what the device makes of it, in the phone's language.
    classification: Option<String>,
    /// What the person felt.
    symptoms: Option<String>,
    /// The device's model.
    device: Option<String>,
    /// Voltages a second.
    sample_rate_hz: Option<f64>,
    /// How many voltages.
    samples: Option<u64>,
}

impl HealthFile {
    fn of((file, said): (KeptFile, Described)) -> Self {
        Self {
            id: id(&file),
            r#type: file.part_type,
            provider: file.provider.to_string(),
            file_name: file.meta.file_name,
            size: file.size,
            received_at: file.received_at,
            recorded_at: said.recorded_at,
            recorded: said.recorded,
            resource_type: said.resource_type,
            resource_id: said.resource_id,
            source: said.source,
            classification: said.classification,
            symptoms: said.symptoms,
            device: said.device,
            sample_rate_hz: said.sample_rate_hz,
            samples: said.samples,
        }
    }
}

fn id(file: &KeptFile) -> String {
    format!("{}-{}", file.receipt, file.number)
}

/// The file that a name names.
pub(super) fn parse_id(text: &str) -> Option<(i64, u32)> {
    let (receipt, number) = text.split_once('-')?;
    Some((receipt.parse().ok()?, number.parse().ok()?))
}

#[utoipa::path(
    get, path = "/api/v1/users/{user_id}/health-files", tag = "Events", operation_id = "list_health_files",
    summary = "List electrocardiograms or clinical records",
    description = "They are kept as they came, for as long as raw bodies are kept.",
    params(
        ("user_id" = uuid::Uuid, Path, description = "The user"),
        ("type" = Option<String>, Query, description = "`electrocardiogram` (default) or `clinical_record`"),
        ("limit" = Option<u32>, Query, minimum = 1, maximum = 100, description = "How many; 20 if left out"),
        ("cursor" = Option<String>, Query, description = "Of the page before"),
    ),
    responses(
        (status = 200, description = "A page", body = HealthFilePage),
        (status = 404, description = "The team has no such user", body = crate::ErrorBody),
    ),
    security(("api_key" = []), ("developer_token" = []))
)]
pub(crate) async fn list(
    Within(state): Within<State>,
    TeamUser { user, .. }: TeamUser,
    query: Query,
) -> Result<Json<HealthFilePage>> {
    let part_type = query.choice("type", "electrocardiogram", TYPES)?;
    let limit = query.integer("limit", 20, 1..=100)?;
    let wrong = || ApiError::invalid("cursor", "Input should be a cursor of the page before");
    let before = query.text("cursor").map(|text| parse_id(text).ok_or_else(wrong)).transpose()?;
    let found = state.intake.kept_files(user.id, part_type, before, limit).await;
    let found = found.map_err(|error| ApiError::internal(&error))?;
    let is_full = found.len() == limit as usize;
    let next_cursor = found.last().filter(|_| is_full).map(|(file, _)| id(file));
    Ok(Json(HealthFilePage { data: found.into_iter().map(HealthFile::of).collect(), next_cursor }))
}
