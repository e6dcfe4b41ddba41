//! Hearts that beat alike, otherwise, late, seldom and not at all.

use crate::heart_agreement;
use model::{Point, Timestamp};
use proptest::prelude::*;

/// Every `step` seconds for half an hour: intervals of five minutes between 120 and 160.
fn intervals(from: i64, step: i64) -> Vec<Point> {
    course(from, step, |second| 140.0 + 20.0 * (second as f64 * std::f64::consts::TAU / 300.0).sin())
}

fn course(from: i64, step: i64, value: impl Fn(i64) -> f64) -> Vec<Point> {
    (0..1_800 / step).map(|at| Point::at(Timestamp::from_seconds(from + at * step), value(at * step))).collect()
}

#[test]
fn one_heart_told_twice_agrees_wholly_and_a_coarser_telling_almost() {
    let whole = heart_agreement(&intervals(0, 1), &intervals(0, 1), 0).unwrap();
    assert!(whole.correlation > 0.999_999 && whole.mean_difference_bpm < 1e-9, "{whole:?}");
    assert_eq!(whole.moments, 120, "every 15 s of 1,799");
    let coarse = heart_agreement(&intervals(0, 1), &intervals(7, 30), -7_000_000).unwrap();
    assert!(coarse.correlation > 0.99 && coarse.mean_difference_bpm < 2.0, "{coarse:?}");
}

#[test]
fn a_sensor_that_runs_half_a_minute_behind_agrees_and_one_of_two_minutes_does_not() {
    let late = |seconds: i64| heart_agreement(&intervals(0, 1), &intervals(seconds, 1), 0).unwrap().correlation;
    assert!(late(30) > 0.999, "{}", late(30));
    // two minutes of five are 144 degrees; a minute of lag leaves 72 of them: cos 72° is 0.31
    assert!((late(120) - 0.31).abs() < 0.1, "{}", late(120));
}

#[test]
fn another_clock_is_allowed_for_where_it_is_told_by_how_much() {
    let hour = 3_600;
    assert_eq!(heart_agreement(&intervals(0, 1), &intervals(hour, 1), 0), None, "nothing in common");
    let shifted = heart_agreement(&intervals(0, 1), &intervals(hour, 1), hour * 1_000_000).unwrap();
    assert!(shifted.correlation > 0.999_999 && shifted.mean_difference_bpm < 1e-9);
}

#[test]
fn a_warm_up_is_alike_on_any_day_and_differs_in_its_beats() {
    let warm = |limit: f64| course(0, 1, move |second| 90.0 + (limit - 90.0) * (1.0 - (-second as f64 / 200.0).exp()));
    let found = heart_agreement(&warm(150.0), &warm(165.0), 0).unwrap();
    assert!(found.correlation > 0.98 && found.mean_difference_bpm > 5.0, "{found:?}");
}

#[test]
fn what_is_flat_brief_full_of_gaps_or_no_number_says_nothing() {
    let whole = intervals(0, 1);
    for other in [
        course(0, 1, |_| 140.0),
        intervals(0, 1)[..200].to_vec(),
        intervals(0, 100),
        course(0, 1, |_| f64::NAN),
        course(0, 1, |_| -1.0),
        Vec::new(),
    ] {
        assert_eq!(heart_agreement(&whole, &other, 0), None);
        assert_eq!(heart_agreement(&other, &whole, 0), None);
    }
    let ends = [Point::at(Timestamp::from_micros(i64::MIN), 60.0), Point::at(Timestamp::from_micros(i64::MAX), 61.0)];
    assert_eq!(heart_agreement(&ends, &whole, i64::MAX), None);
    assert_eq!(heart_agreement(&whole, &ends, i64::MIN), None);
}

proptest! {
    #[test]
    fn any_two_recordings_agree_from_minus_one_to_one_or_not_at_all(
        one in prop::collection::vec((0i64..4_000, 30.0f64..220.0), 0..300),
        other in prop::collection::vec((0i64..4_000, 30.0f64..220.0), 0..300),
        shift in any::<i64>(),
    ) {
        let points = |told: &[(i64, f64)]| {
            let mut points: Vec<Point> =
                told.iter().map(|(at, value)| Point::at(Timestamp::from_seconds(*at), *value)).collect();
            points.sort_by_key(|point| point.start);
            points
        };
        for shift in [0, shift] {
            if let Some(found) = heart_agreement(&points(&one), &points(&other), shift) {
                prop_assert!((-1.0..=1.0).contains(&found.correlation) && found.mean_difference_bpm >= 0.0);
            }
        }
    }
}
