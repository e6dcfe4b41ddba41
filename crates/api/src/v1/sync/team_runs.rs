//! `GET /api/v1/sync/runs`: the runs of all of the team's users, latest first.

use super::runs::SyncRunSummary;
use crate::{State, access::Caller, error::Result, state::Within, wire::Query};
use axum::Json;
use store::RunQuery;

const STATUSES: [(&str, Option<&str>); 6] = [
    ("in_progress", Some("in_progress")),
    ("success", Some("success")),
    ("partial", Some("partial")),
    ("failed", Some("failed")),
    ("cancelled", Some("cancelled")),
    ("skipped", Some("skipped")),
];

#[utoipa::path(
    get, path = "/api/v1/sync/runs", tag = "Sync", operation_id = "list_runs", summary = "List the team's runs",
    params(
        ("limit" = Option<u32>, Query, minimum = 1, maximum = 10_000, description = "How many; 50 if left out"),
        ("user_id" = Option<uuid::Uuid>, Query, description = "Only this user's"),
        ("provider" = Option<String>, Query, description = "Only this provider's"),
        ("status" = Option<String>, Query, description = "Only with this status: `in_progress`, `success`, `partial`, `failed`, `cancelled`, `skipped`"),
        ("source" = Option<String>, Query, description = "Only from this source"),
    ),
    responses(
        (status = 200, description = "Runs, latest first", body = Vec<SyncRunSummary>),
        (status = 400, description = "A parameter cannot be so", body = crate::ErrorBody),
    ),
    security(("api_key" = []), ("developer_token" = []))
)]
pub(crate) async fn team_runs(
    Within(state): Within<State>,
    caller: Caller,
    query: Query,
) -> Result<Json<Vec<SyncRunSummary>>> {
    let wanted = RunQuery {
        user_id: query.id("user_id")?,
        provider: query.text("provider").map(str::to_owned),
        status: query.choice("status", None, &STATUSES)?.map(str::to_owned),
        source: query.text("source").map(str::to_owned),
        limit: query.integer("limit", 50, 1..=10_000)?,
    };
    let runs = state.store.list_runs(caller.team_id, wanted).await?;
    Ok(Json(runs.into_iter().map(SyncRunSummary::from).collect()))
}
