//! `GET /api/v1/users/{user_id}/events/health-snapshots`: health snapshots, latest first.

use crate::{
    State,
    access::MaybeUser,
    error::Result,
    state::Within,
    v1::events::EventRequest,
    wire::{Page, Query, SourceMetadata, zone_offset},
};
use axum::Json;
use model::{EventDocument, EventId, EventKind, LocalDate, SeriesType, SnapshotReading, Timestamp};
use serde::Serialize;
use store::StoredEvent;
use utoipa::ToSchema;

/// Several values measured at once over a minute or two, because a person asked. Their samples are in the
/// series.
#[derive(Serialize, ToSchema)]
pub(crate) struct HealthSnapshot {
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
    /// Who measured.
    source: SourceMetadata,
    /// The local date, if the provider says.
    #[schema(value_type = Option<String>, format = Date)]
    calendar_date: Option<LocalDate>,
    /// How long it took, seconds.
    duration_seconds: f64,
    /// What was measured.
    readings: Vec<Reading>,
}

/// One value over the time of a snapshot.
#[derive(Serialize, ToSchema)]
pub(crate) struct Reading {
    /// The series' code; the provider's name where there is no series.
    r#type: Option<String>,
    /// The series' unit; null where there is no series.
    unit: Option<&'static str>,
    /// Lowest.
    min: Option<f64>,
    /// Highest.
    max: Option<f64>,
    /// Average.
    avg: Option<f64>,
}

#[utoipa::path(
    get, path = "/api/v1/users/{user_id}/events/health-snapshots", tag = "Events", operation_id = "list_health_snapshots",
    summary = "List health snapshots",
    params(
        ("user_id" = uuid::Uuid, Path, description = "The user; one who is not there has none"),
        ("start_date" = String, Query, description = "Starting at or after: ISO 8601 or seconds since 1970"),
        ("end_date" = String, Query, description = "Starting before"),
        ("cursor" = Option<String>, Query, description = "From the page before or after"),
        ("limit" = Option<u32>, Query, minimum = 1, maximum = 10_000, description = "How many a page; 50 if left out"),
    ),
    responses((status = 200, description = "A page of health snapshots", body = Page<HealthSnapshot>)),
    security(("api_key" = []), ("developer_token" = []))
)]
pub(crate) async fn list(
    Within(state): Within<State>,
    MaybeUser { user }: MaybeUser,
    query: Query,
) -> Result<Json<Page<HealthSnapshot>>> {
    let request = EventRequest::read(EventKind::HealthSnapshot, &query, state.settings.max_page)?;
    Ok(Json(request.page(&state, user.as_ref(), show).await?))
}

fn show(event: &StoredEvent) -> Option<HealthSnapshot> {
    let EventDocument::HealthSnapshot(snapshot) = &event.document else { return None };
    let detail = &snapshot.detail;
    Some(HealthSnapshot {
        id: event.id,
        start_time: snapshot.start,
        end_time: snapshot.end,
        zone_offset: zone_offset(snapshot.offset),
        source: (&snapshot.source).into(),
        calendar_date: detail.calendar_date,
        duration_seconds: detail.duration_s.unwrap_or_else(|| snapshot.end.micros_since(snapshot.start) as f64 / 1e6),
        readings: detail.readings.iter().map(Reading::of).collect(),
    })
}

impl Reading {
    fn of(reading: &SnapshotReading) -> Self {
        let series = reading.series.as_deref().and_then(SeriesType::find);
        Self {
            r#type: reading.series.clone(),
            unit: series.map(|series| series.unit().as_str()),
            min: reading.min,
            max: reading.max,
            avg: reading.avg,
        }
    }
}
