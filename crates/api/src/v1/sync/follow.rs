//! Follows a user's lane of the change log: from where a client was, or from now with a look back.

use super::recent::SyncStatusEvent;
use crate::{
    State,
    error::{ApiError, Result},
};
use axum::response::sse::Event;
use model::UserId;
use std::time::Duration;
use store::{Change, ChangeBody, ChangePosition, Lane, SyncEvent};

/// Other processes ring no bell here: the log is also looked at this often.
const LOOK_EVERY: Duration = Duration::from_secs(5);
const BATCH: u32 = 100;

/// Where a follower stands.
pub(super) struct Follower {
    state: State,
    user: UserId,
    at: ChangePosition,
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
        let last_event_id = last_event_id.map(str::trim).filter(|id| !id.is_empty());
        let last_seen = last_event_id.and_then(|id| read_position(id, lane));
        let (position, first) = match last_seen {
            Some(position) if position.saturating_add(1) >= low && position <= high => (position, Vec::new()),
            Some(position) => {
                let resumes_at = low.saturating_sub(1);
                let last_seen = ChangePosition { lane, position };
                (resumes_at, vec![gap(Some(last_seen), ChangePosition { lane, position: resumes_at })?])
            }
            None => {
                let past = look_back(&state, user, replay, high).await?;
                let mut first = Vec::with_capacity(past.len().saturating_add(1));
                if last_event_id.is_some() {
                    let resumes_at = past.first().map_or(high, |(at, _)| at.position.saturating_sub(1));
                    first.push(gap(None, ChangePosition { lane, position: resumes_at })?);
                }
                for (at, event) in past {
                    first.push(show(user, event, at)?);
                }
                (high, first)
            }
        };
        Ok((Self { state, user, at: ChangePosition { lane, position } }, first))
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
                let events: Vec<Event> = changes.into_iter().filter_map(|change| tell(self.user, change)).collect();
                if !events.is_empty() {
                    return Some(events);
                }
                continue;
            }
            let _ = tokio::time::timeout(LOOK_EVERY, rung).await;
        }
    }
}

/// What happened last up to a position, oldest first. What came later is left to the log, which tells it again.
async fn look_back(state: &State, user: UserId, count: u32, until: i64) -> Result<Vec<(ChangePosition, SyncEvent)>> {
    let mut past = state.store.list_sync_events(user, count).await?;
    past.retain(|(at, _)| at.position <= until);
    past.reverse();
    Ok(past)
}

fn tell(user: UserId, change: Change) -> Option<Event> {
    let ChangeBody::Sync(event) = change.body else { return None };
    (change.user_id == user).then(|| show(user, *event, change.at).ok()).flatten()
}

fn show(user: UserId, event: SyncEvent, at: ChangePosition) -> Result<Event> {
    let event = Event::default().event("sync.status").id(event_id(at)).json_data(SyncStatusEvent::new(user, event));
    event.map_err(|error| ApiError::internal(&error))
}

/// Told in place of what cannot be told. Its id is where following goes on, so that it is told once.
fn gap(last_seen: Option<ChangePosition>, resumes_at: ChangePosition) -> Result<Event> {
    let message = match last_seen {
        Some(_) => "events between were dropped or never were; read the data anew",
        None => "Last-Event-ID is not an id of this stream; events between may be missing; read the data anew",
    };
    let told = serde_json::json!({
        "last_event_id": last_seen.map(event_id),
        "resumes_at": event_id(resumes_at),
        "message": message,
    });
    let event = Event::default().event("gap").id(event_id(resumes_at)).json_data(told);
    event.map_err(|error| ApiError::internal(&error))
}

fn event_id(at: ChangePosition) -> String {
    format!("{}:{}", at.lane.0, at.position)
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
