//! Times, intervals and offsets as the SDKs write them.

use super::read::Text;
use crate::json::Notes;
use model::{IssueCode, LocalOffset, OffsetKind, Timestamp};

/// No interval that is kept is longer: what is longer is a mistake of its writer.
pub(super) const LONGEST_US: i64 = 2 * 86_400 * 1_000_000;

/// From when, for how many microseconds.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Interval {
    pub(super) start: Timestamp,
    pub(super) duration_us: i64,
}

/// An interval; none where its start cannot be read. An end that cannot be read leaves an instant.
pub(super) fn interval(start: &Text<'_>, end: &Text<'_>, notes: &mut Notes<'_>) -> Option<Interval> {
    let start = needed(start, "startDate", notes)?;
    let end = match end.get() {
        None => start,
        Some(text) => instant(text).unwrap_or_else(|| {
            notes.add(IssueCode::Invalid, "endDate", "not a time");
            start
        }),
    };
    let duration_us = end.micros_since(start);
    if (0..=LONGEST_US).contains(&duration_us) {
        return Some(Interval { start, duration_us });
    }
    let message = if duration_us < 0 { "ends before it starts" } else { "lasts longer than two days" };
    notes.add(IssueCode::Invalid, "endDate", message);
    Some(Interval { start, duration_us: 0 })
}

/// A time that an item cannot do without.
pub(super) fn needed(text: &Text<'_>, key: &str, notes: &mut Notes<'_>) -> Option<Timestamp> {
    let Some(text) = text.get() else {
        notes.missing(key);
        return None;
    };
    let time = instant(text);
    if time.is_none() {
        notes.add(IssueCode::Invalid, key, "not a time");
    }
    time
}

/// An instant. Nearly all are written `2026-11-21T08:00:00Z`, with or without a fraction, and read without detours.
pub(super) fn instant(text: &str) -> Option<Timestamp> {
    plain(text.as_bytes()).or_else(|| Timestamp::parse_rfc3339(text))
}

fn plain(text: &[u8]) -> Option<Timestamp> {
    let [y1, y2, y3, y4, b'-', m1, m2, b'-', d1, d2, b'T', h1, h2, b':', n1, n2, b':', s1, s2, b'Z'] = *text else {
        return None;
    };
    let digit = |byte: u8| byte.is_ascii_digit().then(|| i64::from(byte - b'0'));
    let two = |a: u8, b: u8| Some(digit(a)? * 10 + digit(b)?);
    let (year, month, day) = (two(y1, y2)? * 100 + two(y3, y4)?, two(m1, m2)?, two(d1, d2)?);
    let (hour, minute, second) = (two(h1, h2)?, two(n1, n2)?, two(s1, s2)?);
    // days of other months, leap days and leap seconds are left to the calendar
    if !(1..=12).contains(&month) || !(1..=28).contains(&day) || hour > 23 || minute > 59 || second > 59 {
        return None;
    }
    Some(Timestamp::from_seconds(days(year, month, day) * 86_400 + hour * 3_600 + minute * 60 + second))
}

/// Days since 1970 of a date of the Gregorian calendar (after H. Hinnant, chrono-compatible date algorithms).
fn days(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let of_era = year - era * 400;
    let of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468
}

/// The offset that a person's clock showed; unknown where none is told.
pub(super) fn offset(text: &Text<'_>, notes: &mut Notes<'_>) -> Option<LocalOffset> {
    let text = text.get()?;
    let seconds = LocalOffset::parse_hours_minutes(text).filter(|seconds| seconds.abs() <= 86_400);
    if seconds.is_none() {
        notes.add(IssueCode::Invalid, "zoneOffset", "not an offset like +02:00");
    }
    seconds.map(|seconds| LocalOffset { seconds, kind: OffsetKind::Zone })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_read_without_detours_are_those_of_the_calendar() {
        for text in [
            "2026-11-21T08:00:00Z",
            "1970-01-01T00:00:00Z",
            "2000-02-29T23:59:59Z",
            "2024-03-01T00:00:00Z",
            "1904-12-31T12:30:15Z",
            "2026-11-30T10:00:00Z",
            "2026-11-21T08:00:00.125Z",
            "2026-11-21T10:00:00+02:00",
        ] {
            assert_eq!(instant(text), Timestamp::parse_rfc3339(text), "{text}");
            assert!(instant(text).is_some(), "{text}");
        }
        for text in ["2026-13-01T00:00:00Z", "2026-02-30T00:00:00Z", "2026-11-21", "", "x", "2026-11-21T25:00:00Z"] {
            assert_eq!(instant(text), None, "{text}");
        }
    }
}
