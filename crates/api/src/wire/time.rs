//! Times as callers write them: ISO 8601 with or without offset, a date alone, or seconds since 1970.
//! What has no offset is UTC.

use crate::error::{ApiError, Result};
use jiff::civil;
use model::{LocalDate, Timestamp};

/// A time as asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Instant {
    /// The instant; the day's begin for a date alone.
    pub(crate) at: Timestamp,
    /// The date, if a date alone was given.
    pub(crate) date: Option<LocalDate>,
}

/// Reads a time.
///
/// # Errors
/// 400 when it is none.
pub(crate) fn parse_instant(text: &str) -> Result<Instant> {
    read(text.trim()).ok_or_else(|| {
        ApiError::BadRequest(format!("Invalid datetime format: '{text}'. Expected ISO 8601 format or Unix timestamp."))
    })
}

fn read(text: &str) -> Option<Instant> {
    // A `+` that was not percent-encoded arrives as a space.
    let text = &text.replacen(' ', if text.contains('T') { "+" } else { "T" }, 1);
    if let Ok(seconds) = text.parse::<f64>() {
        let micros = seconds * 1e6;
        return (micros.is_finite() && micros.abs() < 2.5e17)
            .then(|| Instant { at: Timestamp::from_micros(micros as i64), date: None });
    }
    if let Some(date) = (text.len() == 10).then(|| LocalDate::parse(text)).flatten() {
        return Some(Instant { at: Timestamp::from_seconds(i64::from(date.as_days()) * 86_400), date: Some(date) });
    }
    if let Some(at) = Timestamp::parse_rfc3339(text) {
        return Some(Instant { at, date: None });
    }
    let naive: civil::DateTime = text.parse().ok()?;
    let instant = naive.to_zoned(jiff::tz::TimeZone::UTC).ok()?.timestamp();
    Some(Instant { at: Timestamp::from_micros(instant.as_microsecond()), date: None })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> String {
        parse_instant(text).unwrap().at.to_string()
    }

    #[test]
    fn all_the_ways_to_write_a_time_are_read() {
        assert_eq!(at("2026-11-16"), "2026-11-16T00:00:00Z");
        assert_eq!(at("2026-11-16T10:00:00"), "2026-11-16T10:00:00Z");
        assert_eq!(at("2026-11-16 10:00"), "2026-11-16T10:00:00Z");
        assert_eq!(at("2026-11-16T10:00:00.5Z"), "2026-11-16T10:00:00.5Z");
        assert_eq!(at("2026-11-16T10:00:00+02:00"), "2026-11-16T08:00:00Z");
        assert_eq!(at("2026-11-16T10:00:00 02:00"), "2026-11-16T08:00:00Z");
        assert_eq!(at("1700000000"), "2023-11-14T22:13:20Z");
        assert_eq!(at("1700000000.25"), "2023-11-14T22:13:20.25Z");
    }

    #[test]
    fn a_date_alone_is_a_date_and_an_instant_is_not() {
        assert_eq!(parse_instant("2026-11-16").unwrap().date, LocalDate::parse("2026-11-16"));
        assert_eq!(parse_instant("2026-11-16T00:00:00Z").unwrap().date, None);
    }

    #[test]
    fn what_is_no_time_is_said_to_be_none() {
        for text in ["yesterday", "", "inf", "nan", "1e300", "2026-13-01", "2026-11-16T25:00:00Z", "ä"] {
            assert!(parse_instant(text).is_err(), "{text}");
        }
    }
}
