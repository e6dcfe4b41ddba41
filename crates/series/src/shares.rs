//! What each source gave to buckets that several sources made together, and what it had told by itself.

use crate::{Bucket, SourcePoints};
use model::{Point, Timestamp};

/// What a source gave to a bucket.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Share {
    /// The source's number within the user.
    pub source: i32,
    /// How many points of it count in the bucket.
    pub points: u32,
    /// How much time of its intervals counts, microseconds.
    pub covered_us: i64,
    /// The sum of what counts, intervals by the part that does.
    pub amount: f64,
    /// How many points it told of.
    pub told_points: u32,
    /// The sum of what it told, whether or not a better source covers it.
    pub told: f64,
}

/// The shares of each bucket, in the order of `sources`; a source without a point there has none. `resolved` are the
/// points that count, with their sources, `sources` all of which they were chosen; `buckets` ascend and do not
/// overlap. Only what lies in the window counts.
#[must_use]
pub fn shares(
    resolved: &[(Point, i32)],
    sources: &[SourcePoints],
    buckets: &[Bucket],
    window: (Timestamp, Timestamp),
) -> Vec<Vec<Share>> {
    let mut all = vec![vec![Share::default(); sources.len()]; buckets.len()];
    for (place, source) in sources.iter().enumerate() {
        let mut share = |bucket: usize, add: &dyn Fn(&mut Share)| {
            if let Some(share) = all.get_mut(bucket).and_then(|shares| shares.get_mut(place)) {
                share.source = source.source;
                add(share);
            }
        };
        for point in &source.points {
            each_part(point, buckets, window, |bucket, _, amount| {
                share(bucket, &|share| (share.told_points, share.told) = (share.told_points + 1, share.told + amount));
            });
        }
        for (point, _) in resolved.iter().filter(|(_, of)| *of == source.source) {
            each_part(point, buckets, window, |bucket, us, amount| {
                share(bucket, &|share| {
                    share.points += 1;
                    share.covered_us = share.covered_us.saturating_add(us);
                    share.amount += amount;
                });
            });
        }
    }
    all.iter_mut().for_each(|shares| shares.retain(|share| share.points > 0 || share.told_points > 0));
    all
}

/// The buckets that a point touches, how long, and with which part of its value.
fn each_part(point: &Point, buckets: &[Bucket], window: (Timestamp, Timestamp), mut part: impl FnMut(usize, i64, f64)) {
    let first = buckets.partition_point(|bucket| bucket.end <= point.start);
    for (place, bucket) in buckets.iter().enumerate().skip(first) {
        let (from, to) = (bucket.start.max(window.0), bucket.end.min(window.1));
        if point.duration_us <= 0 {
            if from <= point.start && point.start < to {
                part(place, 0, point.value);
            }
            break;
        }
        if from >= point.end() {
            break;
        }
        let us = to.min(point.end()).micros_since(from.max(point.start));
        if us > 0 {
            part(place, us, point.value * us as f64 / point.duration_us as f64);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Resolution, downsample, resolve};
    use model::Aggregation;

    fn interval(from_min: i64, minutes: i64, value: f64) -> Point {
        Point { start: Timestamp::from_seconds(from_min * 60), duration_us: minutes * 60_000_000, value }
    }

    #[test]
    fn shares_add_up_to_the_bucket_and_say_what_did_not_count() {
        let watch = SourcePoints { source: 1, priority: 1, points: vec![interval(0, 30, 300.0)] };
        let phone = SourcePoints { source: 2, priority: 2, points: vec![interval(20, 60, 600.0)] };
        let sources = [watch, phone];
        let resolved = resolve(&sources, Aggregation::Sum);
        let points = resolved.iter().map(|(point, _)| *point);
        let hours = downsample(points, Aggregation::Sum, Resolution::OneHour, None);
        let found = shares(&resolved, &sources, &hours, (Timestamp::MIN, Timestamp::MAX));
        // of the phone's hour 20 to 80 the watch covers ten minutes; 30 lie in the first hour and 20 in the second
        let of = |share: &Share| (share.source, share.points, share.covered_us / 60_000_000, share.amount, share.told);
        assert_eq!(found[0].iter().map(of).collect::<Vec<_>>(), [(1, 1, 30, 300.0, 300.0), (2, 1, 30, 300.0, 400.0)]);
        assert_eq!(found[1].iter().map(of).collect::<Vec<_>>(), [(2, 1, 20, 200.0, 200.0)]);
        assert_eq!(hours.iter().map(|hour| hour.value).collect::<Vec<_>>(), [600.0, 200.0]);
    }

    #[test]
    fn what_better_sources_cover_has_a_share_of_nothing_and_the_window_cuts() {
        let watch = SourcePoints { source: 1, priority: 1, points: vec![interval(0, 60, 60.0)] };
        let at = Point::at(Timestamp::from_seconds(600), 5.0);
        let phone = SourcePoints { source: 2, priority: 2, points: vec![at] };
        let sources = [watch, phone];
        let resolved = resolve(&sources, Aggregation::Sum);
        let points = resolved.iter().map(|(point, _)| *point);
        let hours = downsample(points, Aggregation::Sum, Resolution::OneHour, None);
        let window = (Timestamp::from_seconds(0), Timestamp::from_seconds(1_800));
        let found = shares(&resolved, &sources, &hours, window);
        assert_eq!((found[0][0].amount, found[0][1].points, found[0][1].told), (30.0, 0, 5.0));
    }
}
