//! Cuts a span into windows that hold about so many points, at the edges of buckets, from the heads of blocks alone.

use jiff::tz::TimeZone;
use model::{Aggregation, Point, Timestamp};
use series::{Resolution, downsample};
use store::StoredBlock;

/// A part of the span: from (inclusive), to (exclusive).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Window {
    pub(super) from: Timestamp,
    pub(super) to: Timestamp,
}

impl Window {
    /// Whether a block may have points that touch it.
    pub(super) fn is_touched_by(self, head: &StoredBlock) -> bool {
        head.t_min < self.to && head.t_end_max >= self.from
    }

    /// With the days that share a date with one of its instants, on whatever clock.
    pub(super) fn with_days_around(self) -> Self {
        const MOST_APART_S: i64 = 2 * 86_400;
        Self { from: self.from.plus_seconds(-MOST_APART_S), to: self.to.plus_seconds(MOST_APART_S) }
    }
}

/// The windows of a span, in order; none where no block is.
pub(super) fn plan(
    heads: &[StoredBlock],
    span: Window,
    points: u64,
    resolution: Resolution,
    zone: Option<&TimeZone>,
) -> Vec<Window> {
    let mut begins: Vec<(Timestamp, u64)> = heads
        .iter()
        .filter(|head| span.is_touched_by(head))
        .map(|head| (head.t_min.max(span.from), u64::from(head.count)))
        .collect();
    begins.sort_unstable();
    if begins.is_empty() || span.from >= span.to {
        return Vec::new();
    }
    let mut windows = Vec::new();
    let (mut from, mut held) = (span.from, 0);
    for (begin, count) in begins {
        let edge = edge(begin, resolution, zone);
        if held >= points && edge > from {
            windows.push(Window { from, to: edge });
            (from, held) = (edge, 0);
        }
        held += count;
    }
    windows.push(Window { from, to: span.to });
    windows
}

/// Where the bucket that holds an instant begins.
fn edge(at: Timestamp, resolution: Resolution, zone: Option<&TimeZone>) -> Timestamp {
    bucket(at, resolution, zone).from
}

/// The bucket that holds an instant.
pub(super) fn bucket(at: Timestamp, resolution: Resolution, zone: Option<&TimeZone>) -> Window {
    let buckets = downsample([Point::at(at, 0.0)], Aggregation::Mean, resolution, zone);
    buckets.first().map_or(Window { from: at, to: at }, |bucket| Window { from: bucket.start, to: bucket.end })
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::{BlockClass, Context, SeriesType};
    use series::BlockKey;

    fn head(from_s: i64, to_s: i64, count: u32) -> StoredBlock {
        let key = BlockKey {
            series: SeriesType::HEART_RATE,
            class: BlockClass::Hour,
            bucket: 0,
            source: 0,
            context: Context::SAMPLES,
        };
        let (t_min, t_end_max) = (Timestamp::from_seconds(from_s), Timestamp::from_seconds(to_s));
        StoredBlock { key, ver: 1, count, t_min, t_end_max, data: Vec::new() }
    }

    fn span(from_s: i64, to_s: i64) -> Window {
        Window { from: Timestamp::from_seconds(from_s), to: Timestamp::from_seconds(to_s) }
    }

    #[test]
    fn windows_follow_each_other_and_cover_the_span() {
        let heads = [head(3_700, 7_000, 10), head(7_300, 9_000, 10), head(10_900, 12_000, 10), head(0, 3_500, 10)];
        let windows = plan(&heads, span(0, 20_000), 15, Resolution::OneHour, None);
        assert_eq!(windows, [span(0, 7_200), span(7_200, 20_000)]);
        assert_eq!(plan(&heads, span(0, 20_000), 1_000, Resolution::Raw, None), [span(0, 20_000)]);
        assert_eq!(plan(&heads, span(20_000, 30_000), 15, Resolution::Raw, None), []);
        assert_eq!(plan(&heads, span(5, 5), 15, Resolution::Raw, None), []);
    }

    #[test]
    fn a_window_never_splits_a_bucket() {
        let heads = [head(10, 20, 10), head(30, 40, 10), head(3_650, 3_700, 10)];
        let windows = plan(&heads, span(0, 7_200), 1, Resolution::OneHour, None);
        assert_eq!(windows, [span(0, 3_600), span(3_600, 7_200)]);
    }
}
