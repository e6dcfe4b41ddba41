//! `/sandbox/settings`: what can be changed while the sandbox runs.

use crate::{Settings, state::Shared, wellness::ApiError};
use axum::{Json, extract::State};
use serde_json::{Map, Value};
use std::sync::Arc;

/// `GET`
pub(super) async fn show(State(shared): State<Arc<Shared>>) -> Json<Settings> {
    Json(shared.lock().settings.clone())
}

/// `PUT`: changes what is given and leaves the rest.
pub(super) async fn change(
    State(shared): State<Arc<Shared>>,
    Json(change): Json<Map<String, Value>>,
) -> Result<Json<Settings>, ApiError> {
    let mut state = shared.lock();
    let mut merged = serde_json::to_value(&state.settings).map_err(unfit)?;
    if let Value::Object(settings) = &mut merged {
        settings.extend(change);
    }
    let settings: Settings = serde_json::from_value(merged).map_err(unfit)?;
    if let Some(problem) = settings.problem() {
        return Err(ApiError::bad_request(problem));
    }
    state.settings = settings.clone();
    drop(state);
    shared.wake.notify_one();
    shared.history.notify_one();
    Ok(Json(settings))
}

fn unfit(error: serde_json::Error) -> ApiError {
    ApiError::bad_request(error.to_string())
}
