//! `GET /api/v1/users/{user_id}/timeseries`: samples, oldest first.

use super::{request::Request, writing};
use crate::{
    State,
    access::MaybeUser,
    error::Result,
    samples::{Explanation, Row, daily_total},
    state::Within,
    trust::Trusted,
    wire::{OffsetText, Page, Pagination, Query, SourceMetadata, json_body},
};
use axum::response::Response;
use model::Timestamp;
use serde::Serialize;
use serde_json::value::RawValue;
use utoipa::ToSchema;

/// A sample, or the samples of a span of time as one.
#[derive(Serialize, ToSchema)]
pub(crate) struct TimeSeriesSample<'s> {
    /// When it was measured, or where its span begins.
    #[schema(value_type = String, format = DateTime)]
    timestamp: Timestamp,
    /// The UTC offset there, `+02:00`; null when not known.
    #[schema(value_type = Option<String>)]
    zone_offset: Option<OffsetText>,
    /// Its series.
    r#type: &'static str,
    /// The value, exact as received after unit conversion.
    value: f64,
    /// Its unit.
    unit: &'static str,
    /// Who measured.
    #[schema(value_type = Option<SourceMetadata>)]
    source: Option<&'s RawValue>,
    /// True for totals and averages of whole days; false for parts of amounts; else null.
    is_daily_total: Option<bool>,
    /// True where the team's retention policy lets one point stand for a bucket of old ones, or may.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    is_reduced: bool,
    /// Why it is what it is, with `explain=true`; absent from buckets that are not merged.
    #[serde(skip_serializing_if = "Option::is_none")]
    explain: Option<Explanation>,
}

#[utoipa::path(
    get, path = "/api/v1/users/{user_id}/timeseries", tag = "Timeseries", operation_id = "list_timeseries",
    summary = "Read samples",
    description = "Amounts are added up over a bucket (intervals that cross its edge share pro rata), levels are \
        averaged by time: intervals by their duration, instants first within their minute, each minute with \
        instants counting once. Totals of whole days never mix with samples. Empty buckets are absent. \
        Sources are not merged unless `merged=true`: then at each instant the best source that covers it counts. \
        A long page is sent while it is read: one that fails midway has no end, and the \
        connection is cut.",
    params(
        ("user_id" = uuid::Uuid, Path, description = "The user; one who is not there has no samples"),
        ("start_time" = String, Query, description = "Starting at or after: ISO 8601 or seconds since 1970"),
        ("end_time" = String, Query, description = "Starting before; a date alone includes its day. Dates are local days of `tz` (for days else of the user's zone), else of UTC; days come whole: those that begin in the span"),
        ("types" = Option<Vec<String>>, Query, description = "Only these series, repeated; all if left out"),
        ("resolution" = Option<String>, Query, description = "raw (default), 1min, 5min, 15min, 1hour, 1day"),
        ("tz" = Option<String>, Query, description = "IANA time zone by whose clock hours and days are cut; days else by the user's, or UTC"),
        ("merged" = Option<bool>, Query, description = "Whether sources that overlap count as one. `source` is then who gave the sample, null where several did"),
        ("explain" = Option<bool>, Query, description = "Whether samples say why they are what they are: of merged ones what each source gave and by which rule it has its place, of raw ones what wrote them"),
        ("cursor" = Option<String>, Query, description = "From the page before or after"),
        ("limit" = Option<u32>, Query, minimum = 1, maximum = 10_000, description = "How many a page; 50 if left out"),
    ),
    responses((status = 200, description = "A page of samples", body = Page<TimeSeriesSample<'static>>)),
    security(("api_key" = []), ("developer_token" = []))
)]
pub(crate) async fn list(
    Within(state): Within<State>,
    MaybeUser { user }: MaybeUser,
    query: Query,
) -> Result<Response> {
    let merged = match (query.flag("merged")?, &user) {
        (true, Some(user)) => Some(Trusted::of(&state, user).await?),
        (true, None) => Some(Trusted::default()),
        (false, _) => None,
    };
    let request = Request::read(&query, user.as_ref(), merged, state.settings.max_page)?;
    match user {
        Some(user) => writing::answer(state, user.id, request).await,
        None => {
            let data: Vec<TimeSeriesSample<'_>> = Vec::new();
            json_body(&Page { data, pagination: Pagination::single(0), metadata: request.metadata(0) }, 512)
        }
    }
}

impl<'s> TimeSeriesSample<'s> {
    /// A row, with the JSON of who measured it.
    pub(super) fn of(row: &Row, source: Option<&'s RawValue>, explain: Option<Explanation>) -> Self {
        let series = row.id.series;
        Self {
            timestamp: row.at,
            zone_offset: row.offset.map(OffsetText::new),
            r#type: series.as_str(),
            value: row.value,
            unit: series.unit().as_str(),
            source,
            is_daily_total: daily_total(row),
            is_reduced: row.id.context.is_reduced(),
            explain,
        }
    }
}
