//! Downsampling: what is shared, what is weighed, and where local hours and days begin.

use crate::{
    Bucket, MAX_PIECES, Resolution, Tally, downsample, downsample_within,
    testing::{DAY, any_point, instant, span},
    touches,
};
use jiff::tz::TimeZone;
use model::{Aggregation, Point, Timestamp};
use proptest::prelude::*;

fn time(text: &str) -> Timestamp {
    Timestamp::parse_rfc3339(text).unwrap()
}

fn zone(name: &str) -> TimeZone {
    TimeZone::get(name).unwrap()
}

fn values(buckets: &[Bucket]) -> Vec<f64> {
    buckets.iter().map(|bucket| bucket.value).collect()
}

fn starts(buckets: &[Bucket]) -> Vec<String> {
    buckets.iter().map(|bucket| bucket.start.to_string()).collect()
}

fn any_zone() -> impl Strategy<Value = Option<TimeZone>> {
    let names = ["Europe/Berlin", "Asia/Kathmandu", "Australia/Lord_Howe", "America/St_Johns", "Africa/Cairo"];
    proptest::option::of(prop::sample::select(names.to_vec()).prop_map(zone))
}

fn any_resolution() -> impl Strategy<Value = Resolution> {
    use Resolution::{FifteenMinutes, FiveMinutes, OneDay, OneHour, OneMinute};
    prop::sample::select(vec![OneMinute, FiveMinutes, FifteenMinutes, OneHour, OneDay])
}

proptest! {
    #[test]
    fn sums_are_conserved_and_buckets_are_apart(
        mut points in proptest::collection::vec((any_point(), 0_i32..1000, -400_i64..400), 0..60),
        resolution in any_resolution(), zone in any_zone(),
    ) {
        for (point, value, day) in &mut points {
            point.value = f64::from(*value);
            point.start = point.start.plus_seconds(*day * 86_400);
        }
        let mut points: Vec<Point> = points.into_iter().map(|(point, ..)| point).collect();
        points.sort_by_key(|point| (point.start, point.duration_us));
        let expected: f64 = points.iter().map(|point| point.value).sum();
        let buckets = downsample(points.iter().copied(), Aggregation::Sum, resolution, zone.as_ref());
        let sum: f64 = values(&buckets).iter().sum();
        prop_assert!((sum - expected).abs() <= 1e-9 * expected.max(1.0), "{} {}", sum, expected);
        prop_assert!(buckets.windows(2).all(|pair| pair[0].end <= pair[1].start));
        for bucket in &buckets {
            prop_assert!(bucket.start < bucket.end && bucket.count > 0);
            let touches = |point: &&Point| point.start < bucket.end && (point.start >= bucket.start || point.end() > bucket.start);
            let inside: Vec<_> = points.iter().filter(touches).collect();
            prop_assert_eq!(inside.iter().map(|point| point.value).reduce(f64::max), Some(bucket.max));
            if resolution == Resolution::OneDay {
                // in each of its hours
                prop_assert!(inside.len() <= bucket.count as usize);
            } else {
                prop_assert_eq!(inside.len(), bucket.count as usize);
                prop_assert_eq!(inside.last().map(|point| point.value), Some(bucket.last));
            }
            prop_assert!(bucket.min <= bucket.mean + 1e-9 && bucket.mean <= bucket.max + 1e-9);
        }
    }

    #[test]
    fn a_window_and_the_rest_are_the_whole(points in proptest::collection::vec((any_point(), 0_i32..1000), 0..30), cut in 0_i64..500_000) {
        let points: Vec<Point> = points.into_iter().map(|(point, value)| Point { value: f64::from(value), ..point }).collect();
        let cut = DAY.plus_seconds(cut);
        let sum = |from, to| {
            let buckets = downsample_within(points.iter().copied(), Aggregation::Sum, Resolution::OneHour, None, (from, to));
            values(&buckets).iter().sum::<f64>()
        };
        let (all, before, after) = (sum(Timestamp::MIN, Timestamp::MAX), sum(Timestamp::MIN, cut), sum(cut, Timestamp::MAX));
        prop_assert!((before + after - all).abs() <= 1e-9 * all.max(1.0));
    }
}

#[test]
fn a_window_takes_its_first_instant_and_what_lasts_into_it() {
    let window = (DAY, DAY.plus_seconds(60));
    let inside = [instant(0, 1.0), instant(59, 1.0), span(-10, 11, 1.0), span(59, 10, 1.0)];
    assert!(inside.iter().all(|point| touches(point, window)));
    let outside = [instant(-1, 1.0), instant(60, 1.0), span(-10, 10, 1.0), span(60, 10, 1.0)];
    assert!(!outside.iter().any(|point| touches(point, window)));
}

