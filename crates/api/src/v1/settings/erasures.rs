//! `GET /api/v1/settings/erasures`: what was erased with users who are gone, in numbers.

use crate::{State, access::DeveloperCaller, error::Result, state::Within, v1::settings::ErasureRead};
use axum::Json;
use model::Timestamp;

/// More than anybody reads; older ones stay in the store.
const SHOWN: u32 = 1_000;

#[utoipa::path(
    get, path = "/api/v1/settings/erasures", tag = "Settings", operation_id = "list_erasures",
    summary = "List the team's erased users",
    description = "The latest thousand, the latest first. Kept for ever, with ids and numbers alone.",
    responses((status = 200, description = "What was erased", body = Vec<ErasureRead>)),
    security(("developer_token" = []))
)]
pub(crate) async fn erasures(Within(state): Within<State>, caller: DeveloperCaller) -> Result<Json<Vec<ErasureRead>>> {
    let reports = state.store.list_erasure_reports(caller.team_id, Timestamp::MAX, SHOWN).await?;
    Ok(Json(reports.into_iter().map(ErasureRead::from).collect()))
}
