//! Many points as few buckets: minutes and hours in UTC or by a zone's clock, days by a zone's calendar.
//!
//! An instant counts in the bucket that holds it, an interval in every bucket it touches: amounts are
//! shared pro rata, extremes and the last value count as they are. Buckets that nothing touches are absent.
//!
//! Levels average by time, not by count, so that a second's rhythm does not outweigh a minute's: instants
//! are first averaged within their minute (UTC), and each minute that has instants counts once, with the
//! weight of a minute; intervals weigh by their time in the bucket. `count` and extremes are over all points.
//!
//! Work and memory are bounded: an interval that would cross more than [`MAX_PIECES`] buckets, or any
//! interval once there are [`MAX_BUCKETS`], counts whole in the bucket in which it begins, so that sums hold.

use crate::{Tally, edges::Edges, tally::Minute};
use jiff::tz::TimeZone;
use model::{Aggregation, Point, Timestamp};
use std::collections::BTreeMap;

/// The most buckets that one interval is shared over.
pub const MAX_PIECES: i64 = 10_000;
/// Above this many buckets intervals are no longer shared.
pub const MAX_BUCKETS: usize = 1_000_000;

/// How much time a bucket covers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Resolution {
    /// Every point as it is.
    Raw,
    /// Minutes.
    OneMinute,
    /// Five minutes.
    FiveMinutes,
    /// Quarters of an hour.
    FifteenMinutes,
    /// Hours.
    OneHour,
    /// Local days.
    OneDay,
}

impl Resolution {
    /// The length of a bucket where the clock does not change; 1 for raw points.
    pub(crate) fn size_us(self) -> i64 {
        let minutes = match self {
            Self::Raw => return 1,
            Self::OneMinute => 1,
            Self::FiveMinutes => 5,
            Self::FifteenMinutes => 15,
            Self::OneHour => 60,
            Self::OneDay => 24 * 60,
        };
        minutes * 60_000_000
    }
}

/// The points of a span of time as one.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Bucket {
    /// Its first instant.
    pub start: Timestamp,
    /// The first instant after it.
    pub end: Timestamp,
    /// How many points touch it.
    pub count: u32,
    /// The lowest value.
    pub min: f64,
    /// The highest value.
    pub max: f64,
    /// The amount in it.
    pub sum: f64,
    /// The average level in it.
    pub mean: f64,
    /// The last value.
    pub last: f64,
    /// The one of these that the series' aggregation asks for.
    pub value: f64,
}

impl Bucket {
    /// A bucket of what was tallied in it.
    #[must_use]
    pub fn of(start: Timestamp, end: Timestamp, tally: &Tally, aggregation: Aggregation) -> Self {
        Self {
            start,
            end,
            count: tally.count,
            min: tally.min,
            max: tally.max,
            sum: tally.sum(),
            mean: tally.mean(),
            last: tally.last,
            value: tally.value(aggregation),
        }
    }
}

/// Buckets of points, ascending. The points ascend by (start, duration); if they do not, `last` and
/// `mean` are in doubt. Without a zone, buckets are those of UTC.
#[must_use]
pub fn downsample(
    points: impl IntoIterator<Item = Point>,
    aggregation: Aggregation,
    resolution: Resolution,
    zone: Option<&TimeZone>,
) -> Vec<Bucket> {
    downsample_within(points, aggregation, resolution, zone, (Timestamp::MIN, Timestamp::MAX))
}

/// The same of what lies in a window (start inclusive, end exclusive): instants outside are left out,
/// intervals count with their part inside. With [`Resolution::Raw`], points that touch it come whole.
#[must_use]
pub fn downsample_within(
    points: impl IntoIterator<Item = Point>,
    aggregation: Aggregation,
    resolution: Resolution,
    zone: Option<&TimeZone>,
    window: (Timestamp, Timestamp),
) -> Vec<Bucket> {
    let touching = points.into_iter().filter(|point| touches(point, window));
    if resolution == Resolution::Raw {
        return touching.map(|point| raw(&point)).collect();
    }
    let mut sampler = Sampler::new(resolution, zone);
    for point in touching {
        if point.duration_us <= 0 {
            sampler.add_instant(&point);
        } else {
            sampler.add_interval(&point, point.start.max(window.0), point.end().min(window.1));
        }
    }
    sampler.finish(aggregation)
}