#[test]
fn amounts_are_shared_by_time() {
    let points = [span(1800, 3600, 100.0), instant(3600, 7.0), span(9000, 0, 1.0)];
    let buckets = downsample(points, Aggregation::Sum, Resolution::OneHour, None);
    assert_eq!(values(&buckets), [50.0, 57.0, 1.0]);
    assert_eq!(buckets[1].count, 2);
}

#[test]
fn levels_weigh_by_their_time() {
    let points = [span(0, 600, 60.0), span(600, 1800, 100.0)];
    let buckets = downsample(points, Aggregation::Mean, Resolution::OneHour, None);
    assert_eq!(values(&buckets), [90.0]);
    let instants = [instant(0, 60.0), instant(1, 60.0), instant(3000, 90.0)];
    assert_eq!(values(&downsample(instants, Aggregation::Mean, Resolution::OneHour, None)), [75.0]);
}

#[test]
fn a_minute_of_instants_among_intervals_weighs_one_minute() {
    let points = [span(0, 600, 60.0), instant(700, 80.0), instant(701, 100.0), span(1020, 1200, 60.0)];
    let buckets = downsample(points, Aggregation::Mean, Resolution::OneHour, None);
    assert_eq!(values(&buckets), [(1800.0 * 60.0 + 60.0 * 90.0) / 1860.0]);
}

#[test]
fn seconds_of_a_workout_do_not_outweigh_the_rest_of_the_day() {
    let mut points: Vec<Point> = (0..1440 * 4).map(|quarter| instant(quarter * 15, 60.0)).collect();
    points.extend((0..3600).map(|second| instant(36_000 + second, 150.0)));
    points.sort_by_key(|point| (point.start, point.duration_us));
    let of = |resolution| downsample(points.iter().copied(), Aggregation::Mean, resolution, None);
    let day = of(Resolution::OneDay);
    let minutes = of(Resolution::OneMinute);
    let expected = minutes.iter().map(|bucket| bucket.mean).sum::<f64>() / minutes.len() as f64;
    assert!((day[0].mean - expected).abs() < 1e-9, "{} {expected}", day[0].mean);
    assert!(day[0].mean < 64.0);
    assert_eq!((day[0].count, day[0].min, day[0].max), (1440 * 4 + 3600, 60.0, 150.0));
    let hours = of(Resolution::OneHour);
    let expected = hours.iter().map(|bucket| bucket.mean).sum::<f64>() / 24.0;
    assert!((day[0].mean - expected).abs() < 1e-9);
}

#[test]
fn a_minute_counts_once_though_an_interval_leads_to_other_buckets_in_between() {
    let points = [instant(0, 60.0), span(5, 7200, 60.0), instant(10, 80.0), instant(70, 100.0)];
    let buckets = downsample(points, Aggregation::Mean, Resolution::OneHour, None);
    let (covered, minutes) = (3595.0, 60.0);
    assert_eq!(buckets[0].mean, (60.0 * covered + (70.0 + 100.0) * minutes) / (covered + 2.0 * minutes));
    assert_eq!(buckets[0].count, 4);
}

#[test]
fn the_highest_and_the_last_count_as_named() {
    let points = [instant(0, 3.0), instant(10, 9.0), instant(20, 4.0)];
    assert_eq!(values(&downsample(points, Aggregation::Max, Resolution::OneMinute, None)), [9.0]);
    assert_eq!(values(&downsample(points, Aggregation::Last, Resolution::OneMinute, None)), [4.0]);
}

#[test]
fn raw_points_come_as_they_are_and_nothing_gives_nothing() {
    let points = [instant(5, 0.1), span(6, 7, 0.3)];
    let buckets = downsample(points, Aggregation::Mean, Resolution::Raw, None);
    assert_eq!(values(&buckets), [0.1, 0.3]);
    assert_eq!((buckets[1].start, buckets[1].end), (points[1].start, points[1].end()));
    assert_eq!(downsample([], Aggregation::Sum, Resolution::OneDay, None), []);
}

/// A step a minute through the days on which the clock changes.
fn minutes(from: &str, count: i64) -> impl Iterator<Item = Point> {
    let from = time(from);
    (0..count).map(move |minute| Point::at(from.plus_seconds(minute * 60), 1.0))
}

