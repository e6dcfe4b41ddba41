//! Spans of time, and the buckets at their ends.

use jiff::tz::TimeZone;
use model::{Aggregation, Point, Timestamp};
use series::{Resolution, downsample};

/// From (inclusive), to (exclusive).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Window {
    pub(crate) from: Timestamp,
    pub(crate) to: Timestamp,
}

impl Window {
    /// Whether there is no time in it.
    pub(crate) fn is_empty(self) -> bool {
        self.from >= self.to
    }

    /// Longer by so much at both ends.
    pub(crate) fn widened(self, seconds: i64) -> Self {
        Self { from: self.from.plus_seconds(-seconds), to: self.to.plus_seconds(seconds) }
    }

    /// What of it lies in another.
    pub(crate) fn within(self, other: Self) -> Self {
        Self { from: self.from.max(other.from), to: self.to.min(other.to) }
    }
}

/// The bucket that holds an instant.
pub(crate) fn bucket(at: Timestamp, resolution: Resolution, zone: Option<&TimeZone>) -> Window {
    let buckets = downsample([Point::at(at, 0.0)], Aggregation::Mean, resolution, zone);
    buckets.first().map_or(Window { from: at, to: at }, |bucket| Window { from: bucket.start, to: bucket.end })
}
