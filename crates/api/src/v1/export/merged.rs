//! Which events are part of one record of the truth: of an effort that several recorded one, the parts of a whole
//! instead of it, and of nights, days and cycles that overlap those of the source that is trusted most.

use super::events::Page;
use crate::{
    State,
    error::Result,
    trust::{Ranking, Trusted},
    v1::workouts::{Related, Saying},
};
use model::{EventId, EventKind, Timestamp};
use std::{cmp::Reverse, collections::BTreeSet};
use store::{EventQuery, StoredEvent, StoredSource, User};

/// Events further apart have no say in one another: none of those that are compared lasts longer, but for a cycle.
const AROUND_S: i64 = 2 * 86_400;
/// A cycle lasts weeks.
const AROUND_CYCLE_S: i64 = 90 * 86_400;
/// How many events around a page are looked at.
const MOST: u32 = 2_000;

/// Leaves in a page what counts.
pub(super) async fn keep(state: &State, user: &User, sources: &[StoredSource], page: Page) -> Result<Page> {
    let Page::Events(events) = page else { return Ok(page) };
    let Some(kind) = events.first().map(|event| event.kind) else { return Ok(Page::Events(events)) };
    let kept = match kind {
        EventKind::Workout => {
            let related = Related::around(state, user, &events, Saying::What).await?;
            let counts = |event: &StoredEvent| related.of(event.id).is_none_or(|found| found.counts_towards_totals);
            events.into_iter().filter(counts).collect()
        }
        EventKind::Sleep | EventKind::Daily | EventKind::MenstrualCycle => {
            let ranking = Trusted::of(state, user).await?.ranking(sources, None);
            let around = around(state, user, kind, &events).await?;
            let beaten = beaten(&around, &ranking);
            events.into_iter().filter(|event| !beaten.contains(&event.id)).collect()
        }
        // these say what nobody else says
        EventKind::Activity | EventKind::HealthSnapshot => events,
    };
    Ok(Page::Events(kept))
}

async fn around(state: &State, user: &User, kind: EventKind, events: &[StoredEvent]) -> Result<Vec<StoredEvent>> {
    let reach = if kind == EventKind::MenstrualCycle { AROUND_CYCLE_S } else { AROUND_S };
    let first = events.iter().map(|event| event.start).min().unwrap_or(Timestamp::MIN);
    let last = events.iter().map(|event| event.end).max().unwrap_or(Timestamp::MIN);
    let query = EventQuery {
        kind,
        from: first.plus_seconds(-reach),
        to: last.plus_seconds(reach),
        type_code: None,
        after: None,
        descending: false,
        limit: MOST,
    };
    Ok(state.store.list_events(user.id, query).await?)
}

/// Those that a better source tells as well: most of the shorter lies within the longer. What is itself beaten beats
/// nobody.
fn beaten(events: &[StoredEvent], ranking: &Ranking) -> BTreeSet<EventId> {
    let length = |event: &StoredEvent| event.end.micros_since(event.start).max(0);
    let mut order: Vec<&StoredEvent> = events.iter().collect();
    order.sort_by_key(|event| (ranking.place(event.source), Reverse(length(event)), event.start, event.id));
    let mut standing: Vec<&StoredEvent> = Vec::new();
    let mut beaten = BTreeSet::new();
    for event in order {
        let is_told = standing.iter().any(|better| {
            let common = better.end.min(event.end).micros_since(better.start.max(event.start));
            let shorter = length(better).min(length(event));
            better.source != event.source && shorter > 0 && common.saturating_mul(2) > shorter
        });
        if is_told {
            beaten.insert(event.id);
        } else {
            standing.push(event);
        }
    }
    beaten
}
