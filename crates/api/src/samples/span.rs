//! Which instants a page reads: dates alone are local days of its zone, and days come whole or not at all.

use super::window::{Window, bucket};
use crate::wire::Instant;
use jiff::tz::TimeZone;
use model::{LocalDate, LocalOffset, Timestamp};
use series::Resolution;

/// No clock of a place is further than this from UTC.
const MOST_OFFSET_S: i64 = 15 * 3_600;

/// What is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Span {
    /// Where samples are read.
    pub(crate) samples: Window,
    /// Where totals of days may begin: wider where dates were named, because each belongs to the date on
    /// its own clock.
    pub(crate) days: Window,
    /// The dates named, first and last.
    dates: Option<(LocalDate, LocalDate)>,
}

impl Span {
    /// The span from one time to another, both as asked for.
    pub(crate) fn new(from: Instant, to: Instant, resolution: Resolution, zone: Option<&TimeZone>) -> Self {
        let utc = TimeZone::UTC;
        let clock = zone.unwrap_or(&utc);
        let start = from.date.map_or(from.at, |date| date.start_in(clock));
        let end = to.date.map_or(to.at, |date| date.plus_days(1).start_in(clock));
        let mut samples = Window { from: start, to: end };
        if resolution != Resolution::OneDay || start >= end {
            return Self { samples, days: samples, dates: None };
        }
        // Days that begin in the span, whole: half a day would look like a day.
        let (first, last) = (bucket(start, resolution, zone), bucket(end.plus_micros(-1), resolution, zone));
        samples.from = if first.from < start { first.to } else { start };
        samples.to = last.to;
        let dates = from.date.zip(to.date);
        let days = dates.map_or(Window { from: start, to: end }, |_| Window {
            from: start.plus_seconds(-2 * MOST_OFFSET_S),
            to: end.plus_seconds(2 * MOST_OFFSET_S),
        });
        Self { samples, days, dates }
    }

    /// Both together.
    pub(crate) fn reach(&self) -> Window {
        Window { from: self.samples.from.min(self.days.from), to: self.samples.to.max(self.days.to) }
    }

    /// Whether the total of a day that begins at an instant is among what was asked for.
    pub(crate) fn has_day(&self, at: Timestamp, offset: Option<LocalOffset>, zone: Option<&TimeZone>) -> bool {
        let Some((first, last)) = self.dates else { return self.days.from <= at && at < self.days.to };
        let date = date_of(at, offset, zone);
        first <= date && date <= last
    }
}

/// The local date of an instant: by its own clock, else by the zone's.
pub(crate) fn date_of(at: Timestamp, offset: Option<LocalOffset>, zone: Option<&TimeZone>) -> LocalDate {
    let of_zone = || zone.map_or(0, |zone| zone.to_offset(at.to_jiff()).seconds());
    at.local_date(offset.map_or_else(of_zone, |offset| offset.seconds))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::parse_instant;

    fn samples(from: &str, to: &str, zone: Option<&str>) -> (String, String) {
        let zone = zone.map(|name| TimeZone::get(name).unwrap());
        let (from, to) = (parse_instant(from).unwrap(), parse_instant(to).unwrap());
        let span = Span::new(from, to, Resolution::OneDay, zone.as_ref());
        (span.samples.from.to_string(), span.samples.to.to_string())
    }

    fn pair(from: &str, to: &str) -> (String, String) {
        (from.to_owned(), to.to_owned())
    }

    #[test]
    fn dates_are_local_days_also_when_the_clock_changes() {
        let berlin = Some("Europe/Berlin");
        let day = samples("2026-11-19", "2026-11-19", berlin);
        assert_eq!(day, pair("2026-11-18T23:00:00Z", "2026-11-19T23:00:00Z"));
        let long = samples("2026-10-25", "2026-10-25", berlin);
        assert_eq!(long, pair("2026-10-24T22:00:00Z", "2026-10-25T23:00:00Z"));
        assert_eq!(samples("2026-11-19", "2026-11-19", None), pair("2026-11-19T00:00:00Z", "2026-11-20T00:00:00Z"));
    }

    #[test]
    fn of_instants_the_days_that_begin_between_them_come_whole() {
        let days = samples("2026-11-19T00:00:00Z", "2026-11-20T10:00:00Z", Some("Europe/Berlin"));
        assert_eq!(days, pair("2026-11-19T23:00:00Z", "2026-11-20T23:00:00Z"));
        let (from, to) = samples("2026-11-19T10:00:00Z", "2026-11-19T18:00:00Z", None);
        assert_eq!(from, to, "no day begins there");
    }
}
