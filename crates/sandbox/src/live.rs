//! Live updates: every few real seconds the next connected person's device syncs.

use crate::{device, state::Shared};
use std::sync::Arc;
use tokio_util::sync::CancellationToken;

/// Syncs one connected person after the other until told to stop.
pub(crate) async fn run(shared: Arc<Shared>, shutdown: CancellationToken) {
    let Some(interval) = shared.config.live_interval else { return };
    let mut last = None;
    loop {
        tokio::select! {
            () = shutdown.cancelled() => return,
            () = tokio::time::sleep(interval) => {}
        }
        last = next_connected(&shared, last.as_deref());
        if let Some(user_id) = &last {
            let extra = wants_workout(&shared, user_id);
            device::sync_now(&shared, user_id, extra);
        }
    }
}

/// The connected person after this one, from the beginning again after the last.
fn next_connected(shared: &Shared, after: Option<&str>) -> Option<String> {
    let state = shared.lock();
    let connected: Vec<&String> = state.accounts.iter().filter(|(_, a)| a.connected).map(|(id, _)| id).collect();
    let next = connected.iter().find(|id| after.is_some_and(|after| id.as_str() > after));
    next.or(connected.first()).map(|id| (*id).clone())
}

fn wants_workout(shared: &Shared, user_id: &str) -> bool {
    let every = shared.config.live_workout_every.max(1);
    let updates = shared.lock().accounts.get(user_id).map_or(0, |account| account.live_updates);
    updates % every == every - 1
}
