//! `GET /api/v1/users/{user_id}/sync/runs`: a user's runs, latest first.

use crate::{State, access::TeamUser, error::Result, state::Within, wire::Query};
use axum::Json;
use model::{ProviderName, RunId, Timestamp, UserId};
use serde::Serialize;
use store::{RunQuery, SyncRun};
use utoipa::ToSchema;

/// A run of synchronisation as it stands.
#[derive(Serialize, ToSchema)]
pub(crate) struct SyncRunSummary {
    /// The run.
    #[schema(value_type = String)]
    run_id: RunId,
    /// Whose data.
    #[schema(value_type = uuid::Uuid)]
    user_id: UserId,
    /// From which provider.
    #[schema(value_type = String)]
    provider: ProviderName,
    /// `pull`, `webhook`, `sdk`, `backfill`, `xml_import`, `upload`.
    source: String,
    /// `queued`, `started`, `fetching`, `processing`, `saving`, `completed`, `failed`, `cancelled`.
    stage: String,
    /// `in_progress`, `success`, `partial`, `failed`, `cancelled`, `skipped`.
    status: String,
    /// For people.
    message: Option<String>,
    /// 0 to 1.
    progress: Option<f64>,
    /// How many items so far.
    items_processed: Option<i64>,
    /// Of how many.
    items_total: Option<i64>,
    /// What went wrong.
    error: Option<String>,
    /// Always null: linked accounts are told each for itself.
    #[schema(value_type = Option<uuid::Uuid>)]
    primary_user_id: Option<UserId>,
    /// When it began.
    #[schema(value_type = Option<String>, format = DateTime)]
    started_at: Option<Timestamp>,
    /// When it ended.
    #[schema(value_type = Option<String>, format = DateTime)]
    ended_at: Option<Timestamp>,
    /// When it was last heard of.
    #[schema(value_type = String, format = DateTime)]
    last_update: Timestamp,
}

impl From<SyncRun> for SyncRunSummary {
    fn from(run: SyncRun) -> Self {
        let latest = run.latest;
        Self {
            run_id: latest.run_id,
            user_id: run.user_id,
            provider: latest.provider,
            source: latest.source,
            stage: latest.stage,
            status: latest.status,
            message: latest.message,
            progress: latest.progress,
            items_processed: latest.items_processed,
            items_total: latest.items_total,
            error: latest.error,
            primary_user_id: None,
            started_at: latest.started_at.or(Some(run.first_at)),
            ended_at: latest.ended_at,
            last_update: latest.timestamp,
        }
    }
}

#[utoipa::path(
    get, path = "/api/v1/users/{user_id}/sync/runs", tag = "Sync", operation_id = "list_user_runs",
    summary = "List a user's runs",
    params(
        ("user_id" = uuid::Uuid, Path, description = "The user"),
        ("limit" = Option<u32>, Query, minimum = 1, maximum = 200, description = "How many; 20 if left out"),
    ),
    responses(
        (status = 200, description = "Runs, latest first", body = Vec<SyncRunSummary>),
        (status = 404, description = "The team has no such user", body = crate::ErrorBody),
    ),
    security(("api_key" = []), ("developer_token" = []))
)]
pub(crate) async fn runs(
    Within(state): Within<State>,
    TeamUser { caller, user }: TeamUser,
    query: Query,
) -> Result<Json<Vec<SyncRunSummary>>> {
    let limit = query.integer("limit", 20, 1..=200)?;
    let wanted = RunQuery { user_id: Some(user.id), limit, ..RunQuery::default() };
    let runs = state.store.list_runs(caller.team_id, wanted).await?;
    Ok(Json(runs.into_iter().map(SyncRunSummary::from).collect()))
}
