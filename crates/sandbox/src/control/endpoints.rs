//! `PUT /sandbox/endpoints/{type}`: how a type is delivered.

use crate::{kind::Kind, notify::Endpoint, state::Shared, wellness::ApiError};
use axum::{
    Json,
    extract::{Path, State},
};
use serde::Deserialize;
use std::sync::Arc;
use url::Url;

#[derive(Clone, Copy, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
enum Mode {
    Push,
    Ping,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Settings {
    mode: Option<Mode>,
    enabled: Option<bool>,
    on_hold: Option<bool>,
    url: Option<String>,
}

/// Changes what is given and leaves the rest.
pub(super) async fn configure(
    State(shared): State<Arc<Shared>>,
    Path(kind): Path<String>,
    Json(settings): Json<Settings>,
) -> Result<Json<Endpoint>, ApiError> {
    let kind = Kind::find(&kind).ok_or_else(|| ApiError::not_found("No such summary type"))?;
    if settings.mode == Some(Mode::Push) && !kind.can_be_pushed() {
        return Err(ApiError::bad_request("Files are only announced by ping"));
    }
    let url = settings.url.as_deref().map(web_address).transpose()?;
    let mut state = shared.lock();
    let current = state.outbox.endpoints.get(&kind).cloned();
    let current = current.ok_or_else(|| ApiError::not_found("No such summary type"))?;
    let endpoint = Endpoint {
        url: url.unwrap_or(current.url),
        enabled: settings.enabled.unwrap_or(current.enabled),
        on_hold: settings.on_hold.unwrap_or(current.on_hold),
        push: settings.mode.map_or(current.push, |mode| mode == Mode::Push),
    };
    state.outbox.configure(kind, endpoint.clone());
    drop(state);
    shared.wake.notify_one();
    Ok(Json(endpoint))
}

fn web_address(text: &str) -> Result<Url, ApiError> {
    let url = Url::parse(text).ok().filter(|url| matches!(url.scheme(), "http" | "https"));
    url.ok_or_else(|| ApiError::bad_request("The address must begin with http or https"))
}
