//! Hours that stand for blocks give to the bit what the points would.

use crate::{
    Block, BlockKey, Bucket, EncodedBlock, Resolution, Summarised, bucket_of, downsample_with_hours, downsample_within,
    testing::{DAY, HEART_RATE, any_point, instant, span, stamp},
    usable_hours,
};
use jiff::tz::TimeZone;
use model::{Aggregation, BlockClass, Context, Point, Timestamp};
use proptest::prelude::*;
use std::collections::BTreeMap;

/// The day blocks of points that came in one context.
fn blocks(context: i32, points: &[Point]) -> Vec<(BlockKey, EncodedBlock)> {
    let mut days: BTreeMap<i32, Vec<Point>> = BTreeMap::new();
    for point in points {
        days.entry(bucket_of(BlockClass::Day, point.start)).or_default().push(*point);
    }
    let context = Context::from_stored(context);
    let encoded = days.into_iter().map(|(bucket, points)| {
        let key = BlockKey { series: HEART_RATE, class: BlockClass::Day, bucket, source: 1, context };
        (key, Block::from_points(points, stamp(0, 1), None).encode(&key))
    });
    encoded.collect()
}

fn points_of<'a>(blocks: impl Iterator<Item = &'a EncodedBlock>) -> Vec<Point> {
    let mut points: Vec<Point> =
        blocks.flat_map(|block| Block::decode(&block.data).unwrap().points().to_vec()).collect();
    points.sort_by_key(|point| (point.start, point.duration_us));
    points
}

/// All buckets as the points give them, as hours and the rest give them, and how many blocks were spared.
fn both_ways(
    blocks: &[(BlockKey, EncodedBlock)],
    aggregation: Aggregation,
    resolution: Resolution,
    zone: Option<&TimeZone>,
    window: (Timestamp, Timestamp),
) -> (Vec<Bucket>, Vec<Bucket>, usize) {
    let points = points_of(blocks.iter().map(|(_, block)| block));
    let expected = downsample_within(points, aggregation, resolution, zone, window);
    let held: Vec<Summarised<'_>> = blocks
        .iter()
        .map(|(key, block)| Summarised {
            class: key.class,
            bucket: key.bucket,
            t_min: block.t_min,
            t_end_max: block.t_end_max,
            hourly: &block.hourly,
        })
        .collect();
    let hours = usable_hours(&held, resolution, zone, window);
    let spared = hours.iter().flatten().count();
    let rest = blocks.iter().zip(&hours).filter(|(_, hours)| hours.is_none()).map(|((_, block), _)| block);
    let rest = points_of(rest);
    let mut hours: Vec<_> = hours.into_iter().flatten().flatten().collect();
    hours.sort_by_key(|hour| hour.0);
    (expected, downsample_with_hours(rest, hours, aggregation, resolution, zone, window), spared)
}

fn any_zone() -> impl Strategy<Value = Option<TimeZone>> {
    let names = ["Europe/Berlin", "Asia/Kathmandu", "Australia/Lord_Howe", "America/New_York"];
    proptest::option::of(prop::sample::select(names.to_vec()).prop_map(|name| TimeZone::get(name).unwrap()))
}

proptest! {
    #[test]
    fn hours_give_to_the_bit_what_points_give(
        samples in proptest::collection::vec(any_point(), 0..80),
        beside in proptest::collection::vec(any_point(), 0..6),
        shift in -60_i64..60,
        coarse in prop::sample::select(vec![Resolution::FifteenMinutes, Resolution::OneHour, Resolution::OneDay]),
        aggregation in prop::sample::select(vec![Aggregation::Sum, Aggregation::Mean, Aggregation::Max, Aggregation::Last]),
        zone in any_zone(),
        window in proptest::option::of((-100_000_i64..400_000, 0_i64..400_000)),
    ) {
        let near = |points: Vec<Point>, by: i64| -> Vec<Point> {
            let moved = points.into_iter().map(|point| Point { start: point.start.plus_seconds(by * 3_600), ..point });
            moved.filter(|point| point.duration_us < 90_000_000_000).collect()
        };
        let mut held = blocks(0, &near(samples, 0));
        held.extend(blocks(1_001, &near(beside, shift)));
        let window = window.map_or((Timestamp::MIN, Timestamp::MAX), |(from, length)| {
            (DAY.plus_seconds(from), DAY.plus_seconds(from + length))
        });
        let (expected, found, _) = both_ways(&held, aggregation, coarse, zone.as_ref(), window);
        let bits = |buckets: &[Bucket]| format!("{buckets:?}");
        prop_assert_eq!(bits(&found), bits(&expected));
    }
}

/// A point a minute for some days, tenths that do not add up exactly, and a night that lasts over hours.
fn days(count: i64) -> Vec<Point> {
    let mut points: Vec<Point> =
        (0..count * 1440).map(|minute| instant(minute * 60, 50.0 + ((minute * 7) % 90) as f64 / 10.0)).collect();
    points.extend((0..count).map(|day| span(day * 86_400 + 5_000, 20_000, 48.7)));
    points
}

#[test]
fn whole_days_of_one_source_need_no_points() {
    let held = blocks(0, &days(30));
    let all = (Timestamp::MIN, Timestamp::MAX);
    let berlin = TimeZone::get("Europe/Berlin").unwrap();
    for (resolution, zone) in
        [(Resolution::OneHour, None), (Resolution::OneDay, None), (Resolution::OneDay, Some(&berlin))]
    {
        let (expected, found, spared) = both_ways(&held, Aggregation::Mean, resolution, zone, all);
        assert_eq!(found, expected);
        assert_eq!(spared, 30, "{resolution:?}");
    }
}

#[test]
fn what_shares_an_hour_with_another_block_and_what_an_edge_cuts_is_read_in_full() {
    let mut held = blocks(0, &days(10));
    held.extend(blocks(1_001, &[instant(3 * 86_400 + 40_000, 150.3), instant(3 * 86_400 + 40_007, 151.1)]));
    let cut = (DAY.plus_seconds(1_000), DAY.plus_seconds(9 * 86_400 + 3_600 * 5));
    let (expected, found, spared) = both_ways(&held, Aggregation::Mean, Resolution::OneHour, None, cut);
    assert_eq!(found, expected);
    assert_eq!(spared, 8, "the first day is cut within an hour, on the fourth there is a workout");
    let kathmandu = TimeZone::get("Asia/Kathmandu").unwrap();
    let (expected, found, spared) = both_ways(&held, Aggregation::Sum, Resolution::OneHour, Some(&kathmandu), cut);
    assert_eq!((found, spared), (expected, 0), "its hours are not those of UTC");
}

#[test]
fn an_interval_that_ends_at_midnight_does_not_reach_into_the_next_day() {
    let quarters: Vec<Point> = (0..96 * 3).map(|quarter| span(quarter * 900, 900, 12.5)).collect();
    let all = (Timestamp::MIN, Timestamp::MAX);
    let (expected, found, spared) = both_ways(&blocks(0, &quarters), Aggregation::Sum, Resolution::OneDay, None, all);
    assert_eq!((found, spared), (expected, 3));
}
