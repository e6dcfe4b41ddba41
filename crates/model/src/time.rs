//! Time: a UTC instant in microseconds, the UTC offset if it is known and how, and the local date.

use crate::rfc3339::Rfc3339;
use jiff::{civil, tz::TimeZone};
use std::fmt;

/// A UTC instant, microseconds since 1970. RFC 3339 in JSON.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub struct Timestamp(i64);

impl Timestamp {
    /// The earliest instant.
    pub const MIN: Timestamp = Timestamp(i64::MIN);
    /// The latest instant.
    pub const MAX: Timestamp = Timestamp(i64::MAX);

    /// From microseconds since 1970.
    #[must_use]
    pub const fn from_micros(micros: i64) -> Self {
        Self(micros)
    }

    /// From whole seconds since 1970; saturates at the ends of the range.
    #[must_use]
    pub const fn from_seconds(seconds: i64) -> Self {
        Self(seconds.saturating_mul(1_000_000))
    }

    /// Microseconds since 1970.
    #[must_use]
    pub const fn as_micros(self) -> i64 {
        self.0
    }

    /// Whole seconds since 1970, rounded down.
    #[must_use]
    pub const fn as_seconds(self) -> i64 {
        self.0.div_euclid(1_000_000)
    }

    /// This instant moved by seconds; saturates.
    #[must_use]
    pub const fn plus_seconds(self, seconds: i64) -> Self {
        Self(self.0.saturating_add(seconds.saturating_mul(1_000_000)))
    }

    /// This instant moved by microseconds; saturates.
    #[must_use]
    pub const fn plus_micros(self, micros: i64) -> Self {
        Self(self.0.saturating_add(micros))
    }

    /// Microseconds from `earlier` to this instant.
    #[must_use]
    pub const fn micros_since(self, earlier: Timestamp) -> i64 {
        self.0.saturating_sub(earlier.0)
    }

    /// The calendar date that a clock at this offset showed.
    #[must_use]
    pub fn local_date(self, offset_seconds: i32) -> LocalDate {
        let days = self.plus_seconds(i64::from(offset_seconds)).0.div_euclid(86_400_000_000);
        LocalDate::from_days(i32::try_from(days).unwrap_or(i32::MAX))
    }

    /// Reads RFC 3339 (with offset or `Z`).
    #[must_use]
    pub fn parse_rfc3339(text: &str) -> Option<Self> {
        text.parse::<jiff::Timestamp>().ok().map(|t| Self(t.as_microsecond()))
    }

    /// The instant for the time-zone library; clamped to its range (years -9999 to 9999).
    #[must_use]
    pub fn to_jiff(self) -> jiff::Timestamp {
        jiff::Timestamp::from_microsecond(self.0).unwrap_or(if self.0 < 0 {
            jiff::Timestamp::MIN
        } else {
            jiff::Timestamp::MAX
        })
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match Rfc3339::new(self.0) {
            Some(text) => f.pad(text.as_str()),
            None => self.to_jiff().fmt(f),
        }
    }
}

impl fmt::Debug for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl serde::Serialize for Timestamp {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match Rfc3339::new(self.0) {
            Some(text) => serializer.serialize_str(text.as_str()),
            None => serializer.collect_str(self),
        }
    }
}

impl<'de> serde::Deserialize<'de> for Timestamp {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = <std::borrow::Cow<'de, str> as serde::Deserialize>::deserialize(deserializer)?;
        Self::parse_rfc3339(&text).ok_or_else(|| serde::de::Error::custom("expected an RFC 3339 time"))
    }
}

crate::text::codes! {
    /// How a UTC offset came to be known. An offset is never invented: what is unknown stays unknown.
    OffsetKind {
        /// What the device's clock displayed; a person may set any value within a day of UTC.
        DeviceDisplay = "device_display",
        /// The zone the exporting phone was in when it wrote the file, not the record's own.
        ExportTime = "export_time",
        /// The offset of the true time zone at that instant.
        Zone = "zone",
    }
}

/// A UTC offset and how it is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
pub struct LocalOffset {
    /// Seconds east of UTC.
    pub seconds: i32,
    /// Where the offset comes from.
    pub kind: OffsetKind,
}

impl LocalOffset {
    /// An offset shown by a device clock.
    #[must_use]
    pub fn device(seconds: i32) -> Self {
        Self { seconds, kind: OffsetKind::DeviceDisplay }
    }

    /// `+02:00`, as the Open Wearables API writes it. Seconds are cut off.
    #[must_use]
    pub fn as_hours_minutes(self) -> String {
        let minutes = self.seconds.unsigned_abs() / 60;
        // what is less than a minute west is cut off to zero, which has no sign
        let sign = if self.seconds < 0 && minutes > 0 { '-' } else { '+' };
        format!("{sign}{:02}:{:02}", minutes / 60, minutes % 60)
    }

