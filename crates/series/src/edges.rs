//! Where the buckets of a chart begin and end, in UTC or by a zone's clock.

use crate::{Resolution, downsample::HOUR_US};
use jiff::tz::TimeZone;
use model::Timestamp;

const DAY_US: i64 = 86_400_000_000;

/// Finds buckets; remembers the last, because neighbouring points ask for the same.
pub(crate) struct Edges<'z> {
    size_us: i64,
    zone: Option<&'z TimeZone>,
    last: (Timestamp, Timestamp),
}

impl<'z> Edges<'z> {
    pub(crate) fn new(resolution: Resolution, zone: Option<&'z TimeZone>) -> Self {
        Self { size_us: resolution.size_us(), zone, last: (Timestamp::MIN, Timestamp::MIN) }
    }

    /// The bucket that holds an instant: start inclusive, end exclusive and always later than `at`.
    pub(crate) fn around(&mut self, at: Timestamp) -> (Timestamp, Timestamp) {
        if !(self.last.0 <= at && at < self.last.1) {
            let (start, end) = match self.zone {
                Some(zone) if self.size_us >= DAY_US => local_day(zone, at),
                Some(zone) => self.local_hours(zone, at),
                None => floor(at, self.size_us, 0),
            };
            self.last = (start.min(at), end.max(at.plus_micros(1)));
        }
        self.last
    }

    /// Whole minutes and hours of the zone's clock; where the clock jumps inside a bucket, the jump ends
    /// it and begins the next.
    fn local_hours(&self, zone: &TimeZone, at: Timestamp) -> (Timestamp, Timestamp) {
        let offset = offset_us(zone, at);
        let (mut start, mut end) = floor(at, self.size_us, offset);
        if offset_us(zone, start) != offset {
            let jump = zone.preceding(at.plus_micros(1).to_jiff()).next();
            start = jump.map_or(start, |jump| start.max(Timestamp::from_micros(jump.timestamp().as_microsecond())));
        }
        if offset_us(zone, end.plus_micros(-1)) != offset {
            let jump = zone.following(at.to_jiff()).next();
            end = jump.map_or(end, |jump| end.min(Timestamp::from_micros(jump.timestamp().as_microsecond())));
        }
        (start, end)
    }
}

/// The part of a bucket that lies in the same hour (UTC) as one of its instants.
pub(crate) fn hour_within(bucket: (Timestamp, Timestamp), at: Timestamp) -> (Timestamp, Timestamp) {
    let hour = floor(at, HOUR_US, 0);
    (hour.0.max(bucket.0), hour.1.min(bucket.1))
}

/// The first and the last end of whole hours (UTC) that hold everything from one instant up to another.
pub(crate) fn whole_hours(from: Timestamp, to: Timestamp) -> (Timestamp, Timestamp) {
    (floor(from, HOUR_US, 0).0, floor(to.plus_micros(-1), HOUR_US, 0).1)
}

fn offset_us(zone: &TimeZone, at: Timestamp) -> i64 {
    i64::from(zone.to_offset(at.to_jiff()).seconds()) * 1_000_000
}

fn floor(at: Timestamp, size_us: i64, offset_us: i64) -> (Timestamp, Timestamp) {
    let into = at.plus_micros(offset_us).as_micros().rem_euclid(size_us);
    let start = at.plus_micros(-into);
    (start, start.plus_micros(size_us))
}

/// The local date's first instant and the next date's; 23 to 25 hours where the clock changes. A date
/// that a zone skipped altogether holds no instant, so the search passes over it.
fn local_day(zone: &TimeZone, at: Timestamp) -> (Timestamp, Timestamp) {
    let mut date = at.local_date(zone.to_offset(at.to_jiff()).seconds());
    for _ in 0..3 {
        let (start, end) = (date.start_in(zone), date.plus_days(1).start_in(zone));
        if at < start {
            date = date.plus_days(-1);
        } else if end <= at {
            date = date.plus_days(1);
        } else {
            return (start, end);
        }
    }
    floor(at, DAY_US, 0)
}
