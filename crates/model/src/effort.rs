//! What workouts are to one another: parts of a whole, or one effort that two devices recorded. Nothing is
//! merged; this says what to add up so that nothing counts twice.
//!
//! A whole (a multisport activity) repeats what its parts say: the parts count, the whole only when none
//! of them is known. Of several records of one effort the one of the more trusted source counts, then
//! the longer one.

use crate::{EventId, ProviderName, Timestamp, WorkoutType};
use std::{
    cmp::Reverse,
    collections::{BTreeMap, BTreeSet},
};

/// How much of the shorter workout must lie within the longer for both to be one effort.
const LEAST_OVERLAP: f64 = 0.8;
/// With how many that began before it, and have not ended, a workout is compared.
const MOST_COMPARED: usize = 100;

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
    /// Whether it counts when workouts are added up.
    pub counts_towards_totals: bool,
}

impl WorkoutSpan {
    fn duration_us(&self) -> i64 {
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

    /// Whether two records are of one effort: another device or provider, most of the shorter within the
    /// longer, nothing in what was done that speaks against it, and neither a part of the other.
    #[must_use]
    pub fn is_same_effort_as(&self, other: &Self) -> bool {
        let shorter = self.duration_us().min(other.duration_us());
        let common = self.end.min(other.end).micros_since(self.start.max(other.start));
        self.id != other.id
            && (self.provider != other.provider || self.device != other.device)
            && shorter > 0
            && common as f64 >= shorter as f64 * LEAST_OVERLAP
            && compatible(self.workout_type, other.workout_type)
            && !self.is_part_of(other)
            && !other.is_part_of(self)
            && !self.has_common_whole_with(other)
    }
}

/// What each of a user's workouts is to the others. `priority` says how much its source is trusted: lower
/// is more. The answer does not depend on the order of the list.
#[must_use]
pub fn relate(spans: &[WorkoutSpan], priority: impl Fn(&WorkoutSpan) -> i32) -> BTreeMap<EventId, Relations> {
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
    for (one, other) in same_efforts(&spans) {
        for (one, other) in [(one, other), (other, one)] {
            if let Some(found) = relations.get_mut(&one.id) {
                found.same_effort.push(other.id);
            }
        }
    }
    let length = |span: &WorkoutSpan| whole_of(span).map_or(0, WorkoutSpan::duration_us).max(span.duration_us());
    spans.sort_by_cached_key(|span| (priority(span), Reverse(length(span)), span.start, span.id));
    count(&spans, &mut relations);
    relations
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

impl Relations {
    fn of(span: &WorkoutSpan) -> Self {
        let (children, same_effort) = (Vec::new(), Vec::new());
        Self { is_parent: span.is_parent, parent: None, children, same_effort, counts_towards_totals: true }
    }
}

/// The pairs of one effort among workouts in order of their start.
fn same_efforts<'s>(spans: &[&'s WorkoutSpan]) -> Vec<(&'s WorkoutSpan, &'s WorkoutSpan)> {
    let mut running: Vec<&WorkoutSpan> = Vec::new();
    let mut pairs = Vec::new();
    for span in spans {
        running.retain(|before| before.end > span.start);
        let before = running.iter().filter(|before| before.is_same_effort_as(span));
        pairs.extend(before.map(|before| (*before, *span)));
        if running.len() == MOST_COMPARED {
            running.remove(0);
        }
        running.push(span);
    }
    pairs
}

/// Movements that devices take for one another.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Family {
    Foot,
    Cycling,
    Swimming,
    Rowing,
    Snow,
    Gym,
    Mind,
    Racket,
    /// Nothing in particular, or several in one: goes with everything.
    Any,
}

fn compatible(one: Option<WorkoutType>, other: Option<WorkoutType>) -> bool {
    let (Some(one), Some(other)) = (one, other) else { return true };
    match (family(one), family(other)) {
        (Some(Family::Any), _) | (_, Some(Family::Any)) => true,
        (Some(one), Some(other)) => one == other,
        _ => one == other,
    }
}

fn family(kind: WorkoutType) -> Option<Family> {
    use WorkoutType as W;
    Some(match kind {
        W::Running
        | W::TrailRunning
        | W::Treadmill
        | W::Walking
        | W::Hiking
        | W::Mountaineering
        | W::TrailHiking
        | W::WalkingFitness
        | W::CasualWalking
        | W::Orienteering
        | W::Snowshoeing => Family::Foot,
        W::Cycling | W::MountainBiking | W::IndoorCycling | W::Cyclocross | W::EBiking => Family::Cycling,
        W::Swimming | W::PoolSwimming | W::OpenWaterSwimming => Family::Swimming,
        W::Rowing
        | W::RowingMachine
        | W::Kayaking
        | W::Canoeing
        | W::Paddling
        | W::StandUpPaddleboarding
        | W::Boating => Family::Rowing,
        W::CrossCountrySkiing
        | W::AlpineSkiing
        | W::BackcountrySkiing
        | W::DownhillSkiing
        | W::Snowboarding
        | W::WinterSports
        | W::SnowSports => Family::Snow,
        W::StrengthTraining
        | W::CardioTraining
        | W::FitnessEquipment
        | W::Elliptical
        | W::StairClimbing
        | W::Aerobics
        | W::GroupExercise
        | W::Gymnastics => Family::Gym,
        W::Yoga | W::Pilates | W::Stretching | W::Meditation | W::Recovery => Family::Mind,
        W::Tennis
        | W::Badminton
        | W::Squash
        | W::TableTennis
        | W::Padel
        | W::Pickleball
        | W::Racquetball
        | W::RacketSports => Family::Racket,
        W::Generic | W::Other | W::Sport | W::Multisport | W::Triathlon | W::VirtualActivity | W::Lifestyle => {
            Family::Any
        }
        _ => return None,
    })
}

#[cfg(test)]
#[path = "effort_tests.rs"]
mod tests;