    /// Reads `+02:00`, `-0330` or `Z` into seconds.
    #[must_use]
    pub fn parse_hours_minutes(text: &str) -> Option<i32> {
        if text == "Z" {
            return Some(0);
        }
        let (sign, rest) = match text.split_at_checked(1)? {
            ("+", rest) => (1, rest),
            ("-", rest) => (-1, rest),
            _ => return None,
        };
        let digits: String = rest.chars().filter(|c| *c != ':').collect();
        if digits.len() != 4 || !digits.bytes().all(|b| b.is_ascii_digit()) {
            return None;
        }
        let hours: i32 = digits.get(..2)?.parse().ok()?;
        let minutes: i32 = digits.get(2..)?.parse().ok()?;
        (hours <= 24 && minutes < 60).then_some(sign * (hours * 3600 + minutes * 60))
    }
}

/// A calendar date without a zone: days since 1970-01-01. `2026-11-21` in JSON.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub struct LocalDate(i32);

impl LocalDate {
    /// From days since 1970-01-01.
    #[must_use]
    pub const fn from_days(days: i32) -> Self {
        Self(days)
    }

    /// Days since 1970-01-01.
    #[must_use]
    pub const fn as_days(self) -> i32 {
        self.0
    }

    /// Reads `2026-11-21`.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        text.parse::<civil::Date>().ok().map(Self::from_civil)
    }

    /// The date for the calendar library; clamped to its range.
    #[must_use]
    pub fn to_civil(self) -> civil::Date {
        let epoch = civil::date(1970, 1, 1);
        epoch.checked_add(jiff::Span::new().days(self.0.clamp(-4_000_000, 2_900_000))).unwrap_or(epoch)
    }

    /// From the calendar library's date.
    #[must_use]
    pub fn from_civil(date: civil::Date) -> Self {
        let days = date.since((jiff::Unit::Day, civil::date(1970, 1, 1))).map_or(0, |span| span.get_days());
        Self(days)
    }

    /// The instant at which this date begins in a time zone; the first instant that exists where
    /// midnight is skipped.
    #[must_use]
    pub fn start_in(self, zone: &TimeZone) -> Timestamp {
        let midnight = self.to_civil().at(0, 0, 0, 0);
        let instant = zone.to_ambiguous_timestamp(midnight).compatible();
        instant.map_or(Timestamp::from_seconds(i64::from(self.0) * 86_400), |t| Timestamp(t.as_microsecond()))
    }

    /// The date `days` later.
    #[must_use]
    pub const fn plus_days(self, days: i32) -> Self {
        Self(self.0.saturating_add(days))
    }
}

impl fmt::Display for LocalDate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.to_civil().fmt(f)
    }
}

impl fmt::Debug for LocalDate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl serde::Serialize for LocalDate {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> serde::Deserialize<'de> for LocalDate {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = <std::borrow::Cow<'de, str> as serde::Deserialize>::deserialize(deserializer)?;
        Self::parse(&text).ok_or_else(|| serde::de::Error::custom("expected a date like 2026-11-21"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_rfc3339_with_as_many_digits_as_needed() {
        assert_eq!(Timestamp::from_seconds(1_763_712_000).to_string(), "2025-11-21T08:00:00Z");
        assert_eq!(Timestamp::from_micros(1_500).to_string(), "1970-01-01T00:00:00.0015Z");
        assert_eq!(Timestamp::parse_rfc3339("2025-11-21T10:00:00+02:00"), Some(Timestamp::from_seconds(1_763_712_000)));
        assert_eq!(Timestamp::MAX.to_string().get(..4), Some("9999"));
    }

    #[test]
    fn local_dates_follow_the_offset() {
        let late = Timestamp::parse_rfc3339("2026-03-01T23:30:00Z").unwrap();
        assert_eq!(late.local_date(0).to_string(), "2026-03-01");
        assert_eq!(late.local_date(3600).to_string(), "2026-03-02");
        assert_eq!(late.local_date(-86_400).to_string(), "2026-02-28");
        assert_eq!(LocalDate::parse("2026-02-28").map(LocalDate::as_days), Some(20_512));
    }

    #[test]
    fn a_day_begins_where_the_zone_says_also_when_the_clock_changes() {
        let berlin = TimeZone::get("Europe/Berlin").unwrap();
        let start = |date: &str| LocalDate::parse(date).unwrap().start_in(&berlin).to_string();
        assert_eq!(start("2026-03-29"), "2026-03-28T23:00:00Z");
        assert_eq!(start("2026-03-30"), "2026-03-29T22:00:00Z");
        let cairo = TimeZone::get("Africa/Cairo").unwrap();
        assert_eq!(LocalDate::parse("2026-04-24").unwrap().start_in(&cairo).to_string(), "2026-04-23T22:00:00Z");
    }

    #[test]
    fn offsets_are_written_and_read() {
        assert_eq!(LocalOffset::device(7200).as_hours_minutes(), "+02:00");
        assert_eq!(LocalOffset::device(-1).as_hours_minutes(), "+00:00");
        assert_eq!(LocalOffset::device(-12_600).as_hours_minutes(), "-03:30");
        assert_eq!(LocalOffset::parse_hours_minutes("-03:30"), Some(-12_600));
        assert_eq!(LocalOffset::parse_hours_minutes("Z"), Some(0));
        assert_eq!(LocalOffset::parse_hours_minutes("2"), None);
        assert_eq!(LocalOffset::parse_hours_minutes("+é0:00"), None);
    }
}
