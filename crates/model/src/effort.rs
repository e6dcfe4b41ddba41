//! What workouts are to one another: parts of a whole, one effort that two devices recorded, or one workout that two
//! services told of. Nothing is merged; this says what to add up so that nothing counts twice, and which of several
//! is the first.
//!
//! A whole (a multisport activity) repeats what its parts say: the parts count, the whole only when none
//! of them is known. Of several records of one effort the one of the more trusted source counts, then
//! the longer one; the same one is the first of duplicates.

use crate::{EventId, Outcome, Pair, ProviderName, Timestamp, WorkoutType};
use std::{
    cmp::Reverse,
    collections::{BTreeMap, BTreeSet},
};

/// What must be known of a workout to relate it to others of the same user.
#[derive(Clone, Debug, PartialEq)]
pub struct WorkoutSpan {
    /// Its id.
    pub id: EventId,
    /// The provider's id of it.
    pub external_id: String,
    /// Its number within the user, which its samples lie under.
    pub number: i32,
    /// The number of its source within the user.
    pub source: i32,
    /// Who told of it.
    pub provider: ProviderName,
    /// The device that recorded it, if known.
    pub device: Option<String>,
    /// When it began.
    pub start: Timestamp,
    /// When it ended.
    pub end: Timestamp,
    /// What was done.
    pub workout_type: Option<WorkoutType>,
    /// Whether the provider calls it a whole of several parts.
    pub is_parent: bool,
    /// The provider's id of the whole it is a part of.
    pub parent_external_id: Option<String>,
    /// Its length as the provider counts it, seconds.
    pub duration_s: Option<f64>,
    /// Distance covered, metres.
    pub distance_m: Option<f64>,
}

/// What one workout is to the others.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Relations {
    /// Whether it repeats what its parts say: the provider says so, or a part of it is known.
    pub is_parent: bool,
    /// The whole it is a part of, if that is known.
    pub parent: Option<EventId>,
    /// Its parts in order of their start.
    pub children: Vec<EventId>,
    /// Other records of the same effort, in order of their start.
    pub same_effort: Vec<EventId>,
    /// Those of them that are this workout, told by another, in order of their start.
    pub duplicates: Vec<EventId>,
    /// The first of the workouts that this one is a duplicate of; none if it is the first itself.
    pub duplicate_of: Option<EventId>,
    /// Whether it counts when workouts are added up.
    pub counts_towards_totals: bool,
}

impl WorkoutSpan {
    pub(crate) fn length_us(&self) -> i64 {
        self.end.micros_since(self.start).max(0)
    }

    fn is_part_of(&self, whole: &Self) -> bool {
        self.id != whole.id
            && self.provider == whole.provider
            && self.parent_external_id.as_ref() == Some(&whole.external_id)
    }

    fn has_common_whole_with(&self, other: &Self) -> bool {
        self.provider == other.provider
            && self.parent_external_id.is_some()
            && self.parent_external_id == other.parent_external_id
    }

    /// Whether one is a part of the other, or both are parts of one whole.
    pub(crate) fn belongs_with(&self, other: &Self) -> bool {
        self.is_part_of(other) || other.is_part_of(self) || self.has_common_whole_with(other)
    }

    /// Whether another service, device or application told of it.
    pub(crate) fn has_other_source_than(&self, other: &Self) -> bool {
        self.provider != other.provider || self.device != other.device || self.source != other.source
    }
}

