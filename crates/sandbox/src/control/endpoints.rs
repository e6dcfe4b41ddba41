//! `/sandbox/endpoints`: how each type is delivered, and how much of it was.

use super::wish::Wished;
use crate::{
    Mode,
    kind::Kind,
    notify::{Endpoint, Tally},
    state::{self, Shared},
    wellness::ApiError,
};
use axum::{
    Json,
    extract::{Path, State},
};
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use url::Url;

#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Change {
    mode: Option<Mode>,
    enabled: Option<bool>,
    on_hold: Option<bool>,
    url: Option<String>,
}

#[derive(Serialize)]
pub(super) struct EndpointView {
    #[serde(rename = "type")]
    kind: &'static str,
    mode: &'static str,
    #[serde(flatten)]
    endpoint: Endpoint,
    pending: usize,
    #[serde(flatten)]
    tally: Tally,
}

impl EndpointView {
    fn of(state: &state::State, kind: Kind) -> Option<Self> {
        let endpoint = state.outbox.endpoints.get(&kind)?.clone();
        let mode = if endpoint.push { "push" } else { "ping" };
        let (pending, tally) = (state.outbox.pending(kind), state.outbox.tally(kind));
        Some(Self { kind: kind.key(), mode, endpoint, pending, tally })
    }

    pub(super) fn all(state: &state::State) -> Vec<Self> {
        Kind::ALL.into_iter().filter_map(|kind| Self::of(state, kind)).collect()
    }
}

/// `GET /sandbox/endpoints`
pub(super) async fn list(State(shared): State<Arc<Shared>>) -> Json<Vec<EndpointView>> {
    Json(EndpointView::all(&shared.lock()))
}

/// `PUT /sandbox/endpoints/{type}`: changes what is given and leaves the rest. The type `all` means every one;
/// files stay a ping.
pub(super) async fn configure(
    State(shared): State<Arc<Shared>>,
    Path(kind): Path<String>,
    Wished(change): Wished<Change>,
) -> Result<Json<Vec<EndpointView>>, ApiError> {
    let kinds = if kind == "all" {
        Kind::ALL.to_vec()
    } else {
        vec![Kind::find(&kind).ok_or_else(|| ApiError::not_found("No such summary type"))?]
    };
    if let [kind] = kinds.as_slice()
        && change.mode == Some(Mode::Push)
        && !kind.can_be_pushed()
    {
        return Err(ApiError::bad_request("mode: files are only announced by ping"));
    }
    if let [kind] = kinds.as_slice()
        && change.mode == Some(Mode::Ping)
        && kind.can_be_pushed()
        && !kind.has_modes()
    {
        return Err(ApiError::bad_request(format!("mode: {} are only pushed", kind.key())));
    }
    let url = change.url.as_deref().map(web_address).transpose()?;
    let mut state = shared.lock();
    let opens = shared.instant() + shared.config.clock.real_wait(state.settings.hold_release);
    for kind in &kinds {
        let Some(current) = state.outbox.endpoints.get(kind).cloned() else { continue };
        let mode = change.mode.filter(|_| kind.has_modes());
        let endpoint = Endpoint {
            url: url.clone().unwrap_or(current.url),
            enabled: change.enabled.unwrap_or(current.enabled),
            on_hold: change.on_hold.unwrap_or(current.on_hold),
            push: mode.map_or(current.push, |mode| mode == Mode::Push),
        };
        state.outbox.configure(*kind, endpoint, opens);
    }
    let changed = kinds.iter().filter_map(|kind| EndpointView::of(&state, *kind)).collect();
    drop(state);
    shared.wake.notify_one();
    Ok(Json(changed))
}

fn web_address(text: &str) -> Result<Url, ApiError> {
    let url = Url::parse(text).ok().filter(|url| matches!(url.scheme(), "http" | "https"));
    url.ok_or_else(|| ApiError::bad_request("The address must begin with http or https"))
}
