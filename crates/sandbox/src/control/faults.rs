//! `POST /sandbox/faults`: lets the next calls of a partner fail, to see what an integration makes of it.

use crate::{state::Shared, wellness::ApiError};
use axum::{
    Json,
    extract::{Request, State},
    http::{HeaderValue, StatusCode, header::RETRY_AFTER},
    middleware::Next,
    response::{IntoResponse, Response},
};
use serde::{Deserialize, Serialize};
use std::sync::Arc;

const MAX_FAULTS: usize = 100;

/// So many calls whose path begins with `path` are answered with `status`.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Fault {
    status: u16,
    #[serde(default = "once")]
    count: u32,
    #[serde(default = "everything")]
    path: String,
    /// Seconds, sent as `Retry-After`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    retry_after: Option<u32>,
}

fn once() -> u32 {
    1
}

fn everything() -> String {
    "/".to_owned()
}

/// Adds a fault; gives those that wait.
pub(super) async fn add(
    State(shared): State<Arc<Shared>>,
    Json(fault): Json<Fault>,
) -> Result<Json<Vec<Fault>>, ApiError> {
    if !(400..600).contains(&fault.status) || fault.count == 0 {
        return Err(ApiError::bad_request("status is 400 to 599 and count at least 1"));
    }
    let mut state = shared.lock();
    if state.faults.len() >= MAX_FAULTS {
        return Err(ApiError::new(StatusCode::CONFLICT, "There are too many faults already"));
    }
    state.faults.push(fault);
    Ok(Json(state.faults.clone()))
}

/// Takes all faults back.
pub(super) async fn clear(State(shared): State<Arc<Shared>>) -> StatusCode {
    shared.lock().faults.clear();
    StatusCode::NO_CONTENT
}

/// Answers a partner's call with a fault that waits for it, if there is one.
pub(crate) async fn inject(State(shared): State<Arc<Shared>>, request: Request, next: Next) -> Response {
    let due = take(&mut shared.lock().faults, request.uri().path());
    let Some(fault) = due else { return next.run(request).await };
    let status = StatusCode::from_u16(fault.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let mut answer = ApiError::new(status, "This failure was asked for").into_response();
    if let Some(seconds) = fault.retry_after {
        answer.headers_mut().insert(RETRY_AFTER, HeaderValue::from(seconds));
    }
    answer
}

fn take(faults: &mut Vec<Fault>, path: &str) -> Option<Fault> {
    let index = faults.iter().position(|fault| path.starts_with(&fault.path))?;
    let fault = faults.get_mut(index)?;
    fault.count -= 1;
    if fault.count == 0 { Some(faults.remove(index)) } else { Some(fault.clone()) }
}
