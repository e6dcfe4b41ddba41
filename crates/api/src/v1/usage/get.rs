//! `GET /api/v1/usage`: how much the team has and keeps.

use super::counting::Counted;
use crate::{State, access::Caller, error::Result, state::Within};
use axum::Json;
use model::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;

/// What a team has and keeps. Bytes are those of blocks and bodies as they lie compressed, without what keys, indexes
/// and free pages take.
#[derive(Serialize, ToSchema)]
pub(crate) struct UsageRead {
    /// When this was counted.
    #[schema(value_type = String, format = DateTime)]
    counted_at: Timestamp,
    /// The team's users.
    users: u64,
    /// Their connections that are active.
    active_connections: u64,
    /// Points of all series in the store.
    points: u64,
    /// Bytes of the blocks that hold them.
    block_bytes: u64,
    /// Workouts, nights and other events.
    events: u64,
    /// Parts of providers' deliveries and of files that are kept as they came, until their retention ends.
    parts: u64,
    /// Bytes of their bodies in the store.
    part_bytes: u64,
    /// Parts whose bodies are large ones beside the store.
    spooled_parts: u64,
    /// Objects of old samples in cold storage.
    cold_objects: u64,
    /// Points that they hold, beside those of `points`.
    cold_points: u64,
    /// Their bytes.
    cold_bytes: u64,
    /// Webhook messages about users that are kept: waiting, delivered or given up.
    messages: u64,
}

impl From<Counted> for UsageRead {
    fn from(Counted { usage, at, .. }: Counted) -> Self {
        Self {
            counted_at: at,
            users: usage.users,
            active_connections: usage.active_connections,
            points: usage.points,
            block_bytes: usage.block_bytes,
            events: usage.events,
            parts: usage.parts,
            part_bytes: usage.part_bytes,
            spooled_parts: usage.spooled_parts,
            cold_objects: usage.cold_objects,
            cold_points: usage.cold_points,
            cold_bytes: usage.cold_bytes,
            messages: usage.messages,
        }
    }
}

#[utoipa::path(
    get, path = "/api/v1/usage", tag = "Settings", operation_id = "get_usage",
    summary = "Show how much the team has and keeps",
    description = "What is there now, not what came within a period. Counting reads every row of the team, so it is \
        done at most once in ten minutes, for one team at a time: until then the same figures are answered again. Where \
        it takes longer than ten seconds the figures before are answered, and without any 503; it goes on meanwhile.",
    responses(
        (status = 200, description = "The figures", body = UsageRead),
        (status = 503, description = "Counting takes longer; ask again later", body = crate::ErrorBody),
    ),
    security(("api_key" = []), ("developer_token" = []))
)]
pub(crate) async fn get(Within(state): Within<State>, caller: Caller) -> Result<Json<UsageRead>> {
    Ok(Json(state.counting.figures(&state, caller.team_id).await?.into()))
}
