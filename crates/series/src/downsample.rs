//! Many points as few buckets: minutes and hours in UTC or by a zone's clock, days by a zone's calendar.
//!
//! An instant counts in the bucket that holds it, an interval in every bucket it touches: amounts are
//! shared pro rata, extremes and the last value count as they are. Buckets that nothing touches are absent.
//!
//! Levels average by time, not by count, so that a second's rhythm does not outweigh a minute's: instants
//! are first averaged within their minute (UTC), and each minute that has instants counts once, with the
//! weight of a minute; intervals weigh by their time in the bucket. `count` and extremes are over all points.
//!
//! Days are made of hours (UTC, cut at the day's ends), each tallied on its own and then added up in order,
//! so that the hours kept beside day blocks give to the bit what their points would: see [`crate::summarised`].
//!
//! Work and memory are bounded: an interval that would cross more than [`MAX_PIECES`] pieces, or any
//! interval once there are [`MAX_BUCKETS`], counts whole in the bucket in which it begins, so that sums hold.

use crate::{
    Tally,
    edges::{Edges, hour_within},
    tally::Minute,
};
use jiff::tz::TimeZone;
use model::{Aggregation, Point, Timestamp};
use std::collections::BTreeMap;

pub(crate) const HOUR_US: i64 = 3_600_000_000;

/// The most buckets, or hours of days, that one interval is shared over.
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
    /// How many points touch it; in a day, a point counts in each hour that it touches.
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
    touching.for_each(|point| sampler.add(&point, window));
    gather(sampler.finish(), aggregation, resolution, zone)
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

/// A span of time that is a bucket or, of a day, an hour; and what was tallied in it.
pub(crate) type Piece = (Timestamp, Timestamp, Tally);

/// Adds up the pieces of each bucket. Pieces ascend and none lies across the edge of a bucket.
pub(crate) fn gather(
    pieces: Vec<Piece>,
    aggregation: Aggregation,
    resolution: Resolution,
    zone: Option<&TimeZone>,
) -> Vec<Bucket> {
    let bucket = |(start, end, tally): Piece| Bucket::of(start, end, &tally, aggregation);
    if resolution != Resolution::OneDay {
        return pieces.into_iter().map(bucket).collect();
    }
    let mut edges = Edges::new(resolution, zone);
    let mut buckets: Vec<Bucket> = Vec::new();
    let mut open: Option<Piece> = None;
    for (start, _, tally) in pieces {
        match &mut open {
            Some((_, end, sum)) if start < *end => sum.add(&tally),
            _ => {
                let (from, to) = edges.around(start);
                buckets.extend(open.replace((from, to, tally)).map(bucket));
            }
        }
    }
    buckets.extend(open.map(bucket));
    buckets
}

/// Tallies by piece. The piece in use is held apart, because neighbouring points share it.
pub(crate) struct Sampler<'z> {
    edges: Edges<'z>,
    by_hours: bool,
    /// The length of a piece where the clock does not change.
    size_us: i64,
    current: (Timestamp, Timestamp),
    tally: Tally,
    /// The piece and number of the minute whose instants are being gathered: intervals between them may
    /// have led to other pieces meanwhile.
    minute_of: (Timestamp, i64),
    minute: Minute,
    done: BTreeMap<Timestamp, (Timestamp, Tally)>,
}

impl<'z> Sampler<'z> {
    pub(crate) fn new(resolution: Resolution, zone: Option<&'z TimeZone>) -> Self {
        Self {
            edges: Edges::new(resolution, zone),
            by_hours: resolution == Resolution::OneDay,
            size_us: resolution.size_us().min(HOUR_US),
            current: (Timestamp::MIN, Timestamp::MIN),
            tally: Tally::default(),
            minute_of: (Timestamp::MIN, i64::MIN),
            minute: Minute::default(),
            done: BTreeMap::new(),
        }
    }

    /// Counts what of a point lies in a window that it touches.
    pub(crate) fn add(&mut self, point: &Point, (from, to): (Timestamp, Timestamp)) {
        if point.duration_us <= 0 {
            self.add_instant(point);
        } else {
            self.add_interval(point, point.start.max(from), point.end().min(to));
        }
    }

    /// The tally of the piece that holds an instant, and the piece's end. One that is come back to goes on
    /// where it was left, so that each adds up its points strictly in their order.
    fn tally_at(&mut self, at: Timestamp) -> (&mut Tally, Timestamp) {
        if !(self.current.0 <= at && at < self.current.1) {
            self.put_away();
            let bucket = self.edges.around(at);
            self.current = if self.by_hours { hour_within(bucket, at) } else { bucket };
            let ahead = self.done.last_key_value().is_none_or(|(last, _)| *last < self.current.0);
            let left = if ahead { None } else { self.done.remove(&self.current.0) };
            self.tally = left.map_or_else(Tally::default, |(_, tally)| tally);
        }
        (&mut self.tally, self.current.1)
    }

    fn put_away(&mut self) {
        if self.tally.count > 0 {
            let (start, end) = self.current;
            self.done.insert(start, (end, self.tally));
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
            let (tally, piece_end) = self.tally_at(cursor);
            let end = if whole { to } else { piece_end.min(to) };
            tally.add_part(point.value, end.micros_since(cursor) as f64, duration);
            cursor = end;
        }
    }

    /// The pieces that something touches, ascending.
    pub(crate) fn finish(mut self) -> Vec<Piece> {
        self.close_minute();
        self.put_away();
        self.done.into_iter().map(|(start, (end, tally))| (start, end, tally)).collect()
    }
}
