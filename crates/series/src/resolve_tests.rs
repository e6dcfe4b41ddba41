//! Resolution of sources: they complete each other, and nothing counts twice.

use crate::{
    MAX_PARTS, SourcePoints, resolve,
    testing::{any_point, instant, span},
};
use model::{Aggregation, Point};
use proptest::prelude::*;

fn source(source: i32, priority: i32, points: &[Point]) -> SourcePoints {
    SourcePoints { source, priority, points: points.to_vec() }
}

fn sum(resolved: &[(Point, i32)]) -> f64 {
    resolved.iter().map(|(point, _)| point.value).sum()
}

proptest! {
    #[test]
    fn a_single_source_comes_through_unchanged(mut points in proptest::collection::vec(any_point(), 0..40)) {
        points.sort_by_key(|point| (point.start, point.duration_us));
        let resolved = resolve(&[source(4, 1, &points)], Aggregation::Sum);
        prop_assert_eq!(resolved, points.iter().map(|point| (*point, 4)).collect::<Vec<_>>());
    }

    #[test]
    fn the_best_source_is_whole_and_no_other_overlaps_it(
        best in proptest::collection::vec((0_i64..500, 1_i64..30), 0..20),
        worse in proptest::collection::vec((0_i64..500, 1_i64..200), 0..20),
    ) {
        let spans = |list: &[(i64, i64)]| list.iter().map(|(start, length)| span(*start, *length, *length as f64)).collect::<Vec<_>>();
        let (best, worse) = (spans(&best), spans(&worse));
        let resolved = resolve(&[source(2, 2, &worse), source(1, 1, &best)], Aggregation::Sum);
        let of = |number| resolved.iter().filter(move |(_, source)| *source == number).map(|(point, _)| *point);
        prop_assert_eq!(of(1).count(), best.len());
        for part in of(2) {
            prop_assert!(best.iter().all(|point| point.end() <= part.start || part.end() <= point.start));
            // One a second, so that the amount is the time.
            prop_assert!((part.value - part.duration_us as f64 / 1e6).abs() < 1e-9);
        }
        let free = |second: i64| best.iter().all(|point| !(point.start <= instant(second, 0.0).start && instant(second, 0.0).start < point.end()));
        let expected: i64 = worse.iter().map(|point| {
            let from = point.start.micros_since(instant(0, 0.0).start) / 1_000_000;
            (from..from + point.duration_us / 1_000_000).filter(|second| free(*second)).count() as i64
        }).sum();
        prop_assert!((sum(&of(2).map(|point| (point, 2)).collect::<Vec<_>>()) - expected as f64).abs() < 1e-6);
    }
}

#[test]
fn a_phone_and_a_watch_complete_each_other_within_a_day() {
    let watch = [span(0, 900, 100.0), span(900, 900, 200.0)];
    let phone = [span(450, 900, 90.0), span(1800, 900, 50.0)];
    let resolved = resolve(&[source(7, 2, &phone), source(3, 1, &watch)], Aggregation::Sum);
    assert_eq!(resolved, [(watch[0], 3), (watch[1], 3), (phone[1], 7)]);
    let long = [span(0, 3600, 360.0)];
    let resolved = resolve(&[source(7, 2, &long), source(3, 1, &watch)], Aggregation::Sum);
    assert_eq!(resolved[2], (span(1800, 1800, 180.0), 7));
}

#[test]
fn a_level_keeps_its_value_where_it_is_cut() {
    let best = [span(600, 600, 50.0)];
    let worse = [span(0, 1800, 80.0)];
    let resolved = resolve(&[source(1, 1, &best), source(2, 2, &worse)], Aggregation::Mean);
    assert_eq!(resolved, [(span(0, 600, 80.0), 2), (best[0], 1), (span(1200, 600, 80.0), 2)]);
}

#[test]
fn instants_near_those_of_a_better_source_are_dropped_and_its_gaps_are_filled() {
    let watch: Vec<Point> = (0..10).chain(30..40).map(|minute| instant(minute * 60, 60.0)).collect();
    let strap: Vec<Point> = (0..40).map(|minute| instant(minute * 60 + 30, 61.0)).collect();
    let resolved = resolve(&[source(1, 1, &watch), source(2, 2, &strap)], Aggregation::Mean);
    let filled = resolved.iter().filter(|(_, source)| *source == 2).map(|(point, _)| point.start);
    let expected = (10..29).map(|minute| instant(minute * 60 + 30, 0.0).start);
    assert_eq!(filled.collect::<Vec<_>>(), expected.collect::<Vec<_>>());
}

#[test]
fn a_weekly_measurement_does_not_silence_the_week() {
    let scale = [instant(0, 70.0), instant(7 * 86_400, 71.0)];
    let other = [instant(600, 70.1), instant(86_400, 70.2)];
    let resolved = resolve(&[source(1, 1, &scale), source(2, 2, &other)], Aggregation::Mean);
    assert_eq!(resolved, [(scale[0], 1), (other[1], 2), (scale[1], 1)]);
    let lone =
        resolve(&[source(1, 1, &scale[..1]), source(2, 2, &[instant(59, 1.0), instant(61, 2.0)])], Aggregation::Mean);
    assert_eq!(lone, [(scale[0], 1), (instant(61, 2.0), 2)]);
}

#[test]
fn an_instant_reaches_as_far_as_the_source_usually_waits() {
    // Gaps of 1, 60, 60, 60 and 600 seconds: the usual one is a minute.
    let best: Vec<Point> = [0, 1, 61, 121, 181, 781].map(|second| instant(second, 60.0)).to_vec();
    let worse = [instant(-59, 1.0), instant(-61, 2.0), instant(240, 3.0), instant(242, 4.0), instant(720, 5.0)];
    let resolved = resolve(&[source(1, 1, &best), source(2, 2, &worse)], Aggregation::Mean);
    let left = resolved.iter().filter(|(_, source)| *source == 2).map(|(point, _)| point.value);
    assert_eq!(left.collect::<Vec<_>>(), [2.0, 4.0, 5.0]);
}

#[test]
fn of_equal_priority_the_lower_source_number_counts() {
    let points = [span(0, 60, 5.0)];
    let resolved = resolve(&[source(9, 1, &points), source(2, 1, &points)], Aggregation::Sum);
    assert_eq!(resolved, [(points[0], 2)]);
}

#[test]
fn an_interval_in_very_many_parts_comes_as_one_with_its_free_share() {
    let parts = 2 * MAX_PARTS as i64;
    let best: Vec<Point> = (0..parts).map(|part| span(part * 2, 1, 0.0)).collect();
    let worse = [span(0, parts * 2, 1000.0)];
    let resolved = resolve(&[source(1, 1, &best), source(2, 2, &worse)], Aggregation::Sum);
    let shared: Vec<_> = resolved.iter().filter(|(_, source)| *source == 2).collect();
    assert_eq!(shared.len(), 1);
    assert_eq!(shared[0].0, span(1, parts * 2 - 1, 500.0));
}
