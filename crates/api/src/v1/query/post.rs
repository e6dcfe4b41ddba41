//! `POST /api/v1/query`: samples of several users and series, in columns or as a table.

use super::{
    asked::Asked,
    columns::{self, QueryPage},
    format::{self, Format},
    stream,
};
use crate::{
    State,
    access::Caller,
    error::{ApiError, Result},
    state::Within,
    wire::JsonBody,
};
use axum::{http::HeaderMap, response::Response};
use serde::Deserialize;
use std::sync::Arc;
use utoipa::ToSchema;

/// What is asked for.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct QueryRequest {
    /// Whose samples, up to 1,000: each a user's id, or else your own id of them (`external_user_id`).
    pub(super) users: Vec<String>,
    /// Only these series, up to 200; all if left out.
    pub(super) types: Option<Vec<String>>,
    /// Starting at or after: a date, ISO 8601 or seconds since 1970.
    pub(super) from: String,
    /// Starting before, at most 3,660 days later; a date alone includes its day.
    pub(super) to: String,
    /// `raw` (default), `1min`, `5min`, `15min`, `1hour`, `1day`.
    pub(super) resolution: Option<String>,
    /// IANA time zone by whose clock dates, hours and days are cut; days else by each user's, or UTC.
    pub(super) tz: Option<String>,
    /// Whether sources that overlap count as one: at each instant the best that covers it. False if left out.
    pub(super) merged: Option<bool>,
    /// Of pages: whether samples say why they are what they are. False if left out.
    pub(super) explain: Option<bool>,
    /// `columnar` (pages of JSON), `csv`, `ndjson` or `parquet` (all of it, as a stream); if left out, `Accept` decides.
    pub(super) format: Option<String>,
    /// Of pages: how many samples at most, up to 100,000; 10,000 if left out.
    pub(super) limit: Option<u32>,
    /// Of pages: the `next_cursor` of the page before.
    pub(super) cursor: Option<String>,
}

#[utoipa::path(
    post, path = "/api/v1/query", tag = "Timeseries", operation_id = "query_timeseries",
    summary = "Read samples of several users and series",
    description = "As pages of JSON in columns, or all of it as a stream of CSV, lines of JSON or Parquet. Samples come \
        user by user in the order named, within a user series by series, within a series by time. Buckets are made as \
        in `timeseries`. A stream that fails midway ends with a line that says so (Parquet: without its end), and the \
        connection is cut.",
    request_body = QueryRequest,
    responses(
        (status = 200, description = "Samples", content(
            (QueryPage = "application/json"), (String = "text/csv"), (String = "application/x-ndjson"),
            (crate::wire::Binary = "application/vnd.apache.parquet")
        )),
        (status = 404, description = "The team has no such user", body = crate::ErrorBody),
        (status = 503, description = "Too many exports are open; see Retry-After", body = crate::ErrorBody),
    ),
    security(("api_key" = []), ("developer_token" = []))
)]
pub(crate) async fn query(
    Within(state): Within<State>,
    caller: Caller,
    headers: HeaderMap,
    JsonBody(request): JsonBody<QueryRequest>,
) -> Result<Response> {
    let format = format::read(request.format.as_deref(), &headers)?;
    if let Format::Table(_) = format {
        let given = [
            ("cursor", request.cursor.is_some()),
            ("limit", request.limit.is_some()),
            ("explain", request.explain == Some(true)),
        ];
        if let Some((field, _)) = given.into_iter().find(|(_, given)| *given) {
            return Err(ApiError::invalid(field, "Only pages have one; a stream is whole"));
        }
    }
    let asked = Arc::new(Asked::read(&state, caller.team_id, &request).await?);
    match format {
        Format::Columnar => columns::answer(&state, asked).await,
        Format::Table(table) => stream::answer(&state, asked, table),
    }
}
