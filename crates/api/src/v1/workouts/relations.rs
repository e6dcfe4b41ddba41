//! What workouts are to one another, looked up once for a page: wholes and parts, and one effort that two
//! devices recorded.

use crate::{State, error::Result};
use model::{EventId, ProviderName, Relations, relate};
use std::collections::{BTreeMap, HashMap};
use store::{StoredEvent, User};

/// A workout related to another lasts no longer, so that it is seen from every page that shows either.
const REACH_S: i64 = 2 * 86_400;
/// How many workouts are looked at; a page holds at most half as many.
const MOST: u32 = 20_000;
/// Of a provider that no manifest describes any more.
const LEAST_TRUSTED: i32 = i32::MAX;

/// The relations of the workouts that a page shows, and of those around them.
pub(super) async fn around(state: &State, user: &User, events: &[StoredEvent]) -> Result<BTreeMap<EventId, Relations>> {
    let first = events.iter().map(|event| event.start).min();
    let last = events.iter().map(|event| event.end).max();
    let (Some(first), Some(last)) = (first, last) else { return Ok(BTreeMap::new()) };
    let (from, to) = (first.plus_seconds(-REACH_S), last.plus_seconds(REACH_S));
    let spans = state.store.list_workout_spans(user.id, from, to, MOST).await?;
    let set: HashMap<String, i32> = state
        .store
        .list_priorities(user.team_id, user.id)
        .await?
        .into_iter()
        .filter(|priority| priority.kind == "provider")
        .map(|priority| (priority.name, priority.priority))
        .collect();
    Ok(relate(&spans, |provider| priority(&set, provider)))
}

/// The team's word on a provider, else the manifest's.
fn priority(set: &HashMap<String, i32>, provider: &ProviderName) -> i32 {
    let usual = || providers::find(provider.as_str()).map(|found| i32::from(found.manifest().default_priority));
    set.get(provider.as_str()).copied().or_else(usual).unwrap_or(LEAST_TRUSTED)
}
