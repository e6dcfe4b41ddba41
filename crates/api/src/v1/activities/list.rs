//! `GET /api/v1/users/{user_id}/events/activities`: recognised spans, latest first.

use crate::{
    State,
    access::MaybeUser,
    error::Result,
    state::Within,
    v1::events::EventRequest,
    wire::{Page, Query, SourceMetadata, zone_offset},
};
use axum::Json;
use model::{EventDocument, EventId, EventKind, LocalDate, Timestamp, WorkoutType};
use serde::Serialize;
use store::StoredEvent;
use utoipa::ToSchema;

/// A span that a device recognised as an activity by itself. It labels time that days and epochs count
/// already: it is no workout and adds to no total.
#[derive(Serialize, ToSchema)]
pub(crate) struct RecognisedActivity {
    /// Its id.
    #[schema(value_type = uuid::Uuid)]
    id: EventId,
    /// When it began.
    #[schema(value_type = String, format = DateTime)]
    start_time: Timestamp,
    /// When it ended.
    #[schema(value_type = String, format = DateTime)]
    end_time: Timestamp,
    /// The UTC offset at its start, `+02:00`; null when not known.
    zone_offset: Option<String>,
    /// Who recognised it.
    source: SourceMetadata,
    /// Its unified type.
    r#type: &'static str,
    /// The provider's own name of the type, as received.
    raw_type: Option<String>,
    /// The provider's finer name.
    raw_sub_type: Option<String>,
    /// The local date, if the provider says.
    #[schema(value_type = Option<String>, format = Date)]
    calendar_date: Option<LocalDate>,
    /// How long it took, seconds.
    duration_seconds: f64,
}

#[utoipa::path(
    get, path = "/api/v1/users/{user_id}/events/activities", tag = "Events", operation_id = "list_recognised_activities",
    summary = "List recognised activities",
    description = "Spans that a device recognised by itself, such as Garmin's Move IQ. They are no workouts.",
    params(
        ("user_id" = uuid::Uuid, Path, description = "The user; one who is not there has none"),
        ("start_date" = String, Query, description = "Starting at or after: ISO 8601 or seconds since 1970"),
        ("end_date" = String, Query, description = "Starting before"),
        ("cursor" = Option<String>, Query, description = "From the page before or after"),
        ("limit" = Option<u32>, Query, minimum = 1, maximum = 10_000, description = "How many a page; 50 if left out"),
    ),
    responses((status = 200, description = "A page of recognised activities", body = Page<RecognisedActivity>)),
    security(("api_key" = []), ("developer_token" = []))
)]
pub(crate) async fn list(
    Within(state): Within<State>,
    MaybeUser { user }: MaybeUser,
    query: Query,
) -> Result<Json<Page<RecognisedActivity>>> {
    let request = EventRequest::read(EventKind::Activity, &query, state.settings.max_page)?;
    Ok(Json(request.page(&state, user.as_ref(), show).await?))
}

fn show(event: &StoredEvent) -> Option<RecognisedActivity> {
    let EventDocument::Activity(span) = &event.document else { return None };
    let detail = &span.detail;
    Some(RecognisedActivity {
        id: event.id,
        start_time: span.start,
        end_time: span.end,
        zone_offset: zone_offset(span.offset),
        source: (&span.source).into(),
        r#type: detail.workout_type.map_or("other", WorkoutType::as_str),
        raw_type: detail.raw_type.clone(),
        raw_sub_type: detail.raw_sub_type.clone(),
        calendar_date: detail.calendar_date,
        duration_seconds: detail.duration_s.unwrap_or_else(|| span.end.micros_since(span.start) as f64 / 1e6),
    })
}
