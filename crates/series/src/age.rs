//! What becomes of points that are old: many short ones in a bucket become one that stands for the bucket.
//!
//! A point belongs to the bucket in which it begins, with all of its amount. A bucket that holds one point keeps
//! it as it was, and so do points that last longer than a bucket: nothing is made to look measured that was not,
//! and nothing is lost that costs nothing. The point of a bucket begins with it, lasts as long, has the value that
//! the series' aggregation gives, the offset of the first and the highest stamp of those that it stands for.

use crate::{Block, Runs, Tally, tally::Minute};
use model::{Aggregation, LocalOffset, Point, Stamp, Timestamp};
use std::collections::BTreeSet;

/// Points that came in one delivery, or as if.
pub type Batch = (Vec<Point>, Stamp, Option<LocalOffset>);

/// The buckets that points can be reduced to: 1, 5 and 15 minutes, an hour; microseconds.
pub const STEPS_US: [i64; 4] = [60_000_000, 300_000_000, 900_000_000, 3_600_000_000];

impl Block {
    /// What starts before an instant, and the rest.
    #[must_use]
    pub fn split_at(&self, at: Timestamp) -> (Self, Self) {
        let (mut before, mut after) = (Self::default(), Self::default());
        for (point, stamp, offset) in self.held() {
            let part = if point.start < at { &mut before } else { &mut after };
            part.push(point, stamp, offset);
        }
        (before, after)
    }

    /// Without the points that others stand for already.
    #[must_use]
    pub fn without(&self, reduced: &Reduced) -> Self {
        self.retained(|point| !reduced.covers(point))
    }

    /// The points for which this holds.
    #[must_use]
    pub fn retained(&self, keep: impl Fn(&Point) -> bool) -> Self {
        let mut rest = Self::default();
        for (point, stamp, offset) in self.held().filter(|(point, ..)| keep(point)) {
            rest.push(point, stamp, offset);
        }
        rest
    }

    /// The same with one point for each bucket of this length.
    #[must_use]
    pub fn reduced(&self, aggregation: Aggregation, step_us: i64) -> Self {
        let mut kept: Vec<(Point, Stamp, Option<LocalOffset>)> = Vec::new();
        let mut gathered: Option<Gathered> = None;
        for (point, stamp, offset) in self.held() {
            if point.duration_us > step_us || (point.duration_us == step_us && !is_aligned(point.start, step_us)) {
                kept.push((point, stamp, offset));
                continue;
            }
            let bucket = point.start.as_micros().div_euclid(step_us);
            if gathered.as_ref().is_none_or(|gathered| gathered.bucket != bucket) {
                kept.extend(gathered.take().map(|gathered| gathered.finish(aggregation, step_us)));
            }
            gathered.get_or_insert_with(|| Gathered::begin(bucket, (point, stamp, offset))).add(&point, stamp);
        }
        kept.extend(gathered.map(|gathered| gathered.finish(aggregation, step_us)));
        kept.sort_by_key(|(point, ..)| (point.start, point.duration_us));
        let mut block = Self::default();
        kept.into_iter().for_each(|(point, stamp, offset)| block.push(point, stamp, offset));
        block
    }

    /// Its points as deliveries that a merge takes.
    #[must_use]
    pub fn batches(&self) -> Vec<Batch> {
        let mut batches: Vec<Batch> = Vec::new();
        for (point, stamp, offset) in self.held() {
            match batches.last_mut() {
                Some((points, of, at)) if (*of, *at) == (stamp, offset) => points.push(point),
                _ => batches.push((vec![point], stamp, offset)),
            }
        }
        batches
    }

    fn held(&self) -> impl Iterator<Item = (Point, Stamp, Option<LocalOffset>)> + '_ {
        let offsets: &Runs<Option<LocalOffset>> = self.columns.offsets();
        let points = self.points().iter().zip(self.stamps().iter()).zip(offsets.iter());
        points.map(|((point, stamp), offset)| (*point, stamp, offset))
    }
}

/// What is known of a bucket while its points go by.
struct Gathered {
    bucket: i64,
    first: (Point, Stamp, Option<LocalOffset>),
    stamp: Stamp,
    tally: Tally,
    minute: (i64, Minute),
}

impl Gathered {
    fn begin(bucket: i64, first: (Point, Stamp, Option<LocalOffset>)) -> Self {
        Self { bucket, first, stamp: first.1, tally: Tally::default(), minute: (i64::MIN, Minute::default()) }
    }

    fn add(&mut self, point: &Point, stamp: Stamp) {
        self.stamp = self.stamp.max(stamp);
        if point.duration_us > 0 {
            let duration = point.duration_us as f64;
            self.tally.add_part(point.value, duration, duration);
            return;
        }
        self.tally.add_instant(point.value);
        let minute = Minute::number(point.start);
        if minute != self.minute.0 {
            self.close_minute();
            self.minute.0 = minute;
        }
        self.minute.1.add(point.value);
    }

