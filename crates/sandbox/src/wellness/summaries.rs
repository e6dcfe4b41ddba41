//! `GET /wellness-api/rest/{type}`: summaries by the time at which they were uploaded.

use super::{ApiError, bearer::CallingUser};
use crate::{history::uploaded_within, kind::Kind, state::Shared};
use axum::{
    extract::{Path, Query, State},
    http::{StatusCode, header::CONTENT_TYPE},
    response::{IntoResponse, Response},
};
use serde::Deserialize;
use std::sync::Arc;

const DAY: i64 = 86_400;
/// Later than any plausible second, earlier than any plausible millisecond.
const SECONDS_END: i64 = 100_000_000_000;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Window {
    upload_start_time_in_seconds: Option<String>,
    upload_end_time_in_seconds: Option<String>,
}

impl Window {
    /// From and to, both included; the last day when neither is given.
    fn bounds(&self, now: i64) -> Result<(i64, i64), ApiError> {
        match (&self.upload_start_time_in_seconds, &self.upload_end_time_in_seconds) {
            (None, None) => Ok((now - DAY, now)),
            (Some(from), Some(to)) => {
                let (from, to) = (seconds(from)?, seconds(to)?);
                if to < from {
                    return Err(ApiError::bad_request("The end of the upload time range is before its start"));
                }
                if to - from > DAY {
                    return Err(ApiError::bad_request("The upload time range is longer than 86400 seconds"));
                }
                Ok((from, to))
            }
            _ => {
                Err(ApiError::bad_request("uploadStartTimeInSeconds and uploadEndTimeInSeconds must be given together"))
            }
        }
    }
}

pub(super) fn seconds(text: &str) -> Result<i64, ApiError> {
    let value: i64 = text.parse().map_err(|_| ApiError::bad_request("A time is not a whole number"))?;
    if !(0..SECONDS_END).contains(&value) {
        return Err(ApiError::bad_request("Times are in seconds, not in milliseconds"));
    }
    Ok(value)
}

/// The summaries of the calling user that were uploaded in a window of at most a day.
pub(super) async fn pull(
    State(shared): State<Arc<Shared>>,
    Path(kind): Path<String>,
    window: Result<Query<Window>, axum::extract::rejection::QueryRejection>,
    CallingUser(user_id): CallingUser,
) -> Result<Response, ApiError> {
    let kind = Kind::find_by_path(&kind).ok_or_else(|| ApiError::not_found("No such summary type"))?;
    let Query(window) = window.map_err(|_| ApiError::bad_request("The query could not be read"))?;
    let (from, to) = window.bounds(shared.now().as_seconds())?;
    let (person, items) = {
        let mut state = shared.lock();
        let account = state.accounts.get(&user_id).ok_or_else(|| ApiError::not_found("No such user"))?;
        if !account.permits(kind) {
            return Err(ApiError::new(StatusCode::PRECONDITION_FAILED, "The user does not permit this summary type"));
        }
        let found = (account.subjectee(), uploaded_within(account, kind, from, to));
        state.notes.pulled(&user_id, kind, from, to, shared.instant());
        found
    };
    let written = tokio::task::spawn_blocking(move || {
        let mut rendered = Vec::with_capacity(items.len());
        for item in &items {
            rendered.extend(item.subject.render(&person, kind, false)?);
        }
        serde_json::to_vec(&rendered)
    });
    let failed = || ApiError::new(StatusCode::INTERNAL_SERVER_ERROR, "The summaries could not be written");
    let body = written.await.map_err(|_| failed())?.map_err(|_| failed())?;
    Ok(([(CONTENT_TYPE, "application/json;charset=utf-8")], body).into_response())
}
