//! `GET /api/v1/users/{user_id}/timeseries`: samples, oldest first.

use super::{
    count::count_points,
    devices::devices,
    reader::{Reader, Rows},
    request::Request,
    row::{Row, RowId},
};
use crate::{
    State,
    access::MaybeUser,
    error::Result,
    state::Within,
    wire::{Cursor, Metadata, Page, Pagination, Query, SourceMetadata, zone_offset},
};
use axum::Json;
use model::{Aggregation, Timestamp};
use serde::Serialize;
use std::collections::HashMap;
use utoipa::ToSchema;

/// A sample, or the samples of a span of time as one.
#[derive(Serialize, ToSchema)]
pub(crate) struct TimeSeriesSample {
    /// When it was measured, or where its span begins.
    #[schema(value_type = String, format = DateTime)]
    timestamp: Timestamp,
    /// The UTC offset there, `+02:00`; null when not known.
    zone_offset: Option<String>,
    /// Its series.
    r#type: &'static str,
    /// The value, exact as received after unit conversion.
    value: f64,
    /// Its unit.
    unit: &'static str,
    /// Who measured.
    source: Option<SourceMetadata>,
    /// True for totals and averages of whole days; false for parts of amounts; else null.
    is_daily_total: Option<bool>,
}

#[utoipa::path(
    get, path = "/api/v1/users/{user_id}/timeseries", tag = "Timeseries", operation_id = "list_timeseries",
    summary = "Read samples",
    description = "Amounts are added up over a bucket (intervals that cross its edge share pro rata), levels are \
        averaged by time: intervals by their duration, instants first within their minute, each minute with \
        instants counting once. Totals of whole days never mix with samples. Empty buckets are absent. \
        Sources are not merged.",
    params(
        ("user_id" = uuid::Uuid, Path, description = "The user; one who is not there has no samples"),
        ("start_time" = String, Query, description = "Starting at or after: ISO 8601 or seconds since 1970"),
        ("end_time" = String, Query, description = "Starting before; a date alone includes its day. Dates are local days of `tz` (for days else of the user's zone), else of UTC; days come whole: those that begin in the span"),
        ("types" = Option<Vec<String>>, Query, description = "Only these series, repeated; all if left out"),
        ("resolution" = Option<String>, Query, description = "raw (default), 1min, 5min, 15min, 1hour, 1day"),
        ("tz" = Option<String>, Query, description = "IANA time zone by whose clock hours and days are cut; days else by the user's, or UTC"),
        ("cursor" = Option<String>, Query, description = "From the page before or after"),
        ("limit" = Option<u32>, Query, minimum = 1, maximum = 10_000, description = "How many a page; 50 if left out"),
    ),
    responses((status = 200, description = "A page of samples", body = Page<TimeSeriesSample>)),
    security(("api_key" = []), ("developer_token" = []))
)]
pub(crate) async fn list(
    Within(state): Within<State>,
    MaybeUser { user }: MaybeUser,
    query: Query,
) -> Result<Json<Page<TimeSeriesSample>>> {
    let request = Request::read(&query, user.as_ref(), state.settings.max_page)?;
    let Some(user) = user else {
        return Ok(Json(envelope(&request, Vec::new(), Pagination::single(0))));
    };
    let reader = Reader::open(&state, user.id, &request).await?;
    let Rows { rows, more, counted } = reader.read(&request).await?;
    let total = match counted {
        Some(rows) => Some(rows),
        None if request.is_raw() => count_points(&state, user.id, &request, reader.heads()).await?,
        None => None,
    };
    drop(reader);
    let pagination = pagination(&request, &rows, more, total);
    let sources = state.store.list_sources(user.id).await?;
    let sources: HashMap<i32, SourceMetadata> =
        sources.iter().map(|stored| (stored.number, SourceMetadata::from(&stored.source))).collect();
    let devices = devices(&state, user.id, &rows).await?;
    let source = |row: &Row| devices.get(&row.id.context).copied().unwrap_or(row.id.source);
    let data = rows.iter().map(|row| show(row, sources.get(&source(row)).cloned())).collect();
    Ok(Json(envelope(&request, data, pagination)))
}

fn show(row: &Row, source: Option<SourceMetadata>) -> TimeSeriesSample {
    let series = row.id.series;
    let amount = series.spec().aggregation == Aggregation::Sum;
    TimeSeriesSample {
        timestamp: row.at,
        zone_offset: zone_offset(row.offset),
        r#type: series.as_str(),
        value: row.value,
        unit: series.unit().as_str(),
        source,
        is_daily_total: if row.id.context.is_daily() { Some(true) } else { amount.then_some(false) },
    }
}

fn pagination(request: &Request, rows: &[Row], more: bool, total_count: Option<u64>) -> Pagination {
    let backward = request.backward();
    let (has_next, has_previous) = if backward { (true, more) } else { (more, request.cursor.is_some()) };
    let id = |row: &Row| RowId::encode(&row.id);
    Pagination {
        next_cursor: rows.last().filter(|_| has_next).map(|row| Cursor::after(row.at, id(row)).encode()),
        previous_cursor: rows.first().filter(|_| has_previous).map(|row| Cursor::before(row.at, id(row)).encode()),
        has_more: more,
        total_count,
    }
}

fn envelope(request: &Request, data: Vec<TimeSeriesSample>, pagination: Pagination) -> Page<TimeSeriesSample> {
    let metadata = Metadata {
        resolution: request.resolution_name(),
        sample_count: data.len(),
        start_time: request.span.samples.from,
        end_time: request.span.samples.to,
    };
    Page { data, pagination, metadata }
}
