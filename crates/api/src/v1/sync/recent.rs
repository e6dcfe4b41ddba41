//! `GET /api/v1/users/{user_id}/sync/recent`: what happened last in a user's runs, latest first.

use crate::{State, access::TeamUser, error::Result, state::Within, wire::Query};
use axum::Json;
use model::{ProviderName, RunId, Timestamp, UserId};
use serde::Serialize;
use store::SyncEvent;
use utoipa::ToSchema;

/// Something that happened in a run of synchronisation.
#[derive(Serialize, ToSchema)]
pub(crate) struct SyncStatusEvent {
    /// Its own id.
    event_id: uuid::Uuid,
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
    /// More.
    #[schema(value_type = Object)]
    metadata: serde_json::Value,
    /// When the run began.
    #[schema(value_type = Option<String>, format = DateTime)]
    started_at: Option<Timestamp>,
    /// When the run ended.
    #[schema(value_type = Option<String>, format = DateTime)]
    ended_at: Option<Timestamp>,
    /// When this happened.
    #[schema(value_type = String, format = DateTime)]
    timestamp: Timestamp,
}

impl SyncStatusEvent {
    /// An event of a user's run.
    pub(crate) fn new(user_id: UserId, event: SyncEvent) -> Self {
        let metadata = if event.metadata.is_object() { event.metadata } else { serde_json::json!({}) };
        Self {
            event_id: event.event_id,
            run_id: event.run_id,
            user_id,
            provider: event.provider,
            source: event.source,
            stage: event.stage,
            status: event.status,
            message: event.message,
            progress: event.progress,
            items_processed: event.items_processed,
            items_total: event.items_total,
            error: event.error,
            primary_user_id: None,
            metadata,
            started_at: event.started_at,
            ended_at: event.ended_at,
            timestamp: event.timestamp,
        }
    }
}

#[utoipa::path(
    get, path = "/api/v1/users/{user_id}/sync/recent", tag = "Sync", operation_id = "list_sync_events",
    summary = "What happened last",
    params(
        ("user_id" = uuid::Uuid, Path, description = "The user"),
        ("limit" = Option<u32>, Query, minimum = 1, maximum = 200, description = "How many; 50 if left out"),
    ),
    responses(
        (status = 200, description = "Events of runs, latest first", body = Vec<SyncStatusEvent>),
        (status = 404, description = "The team has no such user", body = crate::ErrorBody),
    ),
    security(("api_key" = []), ("developer_token" = []))
)]
pub(crate) async fn recent(
    Within(state): Within<State>,
    TeamUser { user, .. }: TeamUser,
    query: Query,
) -> Result<Json<Vec<SyncStatusEvent>>> {
    let limit = query.integer("limit", 50, 1..=200)?;
    let events = state.store.list_sync_events(user.id, limit).await?;
    Ok(Json(events.into_iter().map(|(_, event)| SyncStatusEvent::new(user.id, event)).collect()))
}
