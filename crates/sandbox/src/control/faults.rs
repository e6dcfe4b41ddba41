//! `/sandbox/faults`: the menu of failures, to see what an integration makes of them.

use super::wish::Wished;
use crate::{
    faults::{Fault, Wish},
    state::Shared,
    wellness::ApiError,
};
use axum::{
    Json,
    extract::{Path, State},
    http::StatusCode,
};
use std::sync::Arc;

/// `GET`: every fault with its counters, spent ones included.
pub(super) async fn list(State(shared): State<Arc<Shared>>) -> Json<Vec<Fault>> {
    Json(shared.lock().faults.list().to_vec())
}

/// `POST`: adds a fault; gives all of them.
pub(super) async fn add(
    State(shared): State<Arc<Shared>>,
    Wished(wish): Wished<Wish>,
) -> Result<Json<Vec<Fault>>, ApiError> {
    let mut state = shared.lock();
    state.faults.add(wish).map_err(ApiError::bad_request)?;
    shared.set_skew(state.faults.skew());
    Ok(Json(state.faults.list().to_vec()))
}

/// `DELETE`: takes all faults back.
pub(super) async fn clear(State(shared): State<Arc<Shared>>) -> StatusCode {
    let mut state = shared.lock();
    state.faults.clear(None);
    shared.set_skew(0);
    StatusCode::NO_CONTENT
}

/// `DELETE /sandbox/faults/{id}`: takes one fault back.
pub(super) async fn remove(State(shared): State<Arc<Shared>>, Path(id): Path<u64>) -> Result<StatusCode, ApiError> {
    let mut state = shared.lock();
    let found = state.faults.clear(Some(id));
    shared.set_skew(state.faults.skew());
    if found { Ok(StatusCode::NO_CONTENT) } else { Err(ApiError::not_found("No such fault")) }
}
