//! Pairs of workouts worked out by hand: told twice, at the same time, or two.

use super::*;
use crate::{ProviderName, Timestamp, WorkoutType, relate};

/// Minutes from midnight on.
fn told(provider: &'static str, id: u128, minutes: (f64, f64), kind: WorkoutType) -> WorkoutSpan {
    let at = |minutes: f64| Timestamp::from_seconds((minutes * 60.0) as i64);
    WorkoutSpan {
        id: EventId::from_uuid(uuid::Uuid::from_u128(id)),
        external_id: id.to_string(),
        number: 1,
        source: if provider == "garmin" { 1 } else { 2 },
        provider: ProviderName::from_static(provider),
        device: None,
        start: at(minutes.0),
        end: at(minutes.1),
        workout_type: Some(kind),
        is_parent: false,
        parent_external_id: None,
        duration_s: None,
        distance_m: None,
    }
}

fn run(provider: &'static str, id: u128, minutes: (f64, f64)) -> WorkoutSpan {
    told(provider, id, minutes, WorkoutType::Running)
}

fn far(span: WorkoutSpan, distance_m: f64) -> WorkoutSpan {
    WorkoutSpan { distance_m: Some(distance_m), ..span }
}

fn heart(correlation: f64, mean_difference_bpm: f64) -> HeartAgreement {
    HeartAgreement { correlation, mean_difference_bpm, moments: 100 }
}

/// What both are in either order, and what decided it.
#[track_caller]
fn compared(
    one: &WorkoutSpan,
    other: &WorkoutSpan,
    heart: Option<HeartAgreement>,
) -> Option<(Outcome, Option<DecidedBy>)> {
    let found = Likeness::of(one, other, heart);
    assert_eq!(found, Likeness::of(other, one, heart));
    found.map(|found| (found.outcome, found.decided_by))
}

const BY_TIME: Option<(Outcome, Option<DecidedBy>)> = Some((Outcome::Duplicate, Some(DecidedBy::Time)));
const BY_HEART: Option<(Outcome, Option<DecidedBy>)> = Some((Outcome::Duplicate, Some(DecidedBy::HeartRate)));
const SAME_TIME: Option<(Outcome, Option<DecidedBy>)> = Some((Outcome::SameTime, None));
const APART: Option<(Outcome, Option<DecidedBy>)> = Some((Outcome::Apart, None));

#[test]
fn a_run_of_watch_and_service_of_which_one_counts_the_pause_is_one() {
    // 10.02 km from 8:00 to 9:10 with ten minutes at a level crossing; the service ends an hour after it began
    let watch = WorkoutSpan { duration_s: Some(3_600.0), ..far(run("garmin", 1, (480.0, 550.0)), 10_020.0) };
    let service = far(run("strava", 2, (480.1, 540.1)), 9_980.0);
    assert_eq!(compared(&watch, &service, None), BY_TIME);
    let found = Likeness::of(&watch, &service, None).unwrap();
    assert_eq!((found.start_gap_s, found.overlap, found.duration_ratio), (6.0, 1.0, 1.0));
    assert!((found.distance_ratio.unwrap() - 9_980.0 / 10_020.0).abs() < 1e-12);
    // 1 - 6/1800, 1, 1, 0.996 and the type; no heart
    let scores = found.criteria().map(|criterion| criterion.score.map(|score| (score * 1e3).round()));
    assert_eq!(scores, [Some(997.0), Some(1_000.0), Some(1_000.0), Some(996.0), Some(1_000.0), None]);
    assert_eq!((found.score() * 1e4).round(), 9_985.0);
}

#[test]
fn two_runs_one_after_the_other_are_two() {
    let (first, second) = (run("garmin", 1, (480.0, 510.0)), run("strava", 2, (511.0, 541.0)));
    assert_eq!(compared(&first, &second, None), None);
    // half an hour and a minute: no offset does that, however alike they are
    assert_eq!(compared(&far(first, 5_000.0), &far(second, 5_000.0), Some(heart(1.0, 0.0))), None);
}

#[test]
fn half_of_each_in_the_other_is_too_little() {
    let (one, other) = (run("garmin", 1, (0.0, 60.0)), run("strava", 2, (31.0, 91.0)));
    assert_eq!(compared(&one, &other, Some(heart(1.0, 0.0))), None);
    let within = run("strava", 2, (15.0, 45.0));
    assert_eq!(compared(&run("garmin", 1, (0.0, 70.0)), &within, None), SAME_TIME, "at the same time, half as long");
}

#[test]
fn legs_of_a_triathlon_are_no_second_telling_of_the_whole_and_each_other_service_has_its_own() {
    let whole = told("strava", 9, (0.0, 180.0), WorkoutType::Triathlon);
    let leg = |id, minutes, kind| WorkoutSpan {
        parent_external_id: Some("1".to_owned()),
        ..told("garmin", id, minutes, kind)
    };
    let swim = leg(2, (0.0, 25.0), WorkoutType::OpenWaterSwimming);
    // the ride is most of the day, and a heart beats alike in a part of what it did
    let ride = far(leg(3, (28.0, 175.0), WorkoutType::Cycling), 40_000.0);
    for leg in [&swim, &ride] {
        assert_eq!(compared(&far(whole.clone(), 42_000.0), leg, Some(heart(1.0, 0.0))), SAME_TIME);
    }
    let own = WorkoutSpan { is_parent: true, ..told("garmin", 1, (0.0, 180.0), WorkoutType::Multisport) };
    assert_eq!(compared(&own, &whole, None), BY_TIME, "both wholes");
    assert_eq!(compared(&own, &ride, None), None, "a part of it by its own words");
    let alone = told("polar", 4, (0.5, 25.0), WorkoutType::Swimming);
    assert_eq!(compared(&swim, &alone, None), BY_TIME, "a leg that another watch recorded by itself");
    assert_eq!(compared(&ride, &alone, None), None);
}