/// What each of a user's workouts is to the others. `pairs` are those that were found alike ([`crate::likely_pairs`]),
/// `priority` says how much a workout's source is trusted: lower is more. The answer does not depend on the order of
/// the list.
#[must_use]
pub fn relate(
    spans: &[WorkoutSpan],
    pairs: &[Pair],
    priority: impl Fn(&WorkoutSpan) -> i32,
) -> BTreeMap<EventId, Relations> {
    let mut spans: Vec<&WorkoutSpan> = spans.iter().collect();
    spans.sort_by_key(|span| (span.start, span.id));
    spans.dedup_by_key(|span| span.id);
    let names: BTreeMap<_, _> = spans.iter().map(|span| ((&span.provider, span.external_id.as_str()), *span)).collect();
    let named_whole = |span: &WorkoutSpan| {
        let name = (&span.provider, span.parent_external_id.as_deref()?);
        names.get(&name).copied().filter(|whole| whole.id != span.id)
    };
    let circles = circles(&spans, named_whole);
    let whole_of = |span: &WorkoutSpan| named_whole(span).filter(|_| !circles.contains(&span.id));
    let mut relations: BTreeMap<EventId, Relations> = BTreeMap::new();
    for span in &spans {
        let parent = whole_of(span).map(|whole| whole.id);
        relations.insert(span.id, Relations { parent, ..Relations::of(span) });
    }
    for span in &spans {
        if let Some(whole) = whole_of(span).and_then(|whole| relations.get_mut(&whole.id)) {
            whole.is_parent = true;
            whole.children.push(span.id);
        }
    }
    link(pairs, &mut relations);
    let length = |span: &WorkoutSpan| whole_of(span).map_or(0, WorkoutSpan::length_us).max(span.length_us());
    spans.sort_by_cached_key(|span| (priority(span), Reverse(length(span)), span.start, span.id));
    count(&spans, &mut relations);
    name_first(&spans, &mut relations);
    relations
}

/// Has the two of each pair know each other.
fn link(pairs: &[Pair], relations: &mut BTreeMap<EventId, Relations>) {
    let linked = pairs.iter().filter(|pair| pair.likeness.outcome != Outcome::Apart);
    for pair in linked {
        if !(relations.contains_key(&pair.one) && relations.contains_key(&pair.other)) {
            continue;
        }
        for (one, other) in [(pair.one, pair.other), (pair.other, pair.one)] {
            if let Some(found) = relations.get_mut(&one) {
                found.same_effort.push(other);
                if pair.likeness.outcome == Outcome::Duplicate {
                    found.duplicates.push(other);
                }
            }
        }
    }
}

/// The workouts that are by their own words parts of themselves, by way of others: such words say nothing,
/// and believed they would leave all of them out.
fn circles<'s>(
    spans: &[&'s WorkoutSpan],
    whole_of: impl Fn(&WorkoutSpan) -> Option<&'s WorkoutSpan>,
) -> BTreeSet<EventId> {
    let (mut circles, mut seen) = (BTreeSet::new(), BTreeSet::new());
    for span in spans {
        let mut way: Vec<EventId> = Vec::new();
        let mut next = Some(*span);
        while let Some(at) = next.filter(|at| seen.insert(at.id)) {
            way.push(at.id);
            next = whole_of(at);
        }
        // where the way comes back to itself, and not to an earlier one, it closes a circle
        let closes = next.and_then(|at| way.iter().position(|id| *id == at.id));
        circles.extend(way.into_iter().skip(closes.unwrap_or(usize::MAX)));
    }
    circles
}

/// Goes from the most trusted on: what repeats its parts, or an effort that counts already, does not count.
fn count(by_trust: &[&WorkoutSpan], relations: &mut BTreeMap<EventId, Relations>) {
    let mut counting: BTreeSet<EventId> = BTreeSet::new();
    for span in by_trust {
        let Some(found) = relations.get_mut(&span.id) else { continue };
        let repeats = !found.children.is_empty() || found.same_effort.iter().any(|other| counting.contains(other));
        found.counts_towards_totals = !repeats;
        if !repeats {
            counting.insert(span.id);
        }
    }
}

/// Goes from the most trusted on: what is no duplicate of an earlier first is a first itself.
fn name_first(by_trust: &[&WorkoutSpan], relations: &mut BTreeMap<EventId, Relations>) {
    let mut firsts: BTreeMap<EventId, usize> = BTreeMap::new();
    for (place, span) in by_trust.iter().enumerate() {
        let Some(found) = relations.get_mut(&span.id) else { continue };
        let known = found.duplicates.iter().filter_map(|other| Some((*firsts.get(other)?, *other)));
        found.duplicate_of = known.min().map(|(_, other)| other);
        if found.duplicate_of.is_none() {
            firsts.insert(span.id, place);
        }
    }
}

impl Relations {
    fn of(span: &WorkoutSpan) -> Self {
        let (children, same_effort, duplicates) = (Vec::new(), Vec::new(), Vec::new());
        let (is_parent, counts_towards_totals) = (span.is_parent, true);
        Self { is_parent, parent: None, children, same_effort, duplicates, duplicate_of: None, counts_towards_totals }
    }
}

#[cfg(test)]
#[path = "effort_tests.rs"]
mod tests;
