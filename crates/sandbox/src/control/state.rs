//! `GET /sandbox/state`: people, delivery by type, recent notifications.

use crate::{
    kind::Kind,
    notify::{Delivery, Endpoint, Tally},
    state::{Account, Shared},
};
use axum::{Json, extract::State};
use model::Timestamp;
use serde::Serialize;
use std::{collections::BTreeMap, sync::Arc};

#[derive(Serialize)]
pub(super) struct Overview {
    now: Timestamp,
    people: Vec<PersonView>,
    endpoints: Vec<EndpointView>,
    /// Newest first.
    notifications: Vec<Delivery>,
}

#[derive(Serialize)]
pub(super) struct PersonView {
    id: String,
    name: String,
    persona: &'static str,
    description: &'static str,
    offset_seconds: i32,
    connected: bool,
    permissions: Vec<&'static str>,
    summaries: BTreeMap<&'static str, usize>,
}

impl PersonView {
    pub(super) fn of(account: &Account, now: Timestamp) -> Self {
        let mut summaries = BTreeMap::new();
        for (kind, _) in account.items.keys() {
            *summaries.entry(kind.key()).or_default() += 1;
        }
        Self {
            id: account.person.id.clone(),
            name: account.person.name.clone(),
            persona: account.person.persona.key(),
            description: account.person.persona.describe(),
            offset_seconds: account.person.offset_at(now.as_seconds()),
            connected: account.connected,
            permissions: account.permissions.iter().map(|permission| permission.key()).collect(),
            summaries,
        }
    }
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

/// Everything worth seeing.
pub(super) async fn show(State(shared): State<Arc<Shared>>) -> Json<Overview> {
    let state = shared.lock();
    let endpoint = |kind: Kind| {
        let endpoint = state.outbox.endpoints.get(&kind)?.clone();
        Some(EndpointView {
            kind: kind.key(),
            mode: if endpoint.push { "push" } else { "ping" },
            endpoint,
            pending: state.outbox.pending(kind),
            tally: state.outbox.tally(kind),
        })
    };
    Json(Overview {
        now: shared.now(),
        people: state.people().into_iter().map(|account| PersonView::of(account, shared.now())).collect(),
        endpoints: Kind::ALL.into_iter().filter_map(endpoint).collect(),
        notifications: state.outbox.history.iter().rev().take(60).cloned().collect(),
    })
}