#[test]
fn an_hour_apart_is_another_workout_unless_the_very_same_heartbeats_were_told() {
    let one = far(run("garmin", 1, (480.0, 520.0)), 8_000.0);
    let shifted = far(run("strava", 2, (540.0, 580.0)), 8_010.0);
    assert_eq!(compared(&one, &shifted, None), APART);
    assert!(Likeness::of(&one, &shifted, None).unwrap().awaits_heart);
    assert_eq!(compared(&one, &shifted, Some(heart(0.995, 0.6))), BY_HEART);
    // every run begins slowly and warms up: that alone is alike on any day
    assert_eq!(compared(&one, &shifted, Some(heart(0.95, 6.0))), APART);
    assert_eq!(compared(&one, &shifted, Some(heart(0.99, 9.0))), APART);
    assert_eq!(Likeness::of(&one, &shifted, None).unwrap().clock_shift_us(), 3_600_000_000);
    for other in [
        far(run("strava", 2, (540.0, 585.0)), 8_010.0),                 // longer
        far(run("strava", 2, (540.0, 580.0)), 9_000.0),                 // further
        far(run("strava", 2, (547.0, 587.0)), 8_010.0),                 // no offset
        far(run("strava", 2, (480.0 + 900.0, 520.0 + 900.0)), 8_010.0), // nor 15 hours
        far(told("strava", 2, (540.0, 580.0), WorkoutType::Cycling), 8_010.0), // another thing
        WorkoutSpan { source: 2, ..far(run("garmin", 2, (540.0, 580.0)), 8_010.0) }, // one service knows its clocks
    ] {
        assert_eq!(compared(&one, &other, Some(heart(1.0, 0.0))), None, "{other:?}");
    }
}

#[test]
fn an_entry_by_hand_without_a_distance_is_the_run_if_the_times_say_so() {
    let watch = far(run("garmin", 1, (487.0, 538.0)), 9_300.0);
    assert_eq!(compared(&watch, &run("fitbit", 2, (480.0, 540.0)), None), BY_TIME, "six to seven, 51 of 60 minutes");
    assert_eq!(compared(&watch, &far(run("fitbit", 2, (480.0, 540.0)), 0.0), None), BY_TIME, "nothing is no distance");
    assert_eq!(compared(&watch, &run("fitbit", 2, (480.0, 480.0)), None), None, "no length");
    assert_eq!(compared(&watch, &run("fitbit", 2, (485.0, 565.0)), None), SAME_TIME, "51 of 80 minutes");
    let recording = far(run("fitbit", 2, (485.0, 565.0)), 9_500.0);
    let forgotten = Some((Outcome::Duplicate, Some(DecidedBy::Distance)));
    assert_eq!(compared(&watch, &recording, None), forgotten, "nobody stopped it");
}

#[test]
fn indoors_distances_may_differ_and_where_they_differ_much_the_heart_decides() {
    let watch = far(told("garmin", 1, (0.0, 45.0), WorkoutType::Treadmill), 7_000.0);
    let belt = |distance| far(told("zwift", 2, (1.0, 46.0), WorkoutType::Running), distance);
    assert_eq!(compared(&watch, &belt(8_500.0), None), BY_TIME);
    assert_eq!(compared(&watch, &belt(9_800.0), None), SAME_TIME);
    assert!(Likeness::of(&watch, &belt(9_800.0), None).unwrap().awaits_heart);
    assert_eq!(compared(&watch, &belt(9_800.0), Some(heart(0.85, 4.0))), BY_HEART);
    assert_eq!(compared(&watch, &belt(9_800.0), Some(heart(0.5, 4.0))), SAME_TIME);
    // one service calls it a ride
    let ride = told("zwift", 2, (0.0, 45.0), WorkoutType::IndoorCycling);
    assert_eq!(compared(&watch, &ride, None), APART);
    assert_eq!(compared(&watch, &ride, Some(heart(0.97, 1.0))), BY_HEART);
}

#[test]
fn numbers_that_are_none_speak_neither_for_nor_against() {
    let one = run("garmin", 1, (0.0, 60.0));
    for odd in [f64::NAN, f64::INFINITY, -1.0, 0.0] {
        let other = WorkoutSpan { duration_s: Some(odd), ..far(run("strava", 2, (0.0, 60.0)), odd) };
        assert_eq!(compared(&far(one.clone(), 10_000.0), &other, None), BY_TIME);
    }
}

#[test]
fn the_most_trusted_is_the_first_and_the_others_are_its_duplicates() {
    let [garmin, strava, apple] =
        [("garmin", 1, 0.0), ("strava", 2, 1.0), ("apple", 3, 2.0)].map(|(by, id, at)| run(by, id, (at, at + 60.0)));
    let beside = run("polar", 4, (20.0, 50.0));
    let spans = [garmin.clone(), strava.clone(), apple.clone(), beside.clone()];
    let first = |trusted: &str| {
        let level = |span: &WorkoutSpan| i32::from(span.provider.as_str() != trusted);
        let found = relate(&spans, &likely_pairs(&spans), level);
        let all = [&garmin, &strava, &apple, &beside].map(|span| found[&span.id].duplicate_of);
        assert_eq!(found.values().filter(|found| found.counts_towards_totals).count(), 1);
        assert_eq!(found[&beside.id].duplicates, []);
        assert_eq!(found[&beside.id].same_effort.len(), 3);
        all
    };
    assert_eq!(first("strava"), [Some(strava.id), None, Some(strava.id), None]);
    assert_eq!(first("apple"), [Some(apple.id), Some(apple.id), None, None]);
}
