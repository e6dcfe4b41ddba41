//! `GET /api/v1/users/{user_id}/events/workouts`: workouts, latest first.

use super::{
    explain::WorkoutExplanation,
    relations::{Related, Saying},
};
use crate::{
    State,
    access::MaybeUser,
    error::Result,
    state::Within,
    v1::events::EventRequest,
    wire::{Page, Query, SourceMetadata, zone_offset},
};
use axum::Json;
use model::{EventDocument, EventId, EventKind, Timestamp, WorkoutView};
use serde::Serialize;
use store::StoredEvent;
use utoipa::ToSchema;

/// A workout.
#[derive(Serialize, ToSchema)]
pub(crate) struct Workout {
    /// Its id.
    #[schema(value_type = uuid::Uuid)]
    id: EventId,
    /// Its unified type.
    r#type: &'static str,
    /// What the person called it.
    name: Option<String>,
    /// When it began.
    #[schema(value_type = String, format = DateTime)]
    start_time: Timestamp,
    /// When it ended.
    #[schema(value_type = String, format = DateTime)]
    end_time: Timestamp,
    /// The UTC offset at its start, `+02:00`; null when not known.
    zone_offset: Option<String>,
    /// Length as the provider counts it, seconds.
    duration_seconds: Option<i64>,
    /// Who recorded it.
    source: SourceMetadata,
    /// Energy used, kilocalories.
    calories_kcal: Option<f64>,
    /// Distance covered, metres.
    distance_meters: Option<f64>,
    /// Heart rate, average, beats a minute.
    avg_heart_rate_bpm: Option<i64>,
    /// Heart rate, highest, beats a minute.
    max_heart_rate_bpm: Option<i64>,
    /// Pace, average, seconds a kilometre.
    avg_pace_sec_per_km: Option<f64>,
    /// Metres climbed.
    elevation_gain_meters: Option<f64>,
    /// Whether a person typed it in; null when nobody told.
    is_manual: Option<bool>,
    /// Whether it was uploaded to the provider rather than recorded by its device; null when nobody told.
    is_web_upload: Option<bool>,
    /// Whether it repeats what its parts say, as a multisport activity does.
    is_parent: bool,
    /// The workout it is a part of, if that is kept.
    #[schema(value_type = Option<uuid::Uuid>)]
    parent_id: Option<EventId>,
    /// Its parts that are kept, in order of their start.
    #[schema(value_type = Vec<uuid::Uuid>)]
    child_ids: Vec<EventId>,
    /// Other records of the same effort, as by two devices worn at once: at least 80 % of the shorter lies
    /// within the longer, and what was done agrees. Duplicates are among them.
    #[schema(value_type = Vec<uuid::Uuid>)]
    same_effort_ids: Vec<EventId>,
    /// Whether it counts when workouts are added up: parts instead of their whole, one record of an effort.
    counts_towards_totals: bool,
    /// The first of the records of this very workout, by priorities; null if it is the first itself.
    #[schema(value_type = Option<uuid::Uuid>)]
    duplicate_of: Option<EventId>,
    /// Other records of this very workout, as by another service, in order of their start.
    #[schema(value_type = Vec<uuid::Uuid>)]
    duplicate_ids: Vec<EventId>,
    /// Why it is linked to others, or is not, with `explain=true`.
    #[serde(skip_serializing_if = "Option::is_none")]
    explain: Option<WorkoutExplanation>,
}

