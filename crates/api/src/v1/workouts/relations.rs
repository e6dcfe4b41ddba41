//! What workouts are to one another, looked up once for a page: wholes and parts, and one effort that two
//! devices recorded.

use crate::{State, error::Result, trust::Trusted};
use model::{EventId, Relations, relate};
use std::collections::BTreeMap;
use store::{StoredEvent, User};

/// A workout related to another lasts no longer, so that it is seen from every page that shows either.
const REACH_S: i64 = 2 * 86_400;
/// How many workouts are looked at; a page holds at most half as many.
const MOST: u32 = 20_000;

/// The relations of the workouts that a page shows, and of those around them.
pub(super) async fn around(state: &State, user: &User, events: &[StoredEvent]) -> Result<BTreeMap<EventId, Relations>> {
    let first = events.iter().map(|event| event.start).min();
    let last = events.iter().map(|event| event.end).max();
    let (Some(first), Some(last)) = (first, last) else { return Ok(BTreeMap::new()) };
    let (from, to) = (first.plus_seconds(-REACH_S), last.plus_seconds(REACH_S));
    let spans = state.store.list_workout_spans(user.id, from, to, MOST).await?;
    let trusted = Trusted::of(state, user).await?;
    let ranking = trusted.ranking(&state.store.list_sources(user.id).await?, None);
    Ok(relate(&spans, |span| ranking.level(span.source)))
}
