//! What workouts are to one another, looked up once for a page: wholes and parts, and one workout that several
//! devices or services told of. The heart is looked at where all else leaves it open.

use super::hearts::Hearts;
use crate::{
    State,
    error::Result,
    trust::{Ranking, Trusted},
};
use model::{EventId, Likeness, Pair, Relations, WorkoutSpan, likely_pairs, relate};
use std::collections::{BTreeMap, BTreeSet};
use store::{StoredEvent, StoredSource, User};

/// A workout related to another lasts no longer, so that it is seen from every page that shows either.
const REACH_S: i64 = 2 * 86_400;
/// How many workouts are looked at; a page holds at most half as many.
const MOST: u32 = 20_000;
/// Of how many pairs the hearts are looked at for one answer.
const MOST_HEARTS: usize = 2_000;

/// Whether an answer says why it is what it is.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(in crate::v1) enum Saying {
    What,
    Why,
}

/// The relations of the workouts that a page shows, and of those around them.
pub(in crate::v1) struct Related {
    relations: BTreeMap<EventId, Relations>,
    pub(super) pairs: Vec<Pair>,
    pub(super) spans: BTreeMap<EventId, WorkoutSpan>,
    pub(super) ranking: Ranking,
    pub(super) sources: Vec<StoredSource>,
}

impl Related {
    pub(in crate::v1) async fn around(
        state: &State,
        user: &User,
        events: &[StoredEvent],
        saying: Saying,
    ) -> Result<Self> {
        let sources = state.store.list_sources(user.id).await?;
        let ranking = Trusted::of(state, user).await?.ranking(&sources, None);
        let first = events.iter().map(|event| event.start).min();
        let last = events.iter().map(|event| event.end).max();
        let spans = match (first, last) {
            (Some(first), Some(last)) => {
                let (from, to) = (first.plus_seconds(-REACH_S), last.plus_seconds(REACH_S));
                state.store.list_workout_spans(user.id, from, to, MOST).await?
            }
            _ => Vec::new(),
        };
        let by_id: BTreeMap<EventId, WorkoutSpan> = spans.iter().map(|span| (span.id, span.clone())).collect();
        let mut pairs = likely_pairs(&spans);
        let shown: BTreeSet<EventId> = events.iter().map(|event| event.id).collect();
        let hearts = Hearts { state, user: user.id, sources: &sources };
        hear(&hearts, &mut pairs, &by_id, &shown, saying).await?;
        let relations = relate(&spans, &pairs, |span| ranking.level(span.source));
        Ok(Self { relations, pairs, spans: by_id, ranking, sources })
    }

    pub(in crate::v1) fn of(&self, id: EventId) -> Option<&Relations> {
        self.relations.get(&id)
    }
}

/// Looks at the hearts where these decide; those of what is shown also where it only says why.
async fn hear(
    hearts: &Hearts<'_>,
    pairs: &mut [Pair],
    spans: &BTreeMap<EventId, WorkoutSpan>,
    shown: &BTreeSet<EventId>,
    saying: Saying,
) -> Result<()> {
    let is_shown = |pair: &Pair| shown.contains(&pair.one) || shown.contains(&pair.other);
    let wanted = |pair: &&mut Pair| pair.likeness.awaits_heart || (saying == Saying::Why && is_shown(pair));
    let mut wanted: Vec<&mut Pair> = pairs.iter_mut().filter(wanted).collect();
    // what decides goes first, so that asking why changes no answer
    wanted.sort_by_key(|pair| (!pair.likeness.awaits_heart, !is_shown(pair)));
    for pair in wanted.into_iter().take(MOST_HEARTS) {
        let (Some(one), Some(other)) = (spans.get(&pair.one), spans.get(&pair.other)) else { continue };
        let heart = hearts.agreement(one, other, pair.likeness.clock_shift_us()).await?;
        pair.likeness = Likeness::of(one, other, heart).unwrap_or_else(|| pair.likeness.clone());
    }
    Ok(())
}