    fn close_minute(&mut self) {
        if let Some(mean) = self.minute.1.take() {
            self.tally.add_minute(mean);
        }
    }

    fn finish(mut self, aggregation: Aggregation, step_us: i64) -> (Point, Stamp, Option<LocalOffset>) {
        if self.tally.count == 1 {
            return self.first;
        }
        self.close_minute();
        let start = Timestamp::from_micros(self.bucket.saturating_mul(step_us));
        let point = Point { start, duration_us: step_us, value: self.tally.value(aggregation) };
        (point, self.stamp, self.first.2)
    }
}

fn is_aligned(start: Timestamp, step_us: i64) -> bool {
    start.as_micros().rem_euclid(step_us) == 0
}

/// Points that stand for others: which of those may not come back beside them.
#[derive(Debug, Default)]
pub struct Reduced {
    buckets: [BTreeSet<i64>; STEPS_US.len()],
    slots: BTreeSet<(Timestamp, i64)>,
}

impl Reduced {
    /// Notes what a block of reduced points holds.
    pub fn add(&mut self, points: &[Point]) {
        for point in points {
            self.slots.insert((point.start, point.duration_us));
            for (buckets, step) in self.buckets.iter_mut().zip(STEPS_US) {
                if point.duration_us == step && is_aligned(point.start, step) {
                    buckets.insert(point.start.as_micros().div_euclid(step));
                }
            }
        }
    }

    /// Whether a point is among these, or one of them stands for its bucket.
    #[must_use]
    pub fn covers(&self, point: &Point) -> bool {
        let in_bucket = |(buckets, step): (&BTreeSet<i64>, i64)| {
            point.duration_us <= step && buckets.contains(&point.start.as_micros().div_euclid(step))
        };
        self.slots.contains(&(point.start, point.duration_us)) || self.buckets.iter().zip(STEPS_US).any(in_bucket)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_seconds(second)
    }

    fn block(points: Vec<Point>) -> Block {
        Block::from_points(points, Stamp { rank: 0, receipt: 7, part: 0 }, None)
    }

    const MINUTE: i64 = STEPS_US[0];

    #[test]
    fn a_bucket_of_many_becomes_one_point_and_a_lone_one_stays_as_it_was() {
        let levels = block(vec![Point::at(at(61), 60.0), Point::at(at(119), 70.0), Point::at(at(130), 80.0)]);
        let reduced = levels.reduced(Aggregation::Mean, MINUTE);
        let bucket = Point { start: at(60), duration_us: MINUTE, value: 65.0 };
        assert_eq!(reduced.points(), [bucket, Point::at(at(130), 80.0)]);
        assert_eq!(reduced.stamps().get(0), Some(Stamp { rank: 0, receipt: 7, part: 0 }));
        assert_eq!(reduced.reduced(Aggregation::Mean, MINUTE), reduced, "once is enough");
    }

    #[test]
    fn amounts_stay_the_same_and_what_lasts_longer_than_a_bucket_stays_whole() {
        let interval =
            |second, seconds: i64, value| Point { start: at(second), duration_us: seconds * 1_000_000, value };
        let steps =
            block(vec![interval(0, 20, 5.0), interval(40, 30, 7.0), interval(60, 900, 100.0), Point::at(at(61), 1.0)]);
        let reduced = steps.reduced(Aggregation::Sum, MINUTE);
        assert_eq!(reduced.points(), [interval(0, 60, 12.0), interval(60, 900, 100.0), Point::at(at(61), 1.0)]);
    }

    #[test]
    fn what_a_reduced_point_stands_for_is_known_again_and_what_it_does_not_is_not() {
        let fine: Vec<Point> = (0..90).map(|second| Point::at(at(second), 60.0)).collect();
        let reduced_block = block(fine.clone()).reduced(Aggregation::Mean, MINUTE);
        let mut reduced = Reduced::default();
        reduced.add(reduced_block.points());
        assert!(fine.iter().all(|point| reduced.covers(point)));
        assert!(block(fine).without(&reduced).points().is_empty());
        assert!(!reduced.covers(&Point::at(at(120), 60.0)));
        assert!(!reduced.covers(&Point { start: at(0), duration_us: 2 * MINUTE, value: 1.0 }));
    }

    #[test]
    fn a_block_is_cut_where_points_begin() {
        let all = block(vec![Point { start: at(0), duration_us: 5_000_000, value: 1.0 }, Point::at(at(3), 2.0)]);
        let (before, after) = all.split_at(at(3));
        assert_eq!((before.points().len(), after.points().len()), (1, 1));
        assert_eq!(before.batches().len() + after.batches().len(), 2);
    }
}
