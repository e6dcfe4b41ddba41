//! `GET /api/v1/users/{user_id}/events/menstrual-cycles`: cycles, latest first.

use crate::{
    State,
    access::MaybeUser,
    error::Result,
    state::Within,
    v1::events::EventRequest,
    wire::{Page, Query, SourceMetadata, zone_offset},
};
use axum::Json;
use model::{EventDocument, EventId, EventKind, Timestamp};
use serde::Serialize;
use serde_json::{Map, Value};
use store::StoredEvent;
use utoipa::ToSchema;

/// A menstrual cycle. Lengths are days; days of the cycle count from 1.
#[derive(Serialize, ToSchema)]
pub(crate) struct MenstrualCycleRecord {
    /// Its id.
    #[schema(value_type = uuid::Uuid)]
    id: EventId,
    /// When it began.
    #[schema(value_type = String, format = DateTime)]
    start_time: Timestamp,
    /// When it ended, or will as foreseen.
    #[schema(value_type = String, format = DateTime)]
    end_time: Timestamp,
    /// The UTC offset at its start, `+02:00`; null when not known.
    zone_offset: Option<String>,
    /// Who told of it.
    source: SourceMetadata,
    /// The number of the phase, as the provider counts phases.
    current_phase: Option<i32>,
    /// The provider's name of the phase.
    current_phase_type: Option<String>,
    /// The day of the cycle it was told on.
    day_in_cycle: Option<i32>,
    /// Length of the cycle.
    cycle_length: Option<i32>,
    /// Length of the cycle as foreseen.
    predicted_cycle_length: Option<i32>,
    /// Whether the cycle is only foreseen.
    is_predicted_cycle: Option<bool>,
    /// Length of the period.
    period_length: Option<i32>,
    /// Length of the phase.
    length_of_current_phase: Option<i32>,
    /// Days until the next phase.
    days_until_next_phase: Option<i32>,
    /// The day of the cycle on which the fertile window opens.
    fertile_window_start: Option<i32>,
    /// Length of the fertile window.
    length_of_fertile_window: Option<i32>,
    /// When the person or the provider last changed it.
    #[schema(value_type = Option<String>, format = DateTime)]
    last_updated_at: Option<Timestamp>,
    /// Whether the person stated the cycle's length.
    has_specified_cycle_length: Option<bool>,
    /// Whether the person stated the period's length.
    has_specified_period_length: Option<bool>,
    /// What the provider tells of a pregnancy, as received.
    #[schema(value_type = Option<Vec<Object>>)]
    pregnancy_snapshot: Option<Vec<Map<String, Value>>>,
}

#[utoipa::path(
    get, path = "/api/v1/users/{user_id}/events/menstrual-cycles", tag = "Events", operation_id = "list_menstrual_cycles",
    summary = "List menstrual cycles",
    params(
        ("user_id" = uuid::Uuid, Path, description = "The user; one who is not there has none"),
        ("start_date" = String, Query, description = "Starting at or after: ISO 8601 or seconds since 1970"),
        ("end_date" = String, Query, description = "Starting before"),
        ("cursor" = Option<String>, Query, description = "From the page before or after"),
        ("limit" = Option<u32>, Query, minimum = 1, maximum = 10_000, description = "How many a page; 50 if left out"),
    ),
    responses((status = 200, description = "A page of menstrual cycles", body = Page<MenstrualCycleRecord>)),
    security(("api_key" = []), ("developer_token" = []))
)]
pub(crate) async fn list(
    Within(state): Within<State>,
    MaybeUser { user }: MaybeUser,
    query: Query,
) -> Result<Json<Page<MenstrualCycleRecord>>> {
    let request = EventRequest::read(EventKind::MenstrualCycle, &query, state.settings.max_page)?;
    Ok(Json(request.page(&state, user.as_ref(), show).await?))
}

fn show(event: &StoredEvent) -> Option<MenstrualCycleRecord> {
    let EventDocument::MenstrualCycle(cycle) = &event.document else { return None };
    let detail = &cycle.detail;
    Some(MenstrualCycleRecord {
        id: event.id,
        start_time: cycle.start,
        end_time: cycle.end,
        zone_offset: zone_offset(cycle.offset),
        source: (&cycle.source).into(),
        current_phase: detail.current_phase,
        current_phase_type: detail.current_phase_type.clone(),
        day_in_cycle: detail.day_in_cycle,
        cycle_length: detail.cycle_length_days,
        predicted_cycle_length: detail.predicted_cycle_length_days,
        is_predicted_cycle: detail.is_predicted_cycle,
        period_length: detail.period_length_days,
        length_of_current_phase: detail.length_of_current_phase_days,
        days_until_next_phase: detail.days_until_next_phase,
        fertile_window_start: detail.fertile_window_start,
        length_of_fertile_window: detail.length_of_fertile_window_days,
        last_updated_at: detail.last_updated,
        has_specified_cycle_length: detail.has_specified_cycle_length,
        has_specified_period_length: detail.has_specified_period_length,
        pregnancy_snapshot: detail.pregnancy_snapshot.as_deref().and_then(|text| serde_json::from_str(text).ok()),
    })
}
