//! What partners are told: uploads that a user shares, changed permissions, the end of a consent.

use super::outbox::{Notice, NoticeBody};
use crate::{
    account::Item,
    device::Queued,
    history::uploaded,
    kind::Kind,
    state::{Shared, State},
    subject::Subject,
};

/// Queues a notice of an upload, if its user is connected and permits the type.
pub(crate) fn announce(shared: &Shared, state: &mut State, user_id: &str, kind: Kind, item: Item, queued: &mut Queued) {
    let State { accounts, outbox, .. } = state;
    if !accounts.get(user_id).is_some_and(|account| account.shares(kind)) {
        return;
    }
    let body = match item.subject {
        Subject::Workout(plan) if kind == Kind::ActivityFiles => NoticeBody::File { plan, token: None },
        _ => NoticeBody::Summary(item),
    };
    outbox.queue(kind, Notice { user_id: user_id.to_owned(), queued: shared.now(), body });
    *queued.entry(kind.key()).or_default() += 1;
}

/// Which uploads are announced once more.
#[derive(Clone, Debug, Default)]
pub(crate) struct Resend {
    /// Nobody named means everybody.
    pub(crate) users: Vec<String>,
    /// None named means all.
    pub(crate) kinds: Vec<Kind>,
    /// UTC seconds of recorded time, both included.
    pub(crate) from: Option<i64>,
    pub(crate) to: Option<i64>,
}

/// Announces again what was uploaded, in the order of the uploads.
pub(crate) fn resend(shared: &Shared, wish: &Resend) -> Queued {
    let mut state = shared.lock();
    let mut queued = Queued::new();
    let users: Vec<String> =
        state.accounts.keys().filter(|id| wish.users.is_empty() || wish.users.contains(id)).cloned().collect();
    for user_id in users {
        let Some(account) = state.accounts.get(&user_id) else { continue };
        let mut items = uploaded(account, &wish.kinds, wish.from, wish.to, shared.now().as_seconds());
        items.sort_by_key(|(_, item)| item.uploaded);
        for (kind, item) in items {
            announce(shared, &mut state, &user_id, kind, item, &mut queued);
        }
    }
    drop(state);
    shared.wake.notify_one();
    queued
}

/// Tells the partner what a connected user permits from now on.
pub(crate) fn permissions_changed(shared: &Shared, state: &mut State, user_id: &str) {
    let State { accounts, outbox, .. } = state;
    let Some(account) = accounts.get(user_id).filter(|account| account.connected) else { return };
    let now = shared.now();
    let permissions = account.permissions.iter().copied().collect();
    let body = NoticeBody::Permissions { permissions, changed: now.as_seconds() };
    outbox.queue(Kind::UserPermissionsChange, Notice { user_id: user_id.to_owned(), queued: now, body });
    shared.wake.notify_one();
}

/// Ends a user's consent: tokens, waiting notices and history that was asked for go, and the partner is told.
pub(crate) fn deregister(shared: &Shared, state: &mut State, user_id: &str) {
    let Some(account) = state.accounts.get_mut(user_id) else { return };
    account.connected = false;
    account.backfills.clear();
    account.served.clear();
    account.slices.clear();
    state.grants.withdraw(user_id);
    state.outbox.forget(user_id);
    let notice = Notice { user_id: user_id.to_owned(), queued: shared.now(), body: NoticeBody::Deregistered };
    state.outbox.queue(Kind::Deregistrations, notice);
    shared.wake.notify_one();
}
