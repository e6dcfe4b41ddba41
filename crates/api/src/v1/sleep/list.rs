//! `GET /api/v1/users/{user_id}/events/sleep`: nights and naps, latest first.

use super::by_priority::{best_of_each_day, calendar_date};
use crate::{
    State,
    access::MaybeUser,
    error::Result,
    state::Within,
    v1::events::EventRequest,
    wire::{Page, Query, SourceMetadata, zone_offset},
};
use axum::Json;
use model::{EventDocument, EventId, EventKind, LocalDate, SleepDetail, StageInterval, Timestamp};
use serde::Serialize;
use store::StoredEvent;
use utoipa::ToSchema;

/// A night or a nap.
#[derive(Serialize, ToSchema)]
pub(crate) struct SleepSession {
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
    /// Begin to end, seconds.
    duration_seconds: i64,
    /// Time asleep, seconds.
    sleep_duration_seconds: Option<i64>,
    /// Time asleep of the time in bed, percent.
    efficiency_percent: Option<f64>,
    /// Minutes by stage.
    stages: Option<SleepStages>,
    /// The stages in order.
    sleep_stage_intervals: Option<Vec<SleepStageInterval>>,
    /// Whether this is a nap.
    is_nap: bool,
    /// The local date of waking; null when neither the provider nor an offset tells it.
    #[schema(value_type = Option<String>, format = Date)]
    calendar_date: Option<LocalDate>,
}

/// Minutes by stage.
#[derive(Serialize, ToSchema)]
pub(crate) struct SleepStages {
    /// Awake in bed.
    awake_minutes: Option<i64>,
    /// Light sleep.
    light_minutes: Option<i64>,
    /// Deep sleep.
    deep_minutes: Option<i64>,
    /// REM sleep.
    rem_minutes: Option<i64>,
}

/// A stage from one instant to another.
#[derive(Serialize, ToSchema)]
pub(crate) struct SleepStageInterval {
    /// `in_bed`, `awake`, `sleeping`, `light`, `deep`, `rem` or `unknown`.
    stage: &'static str,
    /// When it began.
    #[schema(value_type = String, format = DateTime)]
    start_time: Timestamp,
    /// When it ended.
    #[schema(value_type = String, format = DateTime)]
    end_time: Timestamp,
}

#[utoipa::path(
    get, path = "/api/v1/users/{user_id}/events/sleep", tag = "Events", operation_id = "list_sleep",
    summary = "List nights and naps",
    params(
        ("user_id" = uuid::Uuid, Path, description = "The user; one who is not there has no nights"),
        ("start_date" = String, Query, description = "Starting at or after: ISO 8601 or seconds since 1970"),
        ("end_date" = String, Query, description = "Starting before"),
        ("cursor" = Option<String>, Query, description = "From the page before or after"),
        ("limit" = Option<u32>, Query, minimum = 1, maximum = 10_000, description = "How many a page; 50 if left out"),
        ("filter_by_priority" = Option<bool>, Query, description = "One source a calendar day (`calendar_date`, that of UTC where it is null): the best by priorities that has a night, else of those with naps. False if left out. `total_count` is null then unless one page holds all"),
    ),
    responses((status = 200, description = "A page of nights and naps", body = Page<SleepSession>)),
    security(("api_key" = []), ("developer_token" = []))
)]
pub(crate) async fn list(
    Within(state): Within<State>,
    MaybeUser { user }: MaybeUser,
    query: Query,
) -> Result<Json<Page<SleepSession>>> {
    let filters = query.flag("filter_by_priority")?;
    let request = EventRequest::read(EventKind::Sleep, &query, state.settings.max_page)?;
    let Some(user) = user.as_ref().filter(|_| filters) else {
        return Ok(Json(request.page(&state, user.as_ref(), show).await?));
    };
    let mut filling = request.filling();
    while let Some(events) = filling.next(&state, user).await? {
        let best = best_of_each_day(&state, user, &events).await?;
        for event in events.iter().filter(|event| best.contains(&event.id)) {
            if let Some(session) = show(event) {
                filling.keep(event, session);
            }
        }
    }
    let (nights, pagination) = filling.finish();
    Ok(Json(request.envelope(nights, pagination)))
}

fn show(event: &StoredEvent) -> Option<SleepSession> {
    let EventDocument::Sleep(sleep) = &event.document else { return None };
    let detail = &sleep.detail;
    let whole = |seconds: Option<f64>| seconds.map(|seconds| seconds.round() as i64);
    Some(SleepSession {
        id: event.id,
        start_time: sleep.start,
        end_time: sleep.end,
        zone_offset: zone_offset(sleep.offset),
        source: (&sleep.source).into(),
        duration_seconds: sleep.end.micros_since(sleep.start) / 1_000_000,
        sleep_duration_seconds: whole(detail.asleep_s.or_else(|| sum_of_stages(detail))),
        efficiency_percent: detail.efficiency_percent,
        stages: stages(detail),
        sleep_stage_intervals: intervals(&detail.stages),
        is_nap: detail.is_nap.unwrap_or(false),
        calendar_date: calendar_date(sleep),
    })
}

fn sum_of_stages(detail: &SleepDetail) -> Option<f64> {
    let stages = [detail.light_s, detail.deep_s, detail.rem_s];
    stages.iter().any(Option::is_some).then(|| stages.iter().flatten().sum())
}

fn stages(detail: &SleepDetail) -> Option<SleepStages> {
    let minutes = |seconds: Option<f64>| seconds.map(|seconds| (seconds / 60.0).round() as i64);
    let all = [detail.awake_s, detail.light_s, detail.deep_s, detail.rem_s];
    all.iter().any(Option::is_some).then(|| SleepStages {
        awake_minutes: minutes(detail.awake_s),
        light_minutes: minutes(detail.light_s),
        deep_minutes: minutes(detail.deep_s),
        rem_minutes: minutes(detail.rem_s),
    })
}

fn intervals(stages: &[StageInterval]) -> Option<Vec<SleepStageInterval>> {
    let show = |interval: &StageInterval| SleepStageInterval {
        stage: interval.stage.as_str(),
        start_time: interval.start_time,
        end_time: interval.end_time,
    };
    (!stages.is_empty()).then(|| stages.iter().map(show).collect())
}
