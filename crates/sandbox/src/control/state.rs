//! `GET /sandbox/state`: people, delivery by type, faults, recent notifications.

use super::endpoints::EndpointView;
use crate::{account::Account, faults::Fault, notify::Delivery, state::Shared};
use axum::{Json, extract::State};
use model::Timestamp;
use serde::Serialize;
use std::{collections::BTreeMap, sync::Arc};

const MAX_PEOPLE_SHOWN: usize = 30;

#[derive(Serialize)]
pub(super) struct Overview {
    now: Timestamp,
    /// The first of them, in the order in which they came.
    people: Vec<PersonView>,
    people_count: usize,
    connected_count: usize,
    endpoints: Vec<EndpointView>,
    faults: Vec<Fault>,
    /// How many requests for history were answered with which status.
    history_answers: BTreeMap<u16, u64>,
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
    /// Requests for history that are not yet uploaded to their end, and those that are.
    backfills_open: usize,
    backfills_served: usize,
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
            backfills_open: account.backfills.len(),
            backfills_served: account.served.len(),
        }
    }
}

/// Everything worth seeing.
pub(super) async fn show(State(shared): State<Arc<Shared>>) -> Json<Overview> {
    let state = shared.lock();
    let view = |account| PersonView::of(account, shared.now());
    Json(Overview {
        now: shared.now(),
        people: state.people().into_iter().take(MAX_PEOPLE_SHOWN).map(view).collect(),
        people_count: state.accounts.len(),
        connected_count: state.accounts.values().filter(|account| account.connected).count(),
        endpoints: EndpointView::all(&state),
        faults: state.faults.list().to_vec(),
        history_answers: state.notes.history_answers.clone(),
        notifications: state.outbox.history.iter().rev().take(60).cloned().collect(),
    })
}
