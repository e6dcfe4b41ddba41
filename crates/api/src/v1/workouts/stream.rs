//! `GET /api/v1/users/{user_id}/events/workouts/{workout_id}/stream`: a workout's samples in columns.

use super::{find, samples};
use crate::{
    State,
    access::TeamUser,
    error::{ApiError, Result},
    state::Within,
    wire::{PathParams, Query},
};
use axum::Json;
use model::{EventId, SERIES, SeriesType, Timestamp};
use serde::Serialize;
use std::collections::BTreeMap;
use utoipa::ToSchema;

const DEFAULT_ROWS: u32 = 50_000;
const MAX_ROWS: u32 = 200_000;
const RESOLUTIONS: &[(&str, Option<i64>)] = &[
    ("raw", None),
    ("5s", Some(5_000_000)),
    ("15s", Some(15_000_000)),
    ("1min", Some(60_000_000)),
    ("5min", Some(300_000_000)),
    ("1hour", Some(3_600_000_000)),
    ("1day", Some(86_400_000_000)),
];

/// A workout's samples side by side on one time axis. Beside the fields below there is one array a series,
/// under its code and as long as `time`: `heart_rate`, `latitude`, `longitude`, `elevation`, `speed`, `power`, …;
/// null where the series has no point.
#[derive(Serialize, ToSchema)]
pub(crate) struct WorkoutStream {
    /// The workout.
    #[schema(value_type = uuid::Uuid)]
    workout_id: EventId,
    /// `raw`, or the finest resolution whose rows are not more than asked for.
    resolution: &'static str,
    /// The unit of each series.
    units: BTreeMap<&'static str, &'static str>,
    /// When.
    #[schema(value_type = Vec<String>)]
    time: Vec<Timestamp>,
    /// The columns.
    #[serde(flatten)]
    columns: BTreeMap<&'static str, Vec<Option<f64>>>,
}

#[utoipa::path(
    get, path = "/api/v1/users/{user_id}/events/workouts/{workout_id}/stream", tag = "Events",
    operation_id = "get_workout_stream", summary = "Get a workout's samples in columns",
    params(
        ("user_id" = uuid::Uuid, Path, description = "The user"),
        ("workout_id" = uuid::Uuid, Path, description = "The workout"),
        ("series" = Option<Vec<String>>, Query, description = "Only these series: repeated, or parted by commas"),
        ("resolution" = Option<String>, Query, description = "raw (default), 5s, 15s, 1min, 5min, 1hour, 1day"),
        ("limit" = Option<u32>, Query, minimum = 1, maximum = 200_000,
            description = "How many rows at most (50,000 if left out): a longer workout comes coarser"),
    ),
    responses(
        (status = 200, description = "The samples", body = WorkoutStream),
        (status = 404, description = "There is no such user or workout", body = crate::ErrorBody),
    ),
    security(("api_key" = []), ("developer_token" = []))
)]
pub(crate) async fn stream(
    Within(state): Within<State>,
    TeamUser { user, .. }: TeamUser,
    path: PathParams,
    query: Query,
) -> Result<Json<WorkoutStream>> {
    let wanted = wanted_series(&query)?;
    let limit = query.integer("limit", DEFAULT_ROWS, 1..=MAX_ROWS)? as usize;
    let choices: Vec<(&str, usize)> = RESOLUTIONS.iter().enumerate().map(|(index, (name, _))| (*name, index)).collect();
    let finest = query.choice("resolution", 0, &choices)?;
    let found = find(&state, &user, &path).await?;
    let samples = samples::load(&state, user.id, &found, wanted).await?;
    let start = found.view.start;
    let shown = tokio::task::spawn_blocking(move || fit(&samples.points, start, finest, limit));
    let (resolution, table) = shown.await.map_err(|error| ApiError::internal(&error))?;
    Ok(Json(WorkoutStream {
        workout_id: found.event.id,
        resolution,
        units: table.columns.keys().map(|series| (series.as_str(), series.unit().as_str())).collect(),
        time: table.time,
        columns: table.columns.into_iter().map(|(series, column)| (series.as_str(), column)).collect(),
    }))
}

/// The finest resolution, from the one asked for, that has no more rows than wanted.
fn fit(
    points: &BTreeMap<SeriesType, Vec<model::Point>>,
    start: Timestamp,
    finest: usize,
    limit: usize,
) -> (&'static str, samples::Table) {
    let mut fitting = ("raw", samples::Table { time: Vec::new(), columns: BTreeMap::new() });
    for (name, width) in RESOLUTIONS.iter().skip(finest) {
        if width.is_none() && samples::rows(points) > limit {
            continue;
        }
        fitting = (name, samples::align(points, start, *width));
        if fitting.1.time.len() <= limit {
            break;
        }
    }
    fitting
}

fn wanted_series(query: &Query) -> Result<Vec<SeriesType>> {
    let names: Vec<&str> =
        query.all("series").flat_map(|list| list.split(',')).filter(|name| !name.is_empty()).collect();
    if names.is_empty() {
        return Ok(SERIES.iter().map(|spec| spec.id).collect());
    }
    let find = |name: &&str| {
        SeriesType::find(name.trim()).ok_or_else(|| ApiError::invalid("series", format!("Unknown series '{name}'")))
    };
    names.iter().map(find).collect()
}
