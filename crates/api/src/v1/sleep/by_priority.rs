//! One source a calendar day: of the nights and naps that end on a date those of its best source are kept, as the peer's
//! list does. A source that has a whole night goes before one that has only naps.

use crate::{State, error::Result, trust::Trusted};
use model::{EventDocument, EventId, EventKind, LocalDate, SleepDocument};
use std::collections::{BTreeMap, BTreeSet};
use store::{EventQuery, StoredEvent, User};

/// Sleep that ends on one date begins within these days of each other.
const REACH_S: i64 = 3 * 86_400;
/// How many nights and naps are looked at around a page.
const MOST: u32 = 20_000;

/// Of these events those that are kept.
pub(super) async fn best_of_each_day(state: &State, user: &User, events: &[StoredEvent]) -> Result<BTreeSet<EventId>> {
    let first = events.iter().map(|event| event.start).min();
    let last = events.iter().map(|event| event.start).max();
    let (Some(first), Some(last)) = (first, last) else { return Ok(BTreeSet::new()) };
    let query = EventQuery {
        kind: EventKind::Sleep,
        from: first.plus_seconds(-REACH_S),
        to: last.plus_seconds(REACH_S),
        type_code: None,
        after: None,
        descending: false,
        limit: MOST,
    };
    let around = state.store.list_events(user.id, query).await?;
    let sources = state.store.list_sources(user.id).await?;
    let ranking = Trusted::of(state, user).await?.ranking(&sources, None);
    let told: BTreeMap<EventId, Told> =
        around.iter().chain(events).filter_map(Told::of).map(|it| (it.id, it)).collect();
    let told: Vec<Told> = told.into_values().collect();
    Ok(best(&told, |source| ranking.place(source)))
}

/// What is looked at of a night or nap.
struct Told {
    id: EventId,
    date: LocalDate,
    source: i32,
    is_nap: bool,
}

impl Told {
    fn of(event: &StoredEvent) -> Option<Self> {
        let EventDocument::Sleep(sleep) = &event.document else { return None };
        // without an offset the day is that of UTC
        let date = calendar_date(sleep).unwrap_or_else(|| sleep.end.local_date(0));
        Some(Self { id: event.id, date, source: event.source, is_nap: sleep.detail.is_nap == Some(true) })
    }
}

/// The local date of waking, if that is known.
pub(super) fn calendar_date(sleep: &SleepDocument) -> Option<LocalDate> {
    sleep.detail.calendar_date.or_else(|| Some(sleep.end.local_date(sleep.offset?.seconds)))
}

fn best(told: &[Told], place: impl Fn(i32) -> i32) -> BTreeSet<EventId> {
    let rank = |one: &Told| (one.is_nap, place(one.source), one.source);
    let mut days: BTreeMap<LocalDate, &Told> = BTreeMap::new();
    for one in told {
        let leader = days.entry(one.date).or_insert(one);
        if rank(one) < rank(leader) {
            *leader = one;
        }
    }
    let is_best = |one: &&Told| days.get(&one.date).is_some_and(|leader| leader.source == one.source);
    told.iter().filter(is_best).map(|one| one.id).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The first source is the best.
    fn kept(told: &[(u128, i32, i32, bool)]) -> Vec<u128> {
        let id = |id| EventId::from_uuid(uuid::Uuid::from_u128(id));
        let read = |(number, day, source, is_nap): &(u128, i32, i32, bool)| Told {
            id: id(*number),
            date: LocalDate::from_days(*day),
            source: *source,
            is_nap: *is_nap,
        };
        let told: Vec<Told> = told.iter().map(read).collect();
        best(&told, |source| source).into_iter().map(|id| id.as_uuid().as_u128()).collect()
    }

    #[test]
    fn each_day_has_the_nights_and_naps_of_its_best_source() {
        let watch_and_phone = [(1, 1, 1, false), (2, 1, 2, false), (3, 1, 1, true), (4, 1, 2, true), (5, 2, 2, false)];
        assert_eq!(kept(&watch_and_phone), [1, 3, 5]);
        assert_eq!(kept(&[]), [0u128; 0]);
    }

    #[test]
    fn a_nap_does_not_stand_for_a_night() {
        assert_eq!(kept(&[(1, 1, 1, true), (2, 1, 2, false), (3, 1, 2, true)]), [2, 3]);
        assert_eq!(kept(&[(1, 1, 1, true), (2, 1, 2, true)]), [1], "only naps");
    }
}
