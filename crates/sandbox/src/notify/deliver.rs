//! Sending: exactly 200 within the time limit is success; anything else is sent again after a growing gap.

use super::{
    body::{body_of, fetches_of},
    endpoint::Delivery,
    outbox::{Notice, NoticeBody, Part, Shipment},
};
use crate::{
    faults::{Action, Wish},
    state::Shared,
    stream::Broken,
    subject::Subjectee,
    verification::Fetch,
};
use std::{
    collections::{BTreeMap, BTreeSet},
    io::Cursor,
    sync::Arc,
    time::Duration,
};
use tokio::task::JoinSet;
use tokio_util::{io::ReaderStream, sync::CancellationToken};

/// How many seconds of the sandbox's time a reordered body waits for others, if its fault does not say.
const OVERTAKEN: f64 = 20.0;

/// A shipment with the people it tells of and the fault that it meets.
struct Loaded {
    shipment: Shipment,
    people: BTreeMap<String, Subjectee>,
    fetches: Vec<Fetch>,
    fault: Option<Wish>,
}

/// Delivers until told to stop.
pub(crate) async fn run(shared: Arc<Shared>, shutdown: CancellationToken) {
    let mut sending = JoinSet::new();
    loop {
        for loaded in take_ready(&shared) {
            sending.spawn(send(shared.clone(), loaded));
        }
        // The next look is at the next retry, or soon: holds and age are looked at by the clock.
        let now = shared.instant();
        let idle = now + Duration::from_secs(1);
        let next = shared.lock().outbox.next_attempt(now).map_or(idle, |at| at.min(idle));
        tokio::select! {
            () = shutdown.cancelled() => return,
            () = shared.wake.notified() => {}
            () = tokio::time::sleep_until(next) => {}
            Some(_) = sending.join_next() => {}
        }
    }
}

fn take_ready(shared: &Shared) -> Vec<Loaded> {
    let mut guard = shared.lock();
    let state = &mut *guard;
    let (now, instant) = (shared.now(), shared.instant());
    let grants = &mut state.grants;
    let mut link = |notice: &mut Notice| {
        if let NoticeBody::File { plan, token } = &mut notice.body
            && !token.as_ref().is_some_and(|token| grants.is_file_link(now, token))
        {
            *token = Some(grants.issue_file_link(&shared.config.rng, now, &notice.user_id, *plan));
        }
    };
    let ready = state.outbox.take_ready(now, instant, &state.settings, &mut link);
    let mut loaded = Vec::with_capacity(ready.len());
    for shipment in ready {
        let kinds: Vec<_> = shipment.parts.iter().map(|part| part.kind).collect();
        let fault = if shipment.was_postponed { None } else { state.faults.on_notification(&kinds) };
        if let Some(wait) = fault.as_ref().and_then(postponed) {
            let due = instant + shared.config.clock.real_wait(wait);
            let reverse = fault.as_ref().is_some_and(|wish| wish.fault == Action::Reorder);
            state.outbox.postpone(shipment.id, due, reverse);
            // What it was ahead of goes at once.
            shared.wake.notify_one();
            continue;
        }
        let ids: BTreeSet<&str> = shipment.parts.iter().flat_map(Part::users).collect();
        let known = ids.into_iter().filter_map(|id| Some((id.to_owned(), state.accounts.get(id)?.subjectee())));
        let people = known.collect();
        let fetches = fetches_of(&shipment.parts);
        state.notes.departs(&fetches);
        loaded.push(Loaded { shipment, people, fetches, fault });
    }
    loaded
}

/// How long a fault keeps a shipment back, if it is of that sort.
fn postponed(wish: &Wish) -> Option<Duration> {
    match wish.fault {
        Action::Reorder => Duration::try_from_secs_f64(wish.seconds.unwrap_or(OVERTAKEN)).ok(),
        Action::Delay => Duration::try_from_secs_f64(wish.seconds.unwrap_or_default()).ok(),
        _ => None,
    }
}

