//! Follows a user's lane of the change log: from where a client was, or from now with a look back.

use super::recent::SyncStatusEvent;
use crate::{
    State,
    error::{ApiError, Result},
};
use axum::response::sse::Event;
use model::UserId;
use std::{collections::HashSet, time::Duration};
use store::{Change, ChangeBody, ChangePosition, Lane, SyncEvent};

/// Other processes ring no bell here: the log is also looked at this often.
const LOOK_EVERY: Duration = Duration::from_secs(5);
const BATCH: u32 = 100;

/// Where a follower stands.
pub(super) struct Follower {
    state: State,
    user: UserId,
    at: ChangePosition,
    /// Events already shown by looking back, which the log may tell again.
    shown: HashSet<uuid::Uuid>,
}

impl Follower {
    /// Begins, and gives the events to show first.
    pub(super) async fn begin(
        state: State,
        user: UserId,
        last_event_id: Option<&str>,
        replay: u32,
    ) -> Result<(Self, Vec<Event>)> {
        let lane = Lane::of_user(user);
        let (low, high) = state.store.change_bounds(lane).await?;
        let mut first = Vec::new();
        let mut shown = HashSet::new();
        let position = match last_event_id.and_then(|id| read_position(id, lane)) {
            Some(position) if position.saturating_add(1) >= low && position <= high => position,
            Some(position) => {
                first.push(gap(lane, position, low)?);
                low.saturating_sub(1)
            }
            None => {
                let mut past = state.store.list_sync_events(user, replay).await?;
                past.reverse();
                for event in past {
                    shown.insert(event.event_id);
                    first.push(show(user, event, ChangePosition { lane, position: high })?);
                }
                high
            }
        };
        let at = ChangePosition { lane, position };
        Ok((Self { state, user, at, shown }, first))
    }

    /// The next events, when there are some; none when the log cannot be read any more.
    pub(super) async fn next(&mut self) -> Option<Vec<Event>> {
        loop {
            let store = self.state.store.clone();
            // Registered before the log is read, so that no ring is missed in between.
            let rung = store.wakers().changes.notified();
            tokio::pin!(rung);
            rung.as_mut().enable();
            let changes = store.read_changes(self.at, Some(self.user), BATCH).await.ok()?;
            if let Some(last) = changes.last() {
                self.at = last.at;
                let events: Vec<Event> = changes.into_iter().filter_map(|change| self.tell(change)).collect();
                if !events.is_empty() {
                    return Some(events);
                }
                continue;
            }
            let _ = tokio::time::timeout(LOOK_EVERY, rung).await;
        }
    }

    fn tell(&mut self, change: Change) -> Option<Event> {
        let ChangeBody::Sync(event) = change.body else { return None };
        if change.user_id != self.user || self.shown.remove(&event.event_id) {
            return None;
        }
        show(self.user, *event, change.at).ok()
    }
}

fn show(user: UserId, event: SyncEvent, at: ChangePosition) -> Result<Event> {
    let event = Event::default()
        .event("sync.status")
        .id(format!("{}:{}", at.lane.0, at.position))
        .json_data(SyncStatusEvent::new(user, event));
    event.map_err(|error| ApiError::internal(&error))
}

fn gap(lane: Lane, last_seen: i64, resumes_at: i64) -> Result<Event> {
    let told = serde_json::json!({
        "last_event_id": format!("{}:{last_seen}", lane.0),
        "resumes_at": format!("{}:{resumes_at}", lane.0),
        "message": "events between were dropped or never were; read the data anew",
    });
    Event::default().event("gap").json_data(told).map_err(|error| ApiError::internal(&error))
}

/// `lane:position` of the user's own lane; anything else says nothing.
fn read_position(id: &str, lane: Lane) -> Option<i64> {
    let (its_lane, position) = id.trim().split_once(':')?;
    let position: i64 = position.parse().ok()?;
    (its_lane.parse::<i16>().ok()? == lane.0 && position >= 0).then_some(position)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_positions_of_the_own_lane_are_read() {
        assert_eq!(read_position("7:42", Lane(7)), Some(42));
        for text in ["8:42", "7:-1", "7", "x:1", "7:x", ""] {
            assert_eq!(read_position(text, Lane(7)), None, "{text}");
        }
    }
}
