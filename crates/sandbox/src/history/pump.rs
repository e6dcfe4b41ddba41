//! Uploading history that was asked for: a few days at a time, with waits between, so that it comes in many
//! notifications, and only while not too much waits to be sent.

use super::uploads::kinds_along;
use crate::{
    account::{Slice, wait},
    device::Queued,
    notify::announce,
    state::{Shared, State},
};
use std::{sync::Arc, time::Duration};
use tokio_util::sync::CancellationToken;

const DAY: i64 = 86_400;
/// With so many notices waiting, history waits too.
const MANY_WAITING: usize = 20_000;
const LONGEST_WAIT: Duration = Duration::from_secs(1);

/// Uploads until told to stop.
pub(crate) async fn run(shared: Arc<Shared>, shutdown: CancellationToken) {
    loop {
        let next = upload_due(&shared);
        tokio::select! {
            () = shutdown.cancelled() => return,
            () = shared.history.notified() => {}
            () = tokio::time::sleep(next.clamp(Duration::from_millis(2), LONGEST_WAIT)) => {}
        }
    }
}

/// Uploads every slice that is due; gives the wait until the next one.
fn upload_due(shared: &Shared) -> Duration {
    let users: Vec<String> = {
        let state = shared.lock();
        let open = state.accounts.iter().filter(|(_, account)| !account.backfills.is_empty());
        open.map(|(user_id, _)| user_id.clone()).collect()
    };
    let mut next = LONGEST_WAIT;
    for user_id in users {
        let mut state = shared.lock();
        if state.outbox.waiting() > MANY_WAITING {
            return Duration::from_millis(50);
        }
        next = next.min(upload_of(shared, &mut state, &user_id));
    }
    next
}

/// The due slices of one user; gives the wait until their next one.
fn upload_of(shared: &Shared, state: &mut State, user_id: &str) -> Duration {
    let instant = shared.instant();
    let gap = shared.config.clock.real_wait(state.settings.backfill_gap);
    let (now, days) = (shared.now().as_seconds(), i64::from(state.settings.backfill_slice_days));
    let Some(account) = state.accounts.get_mut(user_id) else { return LONGEST_WAIT };
    let mut due = Vec::new();
    let mut next = LONGEST_WAIT;
    let uploaded = account.slice_second(now);
    for backfill in &mut account.backfills {
        if let Some(wait) = wait(backfill.due, instant) {
            next = next.min(wait);
            continue;
        }
        let to = backfill.to.min(backfill.next + days * DAY - 1);
        due.push(Slice { kind: backfill.kind, from: backfill.next, to, uploaded: uploaded + due.len() as i64 });
        backfill.next = to + 1;
        backfill.due = Some(instant + gap);
        next = next.min(gap);
    }
    account.close_backfills();
    for slice in due {
        upload(shared, state, user_id, slice);
    }
    next
}

/// Announces one slice, files with their activities, and keeps it for those who fetch it.
fn upload(shared: &Shared, state: &mut State, user_id: &str, slice: Slice) {
    let mut queued = Queued::new();
    for kind in kinds_along(slice.kind) {
        let slice = Slice { kind, ..slice };
        let Some(account) = state.accounts.get_mut(user_id) else { return };
        let items = slice.items(account);
        let is_fetched =
            state.outbox.endpoints.get(&kind).is_some_and(|endpoint| !endpoint.push) && kind.path().is_some();
        if is_fetched && !items.is_empty() {
            account.slices.push(slice);
        }
        for item in items {
            announce(shared, state, user_id, kind, item, &mut queued);
        }
    }
    if !queued.is_empty() {
        shared.wake.notify_one();
    }
}