impl Workout {
    /// A workout's view in the peer's shape.
    pub(super) fn of(id: EventId, view: &WorkoutView, related: &Related, saying: Saying) -> Self {
        let (detail, relations) = (&view.detail, related.of(id));
        let whole = |value: Option<f64>| value.map(|value| value.round() as i64);
        let span_s = view.end.micros_since(view.start) / 1_000_000;
        Self {
            id,
            r#type: detail.workout_type.map_or("other", model::WorkoutType::as_str),
            name: detail.name.clone(),
            start_time: view.start,
            end_time: view.end,
            zone_offset: zone_offset(view.offset),
            duration_seconds: Some(whole(detail.duration_s).unwrap_or(span_s)),
            source: (&view.source).into(),
            calories_kcal: detail.energy_kcal,
            distance_meters: detail.distance_m,
            avg_heart_rate_bpm: whole(detail.heart_rate_avg_bpm),
            max_heart_rate_bpm: whole(detail.heart_rate_max_bpm),
            avg_pace_sec_per_km: detail.pace_avg_min_per_km.map(|minutes| minutes * 60.0),
            elevation_gain_meters: detail.elevation_gain_m,
            is_manual: detail.manual,
            is_web_upload: detail.web_upload,
            is_parent: relations.map_or(detail.is_parent == Some(true), |found| found.is_parent),
            parent_id: relations.and_then(|found| found.parent),
            child_ids: relations.map(|found| found.children.clone()).unwrap_or_default(),
            same_effort_ids: relations.map(|found| found.same_effort.clone()).unwrap_or_default(),
            counts_towards_totals: relations.is_none_or(|found| found.counts_towards_totals),
            duplicate_of: relations.and_then(|found| found.duplicate_of),
            duplicate_ids: relations.map(|found| found.duplicates.clone()).unwrap_or_default(),
            explain: (saying == Saying::Why).then(|| WorkoutExplanation::of(related, id)).flatten(),
        }
    }
}

#[utoipa::path(
    get, path = "/api/v1/users/{user_id}/events/workouts", tag = "Events", operation_id = "list_workouts",
    summary = "List workouts",
    params(
        ("user_id" = uuid::Uuid, Path, description = "The user; one who is not there has no workouts"),
        ("start_date" = String, Query, description = "Starting at or after: ISO 8601 or seconds since 1970"),
        ("end_date" = String, Query, description = "Starting before"),
        ("record_type" = Option<String>, Query, description = "Only this unified type"),
        ("totals_only" = Option<bool>, Query,
            description = "Only what counts when workouts are added up (false if left out). `total_count` is null then unless one page holds all"),
        ("duplicates" = Option<String>, Query,
            description = "`hide` leaves out what another workout stands for by priorities (`duplicate_of`); `show` if \
                           left out. `total_count` is null then unless one page holds all"),
        ("explain" = Option<bool>, Query, description = "Whether workouts say with which others they were compared, by what, and what follows"),
        ("cursor" = Option<String>, Query, description = "From the page before or after"),
        ("limit" = Option<u32>, Query, minimum = 1, maximum = 10_000, description = "How many a page; 50 if left out"),
    ),
    responses((status = 200, description = "A page of workouts", body = Page<Workout>)),
    security(("api_key" = []), ("developer_token" = []))
)]
pub(crate) async fn list(
    Within(state): Within<State>,
    MaybeUser { user }: MaybeUser,
    query: Query,
) -> Result<Json<Page<Workout>>> {
    let totals_only = query.flag("totals_only")?;
    let hides = query.choice("duplicates", false, &[("show", false), ("hide", true)])?;
    let saying = if query.flag("explain")? { Saying::Why } else { Saying::What };
    let request = EventRequest::read(EventKind::Workout, &query, state.settings.max_page)?;
    let Some(user) = user else { return Ok(Json(request.page(&state, None, |_| None).await?)) };
    if !totals_only && !hides {
        let (events, pagination) = request.load(&state, &user).await?;
        let related = Related::around(&state, &user, &events, saying).await?;
        let shown = events.iter().filter_map(|event| show(event, &related, saying)).collect();
        return Ok(Json(request.envelope(shown, pagination)));
    }
    let mut filling = request.filling();
    while let Some(events) = filling.next(&state, &user).await? {
        let related = Related::around(&state, &user, &events, saying).await?;
        for event in events {
            let workout = show(&event, &related, saying);
            let counts = |workout: &Workout| workout.counts_towards_totals || !totals_only;
            let is_first = |workout: &Workout| workout.duplicate_of.is_none() || !hides;
            if let Some(workout) = workout.filter(|workout| counts(workout) && is_first(workout)) {
                filling.keep(&event, workout);
            }
        }
    }
    let (workouts, pagination) = filling.finish();
    Ok(Json(request.envelope(workouts, pagination)))
}

fn show(event: &StoredEvent, related: &Related, saying: Saying) -> Option<Workout> {
    let EventDocument::Workout(document) = &event.document else { return None };
    Some(Workout::of(event.id, &document.view()?, related, saying))
}
