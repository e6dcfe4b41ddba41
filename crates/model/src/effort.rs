//! What workouts are to one another: parts of a whole, or one effort that two devices recorded. Nothing is
//! merged; this says what to add up so that nothing counts twice.
//!
//! A whole (a multisport activity) repeats what its parts say: the parts count, the whole only when none
//! of them is known. Of several records of one effort the one of the more trusted provider counts, then
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

/// What each of a user's workouts is to the others. `priority` says how much a provider is trusted: lower
/// is more. The answer does not depend on the order of the list.
#[must_use]
pub fn relate(spans: &[WorkoutSpan], priority: impl Fn(&ProviderName) -> i32) -> BTreeMap<EventId, Relations> {
    let mut spans: Vec<&WorkoutSpan> = spans.iter().collect();
    spans.sort_by_key(|span| (span.start, span.id));
    spans.dedup_by_key(|span| span.id);
    let names: BTreeMap<_, _> = spans.iter().map(|span| ((&span.provider, span.external_id.as_str()), *span)).collect();
    let whole_of = |span: &WorkoutSpan| {
        let name = (&span.provider, span.parent_external_id.as_deref()?);
        names.get(&name).copied().filter(|whole| whole.id != span.id)
    };
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
    spans.sort_by_cached_key(|span| (priority(&span.provider), Reverse(length(span)), span.start, span.id));
    count(&spans, &mut relations);
    relations
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
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn span(id: u128, minutes: (i64, i64)) -> WorkoutSpan {
        WorkoutSpan {
            id: EventId::from_uuid(uuid::Uuid::from_u128(id)),
            external_id: id.to_string(),
            provider: ProviderName::from_static("garmin"),
            device: Some("watch".to_owned()),
            start: Timestamp::from_seconds(minutes.0 * 60),
            end: Timestamp::from_seconds(minutes.1 * 60),
            workout_type: Some(WorkoutType::Running),
            is_parent: false,
            parent_external_id: None,
        }
    }

    fn part(id: u128, minutes: (i64, i64), kind: WorkoutType) -> WorkoutSpan {
        let parent_external_id = Some("1".to_owned());
        WorkoutSpan { parent_external_id, workout_type: Some(kind), ..span(id, minutes) }
    }

    fn other_watch(id: u128, minutes: (i64, i64)) -> WorkoutSpan {
        WorkoutSpan { device: Some("band".to_owned()), ..span(id, minutes) }
    }

    /// Trusts `first` most.
    fn related(spans: &[WorkoutSpan]) -> BTreeMap<EventId, Relations> {
        relate(spans, |provider| if provider.as_str() == "first" { 1 } else { 2 })
    }

    fn trusted(span: WorkoutSpan) -> WorkoutSpan {
        WorkoutSpan { provider: ProviderName::from_static("first"), ..span }
    }

    fn counting(spans: &[WorkoutSpan]) -> Vec<u128> {
        let relations = related(spans);
        let counts = relations.iter().filter(|(_, found)| found.counts_towards_totals);
        counts.map(|(id, _)| id.as_uuid().as_u128()).collect()
    }

    fn whole() -> WorkoutSpan {
        WorkoutSpan { is_parent: true, workout_type: Some(WorkoutType::Multisport), ..span(1, (0, 180)) }
    }

    fn parts() -> [WorkoutSpan; 3] {
        [
            part(2, (0, 30), WorkoutType::Swimming),
            part(3, (30, 120), WorkoutType::Cycling),
            part(4, (120, 180), WorkoutType::Running),
        ]
    }

    #[test]
    fn the_parts_count_and_the_whole_does_not_in_whichever_order_they_came() {
        let all = [vec![whole()], parts().to_vec()].concat();
        assert_eq!(counting(&all), [2, 3, 4]);
        let turned: Vec<_> = all.iter().rev().cloned().collect();
        assert_eq!(related(&all), related(&turned));
        let relations = related(&all);
        let children: Vec<_> = parts().iter().map(|part| part.id).collect();
        assert_eq!(relations[&whole().id].children, children);
        assert!(children.iter().all(|child| relations[child].parent == Some(whole().id)));
    }

    #[test]
    fn a_whole_without_known_parts_counts_and_so_do_parts_without_their_whole() {
        assert_eq!(counting(&[whole()]), [1]);
        assert!(related(&[whole()])[&whole().id].is_parent);
        assert_eq!(counting(&parts()), [2, 3, 4]);
        assert!(related(&parts()).values().all(|found| found.parent.is_none()));
    }

    #[test]
    fn two_watches_on_one_run_are_one_effort_and_the_longer_counts() {
        let (one, other) = (span(1, (0, 60)), other_watch(2, (2, 66)));
        let relations = related(&[one.clone(), other.clone()]);
        assert_eq!(relations[&one.id].same_effort, [other.id]);
        assert_eq!(relations[&other.id].same_effort, [one.id]);
        assert_eq!(counting(&[one.clone(), other.clone()]), [2]);
        assert_eq!(counting(&[trusted(one), other]), [1], "trust before length");
    }

    #[test]
    fn what_overlaps_little_differs_in_kind_or_is_of_one_device_is_not_one_effort() {
        let one = span(1, (0, 60));
        let brief = other_watch(2, (50, 80));
        let swim = WorkoutSpan { workout_type: Some(WorkoutType::PoolSwimming), ..other_watch(2, (0, 60)) };
        for other in [brief, swim, span(2, (0, 60)), other_watch(2, (10, 10))] {
            assert!(!one.is_same_effort_as(&other), "{other:?}");
        }
        let unnamed = WorkoutSpan { workout_type: Some(WorkoutType::Other), ..other_watch(2, (0, 60)) };
        let walk = WorkoutSpan { workout_type: Some(WorkoutType::Walking), ..other_watch(2, (0, 60)) };
        let elsewhere = WorkoutSpan { provider: ProviderName::from_static("file"), ..span(2, (0, 60)) };
        for other in [unnamed, walk, elsewhere, other_watch(2, (20, 30))] {
            assert!(one.is_same_effort_as(&other) && other.is_same_effort_as(&one), "{other:?}");
        }
    }

    #[test]
    fn a_second_watch_on_a_triathlon_adds_nothing_and_loses_nothing() {
        let race = WorkoutSpan { workout_type: Some(WorkoutType::Multisport), ..other_watch(9, (1, 179)) };
        let ride = WorkoutSpan { workout_type: Some(WorkoutType::Cycling), ..other_watch(8, (31, 119)) };
        let watch = [vec![whole()], parts().to_vec()].concat();
        assert_eq!(counting(&[watch.clone(), vec![race.clone()]].concat()), [2, 3, 4]);
        assert_eq!(counting(&[watch.clone(), vec![ride.clone()]].concat()), [2, 3, 4]);
        assert_eq!(counting(&[watch.clone(), vec![trusted(ride)]].concat()), [2, 4, 8]);
        assert_eq!(counting(&[watch, vec![trusted(race)]].concat()), [9]);
    }

    fn arbitrary_span() -> impl Strategy<Value = WorkoutSpan> {
        let kind = prop::sample::select(vec![None, Some(WorkoutType::Running), Some(WorkoutType::Cycling)]);
        let device = prop::sample::select(vec!["watch", "band", "edge"]);
        (1u128..9, 0i64..50, 0i64..60, kind, device, prop::option::of(1u8..9), any::<bool>()).prop_map(
            |(id, start, length, workout_type, device, parent, is_trusted)| WorkoutSpan {
                workout_type,
                provider: ProviderName::from_static(if is_trusted { "first" } else { "garmin" }),
                device: Some(device.to_owned()),
                parent_external_id: parent.map(|parent| parent.to_string()),
                ..span(id, (start, start + length))
            },
        )
    }

    proptest! {
        #[test]
        fn relations_are_mutual_and_what_does_not_count_is_counted_elsewhere(
            spans in proptest::collection::btree_map(1u128..9, arbitrary_span(), 0..8),
        ) {
            let spans: Vec<_> = spans.into_iter().map(|(id, found)| WorkoutSpan {
                id: EventId::from_uuid(uuid::Uuid::from_u128(id)), external_id: id.to_string(), ..found
            }).collect();
            let relations = related(&spans);
            let turned: Vec<_> = spans.iter().rev().cloned().collect();
            prop_assert_eq!(&relations, &related(&turned));
            for (id, found) in &relations {
                for other in &found.same_effort {
                    prop_assert!(relations[other].same_effort.contains(id));
                    prop_assert!(!(found.counts_towards_totals && relations[other].counts_towards_totals));
                }
                let elsewhere = |other: &EventId| relations[other].counts_towards_totals;
                let repeats = !found.children.is_empty() || found.same_effort.iter().any(elsewhere);
                prop_assert_eq!(found.counts_towards_totals, !repeats);
            }
        }
    }
}
