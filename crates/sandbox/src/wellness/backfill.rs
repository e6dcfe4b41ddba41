//! `GET /wellness-api/rest/backfill/{type}`: history by recorded time. The answer is 202 and empty; the data
//! comes as ordinary notifications.

use super::{ApiError, bearer::CallingUser, summaries::seconds};
use crate::{
    device,
    kind::{Kind, Permission},
    state::{Account, Backfill, Shared},
};
use axum::{
    extract::{Path, Query, State},
    http::StatusCode,
};
use model::Timestamp;
use serde::Deserialize;
use std::sync::Arc;

const DAY: i64 = 86_400;
/// How far back before the first consent there is anything.
const DEPTH: i64 = 31 * DAY;
const MAX_REMEMBERED: usize = 2000;

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
    range: Result<Query<Range>, axum::extract::rejection::QueryRejection>,
    CallingUser(user_id): CallingUser,
) -> Result<StatusCode, ApiError> {
    let kind = Kind::find_by_backfill_path(&kind).ok_or_else(|| ApiError::not_found("No history of such a type"))?;
    let longest = kind.backfill_days().ok_or_else(|| ApiError::not_found("No history of such a type"))?;
    let Query(range) = range.map_err(|_| {
        ApiError::bad_request("summaryStartTimeInSeconds and summaryEndTimeInSeconds must be given together")
    })?;
    let from = seconds(&range.summary_start_time_in_seconds)?;
    let to = seconds(&range.summary_end_time_in_seconds)?;
    if to < from || to - from > longest * DAY {
        return Err(ApiError::bad_request(format!("The range must go forward and be of at most {longest} days")));
    }
    let depth = accept(&shared, &user_id, Backfill { kind, from, to, asked: shared.now() })?;
    device::upload_recorded(&shared, &user_id, kind, from.max(depth), to);
    Ok(StatusCode::ACCEPTED)
}

/// Notes the request; gives the earliest instant there is data of.
fn accept(shared: &Shared, user_id: &str, wanted: Backfill) -> Result<i64, ApiError> {
    let mut state = shared.lock();
    let account = state.accounts.get(user_id).ok_or_else(|| ApiError::not_found("No such user"))?;
    permitted(account, wanted.kind)?;
    if let Some(before) = account.backfills.iter().find(|before| covers(before, &wanted)) {
        return Err(ApiError::new(
            StatusCode::CONFLICT,
            format!("This was processed at {}, for {} to {}", before.asked, at(before.from), at(before.to)),
        ));
    }
    let days = (wanted.to - wanted.from) / DAY + 1;
    state.history_asked.retain(|(asked, _)| asked.plus_seconds(60) > wanted.asked);
    let recent: i64 = state.history_asked.iter().map(|(_, days)| days).sum();
    if recent + days > i64::from(shared.config.backfill_days_per_minute) {
        return Err(ApiError::new(StatusCode::TOO_MANY_REQUESTS, "Too many days of history in a minute"));
    }
    state.history_asked.push((wanted.asked, days));
    let Some(account) = state.accounts.get_mut(user_id) else { return Err(ApiError::not_found("No such user")) };
    if account.backfills.len() >= MAX_REMEMBERED {
        account.backfills.remove(0);
    }
    account.backfills.push(wanted);
    Ok(account.first_connected.unwrap_or(wanted.asked.as_seconds()) - DEPTH)
}

fn permitted(account: &Account, kind: Kind) -> Result<(), ApiError> {
    if !account.permissions.contains(&Permission::HistoricalDataExport) {
        return Err(ApiError::new(StatusCode::FORBIDDEN, "The user does not permit historical data"));
    }
    if !account.permits(kind) {
        return Err(ApiError::new(StatusCode::PRECONDITION_FAILED, "The user does not permit this summary type"));
    }
    Ok(())
}

fn covers(before: &Backfill, wanted: &Backfill) -> bool {
    before.kind == wanted.kind && before.from <= wanted.from && wanted.to <= before.to
}

fn at(second: i64) -> Timestamp {
    Timestamp::from_seconds(second)
}
