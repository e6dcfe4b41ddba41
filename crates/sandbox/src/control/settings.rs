//! `/sandbox/settings`: what can be changed while the sandbox runs.

use super::wish::Wished;
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
    Wished(changes): Wished<Map<String, Value>>,
) -> Result<Json<Settings>, ApiError> {
    let mut state = shared.lock();
    let settings = state.settings.changed(changes).map_err(|unfit| ApiError::bad_request(unfit.to_string()))?;
    state.settings = settings.clone();
    drop(state);
    shared.wake.notify_one();
    shared.history.notify_one();
    Ok(Json(settings))
}
