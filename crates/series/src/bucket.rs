//! Which span of UTC time a block covers, and which spans a write must load.

use crate::merge::is_storable;
use model::{BlockClass, Context, LocalDate, Point, SeriesType, Timestamp};

const HOUR_US: i64 = 3_600_000_000;
const DAY_US: i64 = 24 * HOUR_US;

/// What a block is found by, within one user.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct BlockKey {
    /// What was measured.
    pub series: SeriesType,
    /// How much time the block covers.
    pub class: BlockClass,
    /// Which hour, day, month or year since 1970, UTC.
    pub bucket: i32,
    /// The number of the source within the user.
    pub source: i32,
    /// What keeps the points apart from others in the same slot.
    pub context: Context,
}

/// The hour, day, month or year (UTC, since 1970) that holds an instant.
#[must_use]
pub fn bucket_of(class: BlockClass, at: Timestamp) -> i32 {
    let number = match class {
        BlockClass::Hour => at.as_micros().div_euclid(HOUR_US),
        BlockClass::Day => at.as_micros().div_euclid(DAY_US),
        BlockClass::Month => {
            let date = at.local_date(0).to_civil();
            (i64::from(date.year()) - 1970) * 12 + i64::from(date.month()) - 1
        }
        BlockClass::Year => i64::from(at.local_date(0).to_civil().year()) - 1970,
    };
    i32::try_from(number).unwrap_or(if number < 0 { i32::MIN } else { i32::MAX })
}

/// The instant at which a bucket begins; clamped to the years -9999 to 9999 for months and years.
#[must_use]
pub fn bucket_start(class: BlockClass, bucket: i32) -> Timestamp {
    match class {
        BlockClass::Hour => Timestamp::from_micros(i64::from(bucket).saturating_mul(HOUR_US)),
        BlockClass::Day => start_of_day(bucket),
        BlockClass::Month => start_of_month(1970 + i64::from(bucket.div_euclid(12)), bucket.rem_euclid(12) as i8 + 1),
        BlockClass::Year => start_of_month(1970 + i64::from(bucket), 1),
    }
}

/// The instant at which a bucket ends and the next begins.
#[must_use]
pub fn bucket_end(class: BlockClass, bucket: i32) -> Timestamp {
    bucket_start(class, bucket.saturating_add(1))
}

fn start_of_day(day: i32) -> Timestamp {
    Timestamp::from_micros(i64::from(day).saturating_mul(DAY_US))
}

fn start_of_month(year: i64, month: i8) -> Timestamp {
    match i16::try_from(year).ok().and_then(|year| jiff::civil::Date::new(year, month, 1).ok()) {
        Some(date) => start_of_day(LocalDate::from_civil(date).as_days()),
        None if year < 0 => Timestamp::MIN,
        None => Timestamp::MAX,
    }
}

/// The next finer class, if there is one.
pub(crate) fn finer(class: BlockClass) -> Option<BlockClass> {
    match class {
        BlockClass::Year => Some(BlockClass::Month),
        BlockClass::Month => Some(BlockClass::Day),
        BlockClass::Day => Some(BlockClass::Hour),
        BlockClass::Hour => None,
    }
}

/// The class in which a series starts: totals of days go by the year, epochs of one activity (some a
/// day) by the month at least, everything else as the table of series types says.
///
/// The answer for a series may become coarser in a later version, never finer: blocks coarser than
/// the cell would not be found.
#[must_use]
pub fn first_class(series: SeriesType, context: Context) -> BlockClass {
    let class = series.spec().class;
    if context.is_daily() {
        BlockClass::Year
    } else if context == Context::SAMPLES || context.is_workout() {
        class
    } else {
        class.max(BlockClass::Month)
    }
}

/// The windows of time, `from` inclusive and `to` exclusive, ascending and apart, whose blocks a merge
/// of these points must be given: every block of the series, source and context, of any class, whose
/// bucket begins in a window.
#[must_use]
pub fn cells<'a>(
    series: SeriesType,
    context: Context,
    points: impl IntoIterator<Item = &'a Point>,
) -> Vec<(Timestamp, Timestamp)> {
    let class = first_class(series, context);
    let mut buckets = Vec::new();
    for point in points.into_iter().filter(|point| is_storable(point)) {
        let bucket = bucket_of(class, point.start);
        if buckets.last() != Some(&bucket) {
            buckets.push(bucket);
        }
    }
    buckets.sort_unstable();
    buckets.dedup();
    let mut windows: Vec<(Timestamp, Timestamp)> = Vec::new();
    for bucket in buckets {
        let (from, to) = (bucket_start(class, bucket), bucket_end(class, bucket));
        match windows.last_mut() {
            Some(last) if last.1 == from => last.1 = to,
            _ => windows.push((from, to)),
        }
    }
    windows
}

#[cfg(test)]
mod tests {
    use super::*;

    fn time(text: &str) -> Timestamp {
        Timestamp::parse_rfc3339(text).unwrap()
    }

    #[test]
    fn an_instant_lies_in_its_bucket_before_and_after_1970() {
        for text in
            ["2026-11-21T08:59:59.999999Z", "1970-01-01T00:00:00Z", "1969-12-31T23:59:59Z", "1904-02-29T12:00:00Z"]
        {
            let at = time(text);
            for class in [BlockClass::Hour, BlockClass::Day, BlockClass::Month, BlockClass::Year] {
                let bucket = bucket_of(class, at);
                assert!(bucket_start(class, bucket) <= at && at < bucket_end(class, bucket), "{class:?} {at}");
                assert_eq!(bucket_of(class, bucket_start(class, bucket)), bucket);
            }
        }
        assert_eq!(bucket_of(BlockClass::Month, time("2026-11-21T00:00:00Z")), 56 * 12 + 10);
        assert_eq!(bucket_of(BlockClass::Year, time("1969-12-31T00:00:00Z")), -1);
    }

    #[test]
    fn the_ends_of_time_have_buckets_too() {
        for class in [BlockClass::Hour, BlockClass::Day, BlockClass::Month, BlockClass::Year] {
            for at in [Timestamp::MIN, Timestamp::MAX] {
                let bucket = bucket_of(class, at);
                assert!(bucket_start(class, bucket) <= bucket_end(class, bucket));
            }
            assert!(bucket_start(class, i32::MIN) < bucket_start(class, i32::MAX));
        }
    }

    #[test]
    fn neighbouring_cells_are_one_window() {
        let at = |text| Point::at(time(text), 1.0);
        let points = [
            at("2026-01-02T00:00:00Z"),
            at("2026-01-01T12:00:00Z"),
            at("2026-01-05T01:00:00Z"),
            at("2026-01-02T03:00:00Z"),
        ];
        let windows = cells(SeriesType::HEART_RATE, Context::SAMPLES, &points);
        let day = |text| time(text);
        assert_eq!(
            windows,
            [
                (day("2026-01-01T00:00:00Z"), day("2026-01-03T00:00:00Z")),
                (day("2026-01-05T00:00:00Z"), day("2026-01-06T00:00:00Z"))
            ]
        );
    }

    #[test]
    fn totals_of_days_are_kept_by_the_year() {
        assert_eq!(first_class(SeriesType::STEPS, Context::DAILY), BlockClass::Year);
        assert_eq!(first_class(SeriesType::STEPS, Context::epoch(2)), BlockClass::Month);
        assert_eq!(first_class(SeriesType::STEPS, Context::SAMPLES), BlockClass::Day);
        assert_eq!(first_class(SeriesType::POWER, Context::workout(7)), BlockClass::Hour);
    }
}