#[test]
fn local_days_have_23_or_25_hours_when_the_clock_changes() {
    let berlin = zone("Europe/Berlin");
    let spring =
        downsample(minutes("2026-03-27T23:00:00Z", 3 * 1440), Aggregation::Sum, Resolution::OneDay, Some(&berlin));
    assert_eq!(values(&spring), [1440.0, 1380.0, 1440.0, 60.0]);
    let autumn =
        downsample(minutes("2026-10-23T22:00:00Z", 3 * 1440), Aggregation::Sum, Resolution::OneDay, Some(&berlin));
    assert_eq!(values(&autumn), [1440.0, 1500.0, 1380.0]);
    // An interval over both of the changed day's ends is shared by real time.
    let long = Point { start: time("2026-03-28T23:00:00Z"), duration_us: 47 * 3_600_000_000, value: 47.0 };
    assert_eq!(values(&downsample([long], Aggregation::Sum, Resolution::OneDay, Some(&berlin))), [23.0, 24.0]);
}

#[test]
fn a_day_that_begins_at_one_and_a_day_that_never_was() {
    let cairo = downsample(
        minutes("2026-04-23T21:00:00Z", 120),
        Aggregation::Sum,
        Resolution::OneDay,
        Some(&zone("Africa/Cairo")),
    );
    assert_eq!(starts(&cairo), ["2026-04-22T22:00:00Z", "2026-04-23T22:00:00Z"]);
    assert_eq!(values(&cairo), [60.0, 60.0]);
    let apia = downsample(
        minutes("2011-12-30T09:00:00Z", 120),
        Aggregation::Sum,
        Resolution::OneDay,
        Some(&zone("Pacific/Apia")),
    );
    assert_eq!(starts(&apia), ["2011-12-29T10:00:00Z", "2011-12-30T10:00:00Z"]);
}

#[test]
fn local_hours_begin_on_the_local_hour() {
    let kathmandu = downsample([instant(0, 1.0)], Aggregation::Sum, Resolution::OneHour, Some(&zone("Asia/Kathmandu")));
    assert_eq!(starts(&kathmandu), ["2026-11-20T23:15:00Z"]);
    assert_eq!(
        starts(&downsample([instant(0, 1.0)], Aggregation::Sum, Resolution::OneHour, None)),
        ["2026-11-21T00:00:00Z"]
    );
}

#[test]
fn a_jump_of_half_an_hour_ends_the_local_hour() {
    // Lord Howe goes from +11 to +10:30 at 2026-04-04T15:00Z, and back at 2026-10-03T15:30Z.
    let island = zone("Australia/Lord_Howe");
    let autumn = downsample(minutes("2026-04-04T14:00:00Z", 150), Aggregation::Sum, Resolution::OneHour, Some(&island));
    assert_eq!(values(&autumn), [60.0, 30.0, 60.0]);
    let spring = downsample(minutes("2026-10-03T14:30:00Z", 150), Aggregation::Sum, Resolution::OneHour, Some(&island));
    assert_eq!(values(&spring), [60.0, 30.0, 60.0]);
}

#[test]
fn an_interval_of_years_stays_one_bucket_and_keeps_its_amount() {
    let years = Point { start: DAY, duration_us: 60_000_000 * (MAX_PIECES + 1), value: 12.0 };
    let buckets = downsample([years], Aggregation::Sum, Resolution::OneMinute, None);
    assert_eq!(values(&buckets), [12.0]);
    let whole = Point { start: Timestamp::MIN, duration_us: i64::MAX, value: 1.0 };
    let berlin = zone("Europe/Berlin");
    assert!(downsample([whole], Aggregation::Sum, Resolution::OneDay, Some(&berlin)).len() == 1);
    let late = Point::at(Timestamp::MAX.plus_micros(-1), f64::MAX);
    let ends = [Point::at(Timestamp::MIN, 1.0), late, late];
    for resolution in [Resolution::OneMinute, Resolution::OneHour, Resolution::OneDay] {
        let buckets = downsample(ends, Aggregation::Sum, resolution, Some(&berlin));
        assert_eq!(values(&buckets), [1.0, f64::MAX]);
    }
}

#[test]
fn tallies_of_neighbours_add_up() {
    let points = [span(0, 600, 60.0), instant(700, 90.0), span(1000, 1200, 60.0), instant(3700, 30.0)];
    let hours = downsample(points, Aggregation::Mean, Resolution::OneHour, None);
    let block = crate::Block::from_points(points.to_vec(), crate::testing::stamp(0, 1), None);
    let key = crate::BlockKey {
        series: crate::testing::HEART_RATE,
        class: model::BlockClass::Day,
        bucket: crate::bucket_of(model::BlockClass::Day, DAY),
        source: 1,
        context: model::Context::SAMPLES,
    };
    let summaries = crate::decode_hourly(&block.encode(&key).hourly).unwrap();
    assert_eq!(summaries.iter().map(|summary| summary.tally.mean()).collect::<Vec<_>>(), values(&hours));
    let mut day = Tally::default();
    summaries.iter().for_each(|summary| day.add(&summary.tally));
    assert_eq!(day.mean(), downsample(points, Aggregation::Mean, Resolution::OneDay, None)[0].mean);
}
