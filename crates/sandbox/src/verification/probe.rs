//! The active part of partner verification: one notification of every type that was not handled yet, the end of
//! a consent of nobody, and bodies as large as a partner must accept.

use super::{notes::Probe, points::must_accept};
use crate::{
    account::Item,
    device::{self, Queued},
    kind::Kind,
    notify::{Notice, NoticeBody, announce, permissions_changed},
    state::{Shared, State},
    stream::Repeated,
};
use std::{sync::Arc, time::Duration};
use tokio::time::sleep;
use tokio_util::io::ReaderStream;
use url::Url;

/// How many days back a type is looked for; cycles are rarely longer.
const LOOK_BACK: i64 = 40 * 86_400;
const LARGE: [Kind; 2] = [Kind::Dailies, Kind::ActivityDetails];

/// Sends what is needed to judge every point, and waits until it was answered or the time for that is over.
pub(crate) async fn probe(shared: &Arc<Shared>) {
    let sent = announce_untried(shared);
    shared.wake.notify_one();
    let until = shared.instant() + shared.lock().settings.answer_timeout + Duration::from_secs(2);
    while shared.instant() < until && !sent.iter().all(|kind| was_answered(&shared.lock(), *kind)) {
        sleep(Duration::from_millis(20)).await;
    }
    for kind in LARGE {
        let Some((url, body, bytes)) = large_body(shared, kind) else { continue };
        let failure = post(shared, url, body, bytes).await.err();
        shared.lock().notes.probes.insert(kind, Probe { bytes, failure });
    }
}

/// Queues one notification of each enabled type of which none was answered yet.
fn announce_untried(shared: &Shared) -> Vec<Kind> {
    let mut guard = shared.lock();
    let state = &mut *guard;
    let untried: Vec<Kind> =
        Kind::ALL.into_iter().filter(|kind| state.outbox.is_enabled(*kind) && !was_answered(state, *kind)).collect();
    let Some(user_id) = connected_user(state) else { return Vec::new() };
    let mut queued = Queued::new();
    let mut sent = Vec::new();
    for kind in untried {
        if kind == Kind::Deregistrations {
            let nobody = model::derived_id(&[b"nobody", user_id.as_bytes()]).simple().to_string();
            let notice = Notice { user_id: nobody, queued: shared.now(), body: NoticeBody::Deregistered };
            state.outbox.queue(kind, notice);
        } else if kind == Kind::UserPermissionsChange {
            permissions_changed(shared, state, &user_id);
        } else {
            let Some((owner, item)) = latest(shared, state, kind) else { continue };
            if let Some(account) = state.accounts.get_mut(&owner) {
                account.keep(kind, item);
            }
            announce(shared, state, &owner, kind, item, &mut queued);
        }
        sent.push(kind);
    }
    sent
}

fn connected_user(state: &State) -> Option<String> {
    state.people().into_iter().find(|account| account.connected).map(|account| account.person.id.clone())
}

fn was_answered(state: &State, kind: Kind) -> bool {
    state.notes.handling.get(&kind).is_some_and(|it| it.pushes + it.pings + it.failures > 0)
}

/// The latest recording of a type by anybody who shares it.
fn latest(shared: &Shared, state: &State, kind: Kind) -> Option<(String, Item)> {
    let now = shared.now().as_seconds();
    let sharing = state.people().into_iter().filter(|account| account.shares(kind));
    sharing.into_iter().find_map(|account| {
        let subject = device::recorded(account, kind, now - LOOK_BACK, now, now).pop()?;
        Some((account.person.id.clone(), Item { subject, uploaded: now }))
    })
}

/// The address of a type and a body for it as large as a partner must accept: one real item many times.
fn large_body(shared: &Shared, kind: Kind) -> Option<(Url, Repeated, u64)> {
    let (url, subjectee, item) = {
        let state = shared.lock();
        let endpoint = state.outbox.endpoints.get(&kind).filter(|endpoint| endpoint.enabled)?;
        let (user_id, item) = latest(shared, &state, kind)?;
        (endpoint.url.clone(), state.accounts.get(&user_id)?.subjectee(), item)
    };
    let rendered = item.subject.render(&subjectee, kind, true).ok()?;
    let text = rendered.first()?.get().to_owned();
    let body = Repeated::new(format!("{{\"{}\":[{text}", kind.key()), format!(",{text}"), "]}", must_accept(kind));
    let bytes = body.len();
    Some((url, body, bytes))
}

async fn post(shared: &Shared, url: Url, body: Repeated, bytes: u64) -> Result<(), String> {
    let timeout = shared.lock().settings.answer_timeout;
    let request = shared
        .http
        .post(url)
        .timeout(timeout)
        .header("content-type", "application/json;charset=utf-8")
        .header("content-length", bytes)
        .header("garmin-client-id", &shared.config.client_id)
        .body(reqwest::Body::wrap_stream(ReaderStream::with_capacity(body, 64 * 1024)));
    match request.send().await {
        Ok(answer) if answer.status().as_u16() == 200 => Ok(()),
        Ok(answer) => Err(format!("answered with {}", answer.status().as_u16())),
        Err(error) if error.is_timeout() => Err("no answer in time".to_owned()),
        Err(_) => Err("the connection broke".to_owned()),
    }
}