/// Sends one shipment and notes what came of it.
async fn send(shared: Arc<Shared>, loaded: Loaded) {
    let Loaded { shipment, people, fetches, fault } = loaded;
    let users = people.len();
    let written = {
        let (shared, parts) = (shared.clone(), shipment.parts.clone());
        tokio::task::spawn_blocking(move || body_of(&shared.config, &parts, &people)).await
    };
    let body = match written {
        Ok(Ok(body)) => body,
        Ok(Err(error)) => {
            tracing::error!(%error, "a notification body could not be written");
            Vec::new()
        }
        Err(error) => {
            tracing::error!(%error, "a notification body could not be written");
            Vec::new()
        }
    };
    let fault = fault.map(|wish| wish.fault);
    let mut delivery = attempt(&shared, &shipment, users, body.clone(), fault).await;
    let failure = failure_of(&delivery, fault);
    // the second of two is there to be sent, whatever becomes of it
    if failure.is_none() && fault == Some(Action::Duplicate) {
        let again = attempt(&shared, &shipment, users, body, fault).await;
        shared.lock().outbox.remember(std::mem::replace(&mut delivery, again));
    }
    settle(&shared, &shipment, &fetches, delivery, failure, fault);
}

/// Was the shipment accepted, whole?
fn failure_of(delivery: &Delivery, fault: Option<Action>) -> Option<String> {
    match (delivery.status, fault) {
        // Whoever accepts what a fault has cut is not blamed for it, but gets it again.
        (_, Some(Action::Truncate | Action::Drop)) => Some("cut by a fault".to_owned()),
        (Some(200), _) => None,
        (Some(status), _) => Some(format!("answered with {status}")),
        (None, _) => Some(delivery.error.clone().unwrap_or_default()),
    }
}

fn settle(
    shared: &Shared,
    shipment: &Shipment,
    fetches: &[Fetch],
    delivery: Delivery,
    failure: Option<String>,
    fault: Option<Action>,
) {
    if let Some(reason) = &failure {
        tracing::debug!(%reason, attempt = shipment.attempt, "notification not accepted");
    }
    let mut guard = shared.lock();
    let state = &mut *guard;
    let cut = matches!(fault, Some(Action::Truncate | Action::Drop));
    for part in shipment.parts.iter().filter(|_| !cut) {
        state.notes.answered(part.kind, part.push, failure.as_deref(), delivery.milliseconds);
    }
    state.notes.arrives(fetches, shared.instant());
    state.outbox.remember(delivery);
    let gap = shared.config.clock.real_wait(state.settings.retry_gap(shipment.attempt));
    state.outbox.settle(shipment.id, failure.is_none(), shared.instant() + gap, &state.settings);
    drop(guard);
    shared.wake.notify_one();
}

/// Posts a body once.
async fn attempt(shared: &Shared, shipment: &Shipment, users: usize, body: Vec<u8>, fault: Option<Action>) -> Delivery {
    let started = shared.instant();
    let bytes = body.len();
    let (status, error) = post(shared, shipment, body, fault).await;
    let mut items: BTreeMap<&'static str, usize> = BTreeMap::new();
    for part in shipment.parts.iter() {
        *items.entry(part.kind.key()).or_default() += part.notices.len();
    }
    Delivery {
        at: shared.now(),
        url: shipment.url.clone(),
        items,
        users,
        bytes,
        attempt: shipment.attempt,
        status,
        error,
        fault: fault.map(Action::key),
        milliseconds: u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX),
    }
}

async fn post(
    shared: &Shared,
    shipment: &Shipment,
    mut body: Vec<u8>,
    fault: Option<Action>,
) -> (Option<u16>, Option<String>) {
    let timeout = shared.lock().settings.answer_timeout;
    let mut request = shared
        .http
        .post(shipment.url.clone())
        .timeout(timeout)
        .header("content-type", "application/json;charset=utf-8")
        .header("garmin-client-id", &shared.config.client_id);
    let whole = body.len();
    if matches!(fault, Some(Action::Truncate | Action::Drop)) {
        body.truncate(whole / 2);
    }
    request = if fault == Some(Action::Drop) {
        let broken = reqwest::Body::wrap_stream(ReaderStream::new(Broken(Cursor::new(body))));
        request.header("content-length", whole).body(broken)
    } else {
        request.body(body)
    };
    match request.send().await {
        Ok(answer) => (Some(answer.status().as_u16()), None),
        Err(error) if error.is_timeout() => (None, Some("no answer in time".to_owned())),
        Err(error) if error.is_connect() => (None, Some("not reachable".to_owned())),
        Err(_) => (None, Some("connection broken".to_owned())),
    }
}
