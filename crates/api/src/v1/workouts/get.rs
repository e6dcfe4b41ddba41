//! `GET /api/v1/users/{user_id}/events/workouts/{workout_id}`: all that is known of a workout.

use super::{
    files::{self, FileRead},
    find,
    list::Workout,
    relations::{Related, Saying},
};
use crate::{
    State,
    access::TeamUser,
    error::Result,
    state::Within,
    v1::workouts::samples,
    wire::{PathParams, Query, SourceMetadata, zone_offset},
};
use axum::Json;
use model::{FileDetail, LocalOffset, SeriesType, Timestamp, WorkoutDetail, WorkoutFacet};
use serde::Serialize;
use utoipa::ToSchema;

/// All that is known of a workout.
#[derive(Serialize, ToSchema)]
pub(crate) struct WorkoutFull {
    /// The workout as lists show it.
    #[serde(flatten)]
    workout: Workout,
    /// The provider's id of it.
    external_id: String,
    /// Counts the changes that were shown.
    revision: i32,
    /// The offset at its start to the second, as a device's clock may show any, and how it is known; null when it
    /// is not. `zone_offset` is the same, cut to minutes.
    #[schema(value_type = Option<super::detail::LocalOffset>)]
    offset: Option<LocalOffset>,
    /// Everything else that is known, units in the names: times, distances, energy, heart rate, speed,
    /// cadence, power, elevation, and in order its `laps`, `zones`, `lengths`, `sets`, `legs` and `pauses`;
    /// `developer_fields` are what applications on the device added. What is not known is left out.
    #[schema(value_type = super::detail::WorkoutDetail)]
    detail: WorkoutDetail,
    /// What the file says of itself.
    #[schema(value_type = Option<super::detail::FileDetail>)]
    file: Option<FileDetail>,
    /// Which series were recorded and how many points each has; `…/stream` gives them.
    series: Vec<SeriesSummary>,
    /// The route; null when no position was recorded.
    route: Option<Route>,
    /// Its files: those that are kept (`…/file` gives them), those that are awaited and those that were missed.
    files: Vec<FileRead>,
    /// Every document that spoke of it, most trusted first: what each said, and which receipt it came with.
    documents: Vec<DocumentRead>,
    /// When it was first kept.
    #[schema(value_type = String, format = DateTime)]
    created_at: Timestamp,
    /// When it last changed.
    #[schema(value_type = String, format = DateTime)]
    updated_at: Timestamp,
}

/// A series of a workout.
#[derive(Serialize, ToSchema)]
pub(crate) struct SeriesSummary {
    /// Its code.
    r#type: &'static str,
    /// Its unit.
    unit: &'static str,
    /// How many points.
    points: u64,
}

/// Where a workout's route is.
#[derive(Serialize, ToSchema)]
pub(crate) struct Route {
    /// How many positions.
    points: u64,
    /// Where its columns are.
    stream_url: String,
    /// Where it is as GPX.
    gpx_url: String,
}

/// One document of a workout.
#[derive(Serialize, ToSchema)]
pub(crate) struct DocumentRead {
    /// `edited`, `summary`, `details` or `file`.
    facet: &'static str,
    /// Who recorded it, as this document says.
    source: SourceMetadata,
    /// The receipt it came with: microseconds, unique.
    receipt: i64,
    /// Its revision rank.
    rank: i32,
    /// When it says the workout began.
    #[schema(value_type = Option<String>, format = DateTime)]
    start_time: Option<Timestamp>,
    /// When it says the workout ended.
    #[schema(value_type = Option<String>, format = DateTime)]
    end_time: Option<Timestamp>,
    /// The offset it says.
    zone_offset: Option<String>,
    /// What it says of the rest.
    #[schema(value_type = super::detail::WorkoutDetail)]
    detail: WorkoutDetail,
}

#[utoipa::path(
    get, path = "/api/v1/users/{user_id}/events/workouts/{workout_id}", tag = "Events", operation_id = "get_workout",
    summary = "Get a workout with laps, zones and route",
    params(
        ("user_id" = uuid::Uuid, Path, description = "The user"),
        ("workout_id" = uuid::Uuid, Path, description = "The workout"),
        ("explain" = Option<bool>, Query, description = "Whether it says with which others it was compared, by what, and what follows"),
    ),
    responses(
        (status = 200, description = "The workout", body = WorkoutFull),
        (status = 404, description = "There is no such user or workout", body = crate::ErrorBody),
    ),
    security(("api_key" = []), ("developer_token" = []))
)]
pub(crate) async fn get(
    Within(state): Within<State>,
    TeamUser { user, .. }: TeamUser,
    path: PathParams,
    query: Query,
) -> Result<Json<WorkoutFull>> {
    let saying = if query.flag("explain")? { Saying::Why } else { Saying::What };
    let found = find(&state, &user, &path).await?;
    let series = samples::summaries(&state, user.id, &found).await?;
    let related = Related::around(&state, &user, std::slice::from_ref(&found.event), saying).await?;
    let files = files::of(&state, user.id, found.event.id).await?;
    let documents = found.document().map(|document| {
        document.facets().iter().map(|(facet, revision)| show_document(facet.as_str(), revision)).collect()
    });
    let base = format!("/api/v1/users/{}/events/workouts/{}", user.id, found.event.id);
    let positions = series.iter().find(|summary| summary.r#type == SeriesType::LATITUDE.as_str());
    Ok(Json(WorkoutFull {
        workout: Workout::of(found.event.id, &found.view, &related, saying),
        external_id: found.event.external_id.clone(),
        revision: found.event.revision,
        route: positions.map(|summary| Route {
            points: summary.points,
            stream_url: format!("{base}/stream?series=latitude&series=longitude&series=elevation"),
            gpx_url: format!("{base}/file?format=gpx"),
        }),
        series,
        files,
        documents: documents.unwrap_or_default(),
        created_at: found.event.created_at,
        updated_at: found.event.updated_at,
        offset: found.view.offset,
        detail: found.view.detail,
        file: found.view.file,
    }))
}

impl SeriesSummary {
    pub(crate) fn new(series: SeriesType, points: u64) -> Self {
        Self { r#type: series.as_str(), unit: series.unit().as_str(), points }
    }
}

fn show_document(facet: &'static str, revision: &WorkoutFacet) -> DocumentRead {
    DocumentRead {
        facet,
        source: (&revision.source).into(),
        receipt: revision.stamp.receipt,
        rank: revision.stamp.rank,
        start_time: revision.start,
        end_time: revision.end,
        zone_offset: zone_offset(revision.offset),
        detail: revision.detail.clone(),
    }
}
