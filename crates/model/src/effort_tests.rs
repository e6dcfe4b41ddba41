//! Wholes, parts and efforts in small examples and in any constellation.

use super::*;
use crate::{Likeness, likely_pairs};
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
        number: 1,
        source: 1,
        duration_s: None,
        distance_m: None,
    }
}

fn part(id: u128, minutes: (i64, i64), kind: WorkoutType) -> WorkoutSpan {
    let parent_external_id = Some("1".to_owned());
    WorkoutSpan { parent_external_id, workout_type: Some(kind), ..span(id, minutes) }
}

fn other_watch(id: u128, minutes: (i64, i64)) -> WorkoutSpan {
    WorkoutSpan { device: Some("band".to_owned()), ..span(id, minutes) }
}

fn is_one_effort(one: &WorkoutSpan, other: &WorkoutSpan) -> bool {
    Likeness::of(one, other, None).is_some_and(|found| found.outcome != Outcome::Apart)
}

/// Trusts `first` most.
fn related(spans: &[WorkoutSpan]) -> BTreeMap<EventId, Relations> {
    relate(spans, &likely_pairs(spans), |span| if span.provider.as_str() == "first" { 1 } else { 2 })
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
fn workouts_that_name_each_other_as_their_whole_are_no_parts_of_one_another() {
    let of = |id, whole: &str, minutes| WorkoutSpan { parent_external_id: Some(whole.to_owned()), ..span(id, minutes) };
    let pair = [of(1, "2", (0, 30)), of(2, "1", (40, 70))];
    assert_eq!(counting(&pair), [1, 2]);
    assert!(related(&pair).values().all(|found| found.parent.is_none() && found.children.is_empty()));
    let circle = [of(1, "3", (0, 30)), of(2, "1", (40, 70)), of(3, "2", (80, 90)), of(4, "2", (100, 110))];
    assert_eq!(counting(&circle), [1, 3, 4]);
    assert_eq!(related(&circle)[&circle[3].id].parent, Some(circle[1].id));
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
        assert!(!is_one_effort(&one, &other), "{other:?}");
    }
    let unnamed = WorkoutSpan { workout_type: Some(WorkoutType::Other), ..other_watch(2, (0, 60)) };
    let walk = WorkoutSpan { workout_type: Some(WorkoutType::Walking), ..other_watch(2, (0, 60)) };
    let elsewhere = WorkoutSpan { provider: ProviderName::from_static("file"), ..span(2, (0, 60)) };
    for other in [unnamed, walk, elsewhere, other_watch(2, (20, 30))] {
        assert!(is_one_effort(&one, &other) && is_one_effort(&other, &one), "{other:?}");
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