/// Whether a point lies in a window or lasts into it: the rule by which reads choose.
#[must_use]
pub fn touches(point: &Point, (from, to): (Timestamp, Timestamp)) -> bool {
    let ends_inside = if point.duration_us <= 0 { point.start >= from } else { point.end() > from };
    ends_inside && point.start < to
}

fn raw(point: &Point) -> Bucket {
    let value = point.value;
    let (start, end) = (point.start, point.end());
    Bucket { start, end, count: 1, min: value, max: value, sum: value, mean: value, last: value, value }
}

/// Tallies by bucket. The bucket in use is held apart, because neighbouring points share it.
struct Sampler<'z> {
    edges: Edges<'z>,
    size_us: i64,
    current: (Timestamp, Timestamp),
    tally: Tally,
    /// The bucket and number of the minute whose instants are being gathered: intervals between them may
    /// have led to other buckets meanwhile.
    minute_of: (Timestamp, i64),
    minute: Minute,
    done: BTreeMap<Timestamp, (Timestamp, Tally)>,
}

impl<'z> Sampler<'z> {
    fn new(resolution: Resolution, zone: Option<&'z TimeZone>) -> Self {
        Self {
            edges: Edges::new(resolution, zone),
            size_us: resolution.size_us(),
            current: (Timestamp::MIN, Timestamp::MIN),
            tally: Tally::default(),
            minute_of: (Timestamp::MIN, i64::MIN),
            minute: Minute::default(),
            done: BTreeMap::new(),
        }
    }

    /// The tally of the bucket that holds an instant, and the bucket's end.
    fn tally_at(&mut self, at: Timestamp) -> (&mut Tally, Timestamp) {
        let bucket = self.edges.around(at);
        if bucket != self.current {
            self.put_away();
            self.current = bucket;
        }
        (&mut self.tally, bucket.1)
    }

    fn put_away(&mut self) {
        if self.tally.count > 0 {
            let (start, end) = self.current;
            self.done.entry(start).or_insert((end, Tally::default())).1.add(&self.tally);
        }
        self.tally = Tally::default();
    }

    fn add_instant(&mut self, point: &Point) {
        self.tally_at(point.start).0.add_instant(point.value);
        let minute_of = (self.current.0, Minute::number(point.start));
        if minute_of != self.minute_of {
            self.close_minute();
            self.minute_of = minute_of;
        }
        self.minute.add(point.value);
    }

    fn close_minute(&mut self) {
        let Some(mean) = self.minute.take() else { return };
        if self.minute_of.0 == self.current.0 {
            self.tally.add_minute(mean);
        } else if let Some((_, tally)) = self.done.get_mut(&self.minute_of.0) {
            tally.add_minute(mean);
        }
    }

    fn add_interval(&mut self, point: &Point, from: Timestamp, to: Timestamp) {
        let duration = point.duration_us as f64;
        let whole = to.micros_since(from) / self.size_us > MAX_PIECES || self.done.len() >= MAX_BUCKETS;
        let mut cursor = from;
        while cursor < to {
            let (tally, bucket_end) = self.tally_at(cursor);
            let end = if whole { to } else { bucket_end.min(to) };
            tally.add_part(point.value, end.micros_since(cursor) as f64, duration);
            cursor = end;
        }
    }

    fn finish(mut self, aggregation: Aggregation) -> Vec<Bucket> {
        self.close_minute();
        self.put_away();
        let done = self.done.into_iter();
        done.map(|(start, (end, tally))| Bucket::of(start, end, &tally, aggregation)).collect()
    }
}
