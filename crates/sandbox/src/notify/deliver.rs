//! Sending: exactly 200 within the time limit is success; anything else is sent again after a growing gap.

use super::{
    body::body_of,
    outbox::{Delivery, Part, Shipment},
};
use crate::state::Shared;
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
    time::Duration,
};
use tokio::{task::JoinSet, time::Instant};
use tokio_util::sync::CancellationToken;

/// Delivers until told to stop.
pub(crate) async fn run(shared: Arc<Shared>, shutdown: CancellationToken) {
    let mut sending = JoinSet::new();
    loop {
        for shipment in take_ready(&shared) {
            sending.spawn(send(shared.clone(), shipment));
        }
        // The next look is at the next retry, or soon: holds and age are looked at by the clock.
        let now = Instant::now();
        let idle = now + Duration::from_secs(5);
        let next = shared.lock().outbox.next_attempt(now).map_or(idle, |at| at.min(idle));
        tokio::select! {
            () = shutdown.cancelled() => return,
            () = shared.wake.notified() => {}
            () = tokio::time::sleep_until(next) => {}
            Some(_) = sending.join_next() => {}
        }
    }
}

fn take_ready(shared: &Shared) -> Vec<Shipment> {
    let mut state = shared.lock();
    let ready = state.outbox.take_ready(shared.now(), Instant::now());
    let people_of = |parts: &[Part]| {
        let ids: BTreeSet<&String> =
            parts.iter().flat_map(|part| &part.notices).map(|notice| &notice.user_id).collect();
        let known =
            ids.into_iter().filter_map(|id| state.accounts.get(id).map(|account| (id.clone(), account.subjectee())));
        known.collect::<BTreeMap<_, _>>()
    };
    ready.into_iter().map(|(url, attempt, parts)| Shipment { url, attempt, people: people_of(&parts), parts }).collect()
}

/// Sends one shipment and notes what came of it.
async fn send(shared: Arc<Shared>, shipment: Shipment) {
    let started = Instant::now();
    let (shipment, body) = {
        let shared = shared.clone();
        let written = tokio::task::spawn_blocking(move || {
            let body = body_of(&shared.config, &shipment).unwrap_or_default();
            (shipment, body)
        });
        match written.await {
            Ok(written) => written,
            Err(error) => {
                tracing::error!(%error, "a notification body could not be written");
                return;
            }
        }
    };
    let bytes = body.len();
    let (status, error) = post(&shared, &shipment, body).await;
    let delivered = status == Some(200);
    if !delivered {
        tracing::debug!(?status, ?error, attempt = shipment.attempt, "notification not accepted");
    }
    let delivery = Delivery {
        at: shared.now(),
        url: shipment.url.clone(),
        items: shipment.parts.iter().map(|part| (part.kind.key(), part.notices.len())).collect(),
        users: shipment.people.len(),
        bytes,
        attempt: shipment.attempt,
        status,
        error,
        milliseconds: u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX),
    };
    let mut state = shared.lock();
    state.outbox.remember(delivery);
    for part in shipment.parts {
        state.outbox.settle(part, delivered, |attempts| gap(&shared, attempts));
    }
    drop(state);
    shared.wake.notify_one();
}

async fn post(shared: &Shared, shipment: &Shipment, body: Vec<u8>) -> (Option<u16>, Option<String>) {
    let request = shared
        .http
        .post(shipment.url.clone())
        .header("content-type", "application/json;charset=utf-8")
        .header("garmin-client-id", &shared.config.client_id)
        .body(body);
    match request.send().await {
        Ok(answer) => (Some(answer.status().as_u16()), None),
        Err(error) if error.is_timeout() => (None, Some("no answer in time".to_owned())),
        Err(error) if error.is_connect() => (None, Some("not reachable".to_owned())),
        Err(_) => (None, Some("connection broken".to_owned())),
    }
}

/// The real wait before the next attempt, after so many failed ones.
fn gap(shared: &Shared, attempts: u32) -> Duration {
    let gaps = &shared.config.retry_gaps;
    let wanted = gaps.get(attempts as usize).or(gaps.last()).copied().unwrap_or(Duration::from_mins(1));
    shared.config.clock.real_wait(wanted)
}
