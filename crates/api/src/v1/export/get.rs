//! `GET /api/v1/users/{user_id}/export`: a user's whole record in another format, as a stream.

use super::{Export, Progress, asked::Asked};
use crate::{
    State,
    access::TeamUser,
    error::Result,
    exporting,
    state::Within,
    wire::{Binary, Query},
};
use axum::response::Response;
use std::sync::Arc;

#[utoipa::path(
    get, path = "/api/v1/users/{user_id}/export", tag = "Users", operation_id = "export_user",
    summary = "Export a user's record",
    description = "FHIR R4 and Open mHealth hold samples and events together, tables one kind. Sources are kept apart unless `merged`, \
        values are exactly those that the other routes answer, and ids are the same in every export. A stream that fails \
        midway ends with a line that says so (a Bundle and Parquet: without their end), and the connection is cut.",
    params(
        ("user_id" = uuid::Uuid, Path, description = "The user"),
        ("format" = String, Query, description = "fhir (a resource a line), fhir-bundle, omh (Open mHealth, a data point a line), csv, ndjson, parquet"),
        ("what" = Option<Vec<String>>, Query, description = "samples, workouts, sleep, daily, activities, menstrual-cycles, health-snapshots, scores; repeated or with commas. Left out: all for fhir and omh (only samples if `types` is given), samples for tables, which hold one"),
        ("start" = Option<String>, Query, description = "Starting at or after: a date, ISO 8601 or seconds since 1970; from the beginning if left out"),
        ("end" = Option<String>, Query, description = "Starting before; a date alone includes its day"),
        ("types" = Option<Vec<String>>, Query, description = "Only these series, repeated or with commas"),
        ("resolution" = Option<String>, Query, description = "Of samples: raw (default), 1min, 5min, 15min, 1hour, 1day"),
        ("tz" = Option<String>, Query, description = "IANA time zone by whose clock dates, hours and days are cut; days else by the user's, or UTC"),
        ("merged" = Option<bool>, Query, description = "Overlapping sources as one record: samples as `timeseries?merged=true` has them, one record of an effort, a night, a day (false if left out)"),
        ("sampled" = Option<bool>, Query, description = "FHIR: levels at a regular pace together, as SampledData (false if left out)"),
    ),
    responses(
        (status = 200, description = "The record", content(
            (String = "application/fhir+ndjson"), (String = "application/fhir+json"), (String = "application/x-ndjson"),
            (String = "text/csv"), (Binary = "application/vnd.apache.parquet")
        )),
        (status = 404, description = "The team has no such user", body = crate::ErrorBody),
        (status = 503, description = "Too many exports are open; see Retry-After", body = crate::ErrorBody),
    ),
    security(("api_key" = []), ("developer_token" = []))
)]
pub(crate) async fn export(
    Within(state): Within<State>,
    TeamUser { user, .. }: TeamUser,
    query: Query,
) -> Result<Response> {
    let asked = Asked::read(&query, &user)?;
    let (media_type, name) = asked.media_type();
    let source = Export::open(&state, user, asked, &Arc::new(Progress::default()))?;
    exporting::answer(&state, source, media_type, &name)
}
