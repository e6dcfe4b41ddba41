//! `GET /wellness-api/rest/backfill/{type}`: history by recorded time. The answer is 202 and empty; the data
//! comes as ordinary notifications.

use super::{ApiError, bearer::CallingUser, summaries::seconds};
use crate::{history, kind::Kind, state::Shared};
use axum::{
    extract::{Path, Query, State, rejection::QueryRejection},
    http::StatusCode,
};
use serde::Deserialize;
use std::sync::Arc;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Range {
    summary_start_time_in_seconds: String,
    summary_end_time_in_seconds: String,
}

/// Accepts a request for history, or says why not.
pub(super) async fn request(
    State(shared): State<Arc<Shared>>,
    Path(kind): Path<String>,
    range: Result<Query<Range>, QueryRejection>,
    CallingUser(user_id): CallingUser,
) -> Result<StatusCode, ApiError> {
    let kind = Kind::find_by_backfill_path(&kind).ok_or_else(|| ApiError::not_found("No history of such a type"))?;
    let Query(range) = range.map_err(|_| {
        ApiError::bad_request("summaryStartTimeInSeconds and summaryEndTimeInSeconds must be given together")
    })?;
    let from = seconds(&range.summary_start_time_in_seconds)?;
    let to = seconds(&range.summary_end_time_in_seconds)?;
    let asked = history::ask(&shared, &user_id, kind, from, to);
    let status = asked.as_ref().err().map_or(StatusCode::ACCEPTED, ApiError::status);
    *shared.lock().notes.history_answers.entry(status.as_u16()).or_default() += 1;
    asked.map(|()| status)
}
