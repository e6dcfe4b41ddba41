//! `GET /api/v1/settings/retention`: how far the team's retention policy has been applied.

use crate::{State, access::DeveloperCaller, error::Result, state::Within};
use axum::Json;
use model::Timestamp;
use serde::Serialize;
use store::LANES;
use utoipa::ToSchema;

/// What applying the policies has done, and how far it is.
#[derive(Serialize, ToSchema)]
pub(crate) struct RetentionRead {
    /// How many of the team's points others stand for now.
    points_reduced: u64,
    /// How many of the team's points were moved to cold storage.
    points_cooled: u64,
    /// How many of the team's points were deleted.
    points_deleted: u64,
    /// How many of the team's events and scores were deleted.
    events_deleted: u64,
    /// Into how many shares the users of the installation are divided; the work goes share by share.
    lanes: i16,
    /// How many of these were gone through at least once.
    lanes_ended: u32,
    /// Everything was gone through at or after this moment; none before the first time.
    #[schema(value_type = Option<String>, format = DateTime)]
    all_ended_at: Option<Timestamp>,
}

#[utoipa::path(
    get, path = "/api/v1/settings/retention", tag = "Settings", operation_id = "get_retention_state",
    summary = "Show how far retention is",
    responses((status = 200, description = "The state of the work", body = RetentionRead)),
    security(("developer_token" = []))
)]
pub(crate) async fn retention(Within(state): Within<State>, caller: DeveloperCaller) -> Result<Json<RetentionRead>> {
    let found = state.store.retention_state(caller.team_id).await?;
    Ok(Json(RetentionRead {
        points_reduced: found.done.points_reduced,
        points_cooled: found.done.points_cooled,
        points_deleted: found.done.points_deleted,
        events_deleted: found.done.events_deleted,
        lanes: LANES,
        lanes_ended: found.lanes_ended,
        all_ended_at: found.all_ended_at,
    }))
}
