//! Times as a vendor wrote them off the person's clock, without saying where that was.
//!
//! The zone of the clock is the person's own, as whoever handed the file in knew it. Where nobody knew, times are
//! taken as if they were UTC, their offset stays unknown, and an issue says so.

use crate::json::note;
use jiff::{civil::DateTime, tz::TimeZone};
use model::{IssueCode, LocalOffset, Mapped, OffsetKind, PartMeta, Timestamp};

/// The person's clock.
pub(crate) struct Wall {
    zone: Option<TimeZone>,
    /// Whether a time was placed without knowing the zone.
    guessed: bool,
}

impl Wall {
    pub(crate) fn of(meta: &PartMeta) -> Self {
        let zone = meta.time_zone.as_deref().and_then(|name| TimeZone::get(name).ok());
        Self { zone, guessed: false }
    }

    /// The instant at which the clock showed this, and its offset then. Of an hour that was shown twice, the first.
    pub(crate) fn place(&mut self, shown: DateTime) -> (Timestamp, Option<LocalOffset>) {
        let Some(zone) = &self.zone else {
            self.guessed = true;
            return (utc(shown), None);
        };
        let Ok(instant) = zone.to_ambiguous_timestamp(shown).compatible() else { return (utc(shown), None) };
        let seconds = zone.to_offset(instant).seconds();
        let offset = LocalOffset { seconds, kind: OffsetKind::Zone };
        (Timestamp::from_micros(instant.as_microsecond()), Some(offset))
    }

    /// Says so where the zone would have been needed.
    pub(crate) fn finish(self, mapped: &mut Mapped) {
        if self.guessed {
            let message = "times are those of a clock whose zone nobody told; they are kept as if it were UTC";
            note(&mut mapped.issues, IssueCode::Missing, "time_zone", message);
        }
    }
}

/// The instant at which a clock at an offset showed this.
pub(crate) fn at_offset(shown: DateTime, seconds: i32) -> Timestamp {
    utc(shown).plus_seconds(-i64::from(seconds))
}

/// The instant at which a clock in UTC showed this.
pub(crate) fn utc(shown: DateTime) -> Timestamp {
    let instant = TimeZone::UTC.to_timestamp(shown);
    instant.map_or(Timestamp::MIN, |instant| Timestamp::from_micros(instant.as_microsecond()))
}

/// Reads a time in the first of these forms that fits.
pub(crate) fn read(text: &str, forms: &[&str]) -> Option<DateTime> {
    let text = text.trim();
    forms.iter().find_map(|form| DateTime::strptime(form, text).ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn placed(zone: Option<&str>, text: &str) -> (String, Option<i32>, usize) {
        let meta = PartMeta { time_zone: zone.map(str::to_owned), ..PartMeta::default() };
        let mut wall = Wall::of(&meta);
        let (at, offset) = wall.place(read(text, &["%Y-%m-%d %H:%M"]).unwrap());
        let mut mapped = Mapped::default();
        wall.finish(&mut mapped);
        (at.to_string(), offset.map(|offset| offset.seconds), mapped.issues.len())
    }

    #[test]
    fn the_persons_zone_places_times_and_without_one_nothing_is_invented() {
        let berlin = Some("Europe/Berlin");
        assert_eq!(placed(berlin, "2026-07-01 12:00"), ("2026-07-01T10:00:00Z".into(), Some(7200), 0));
        assert_eq!(placed(berlin, "2026-10-25 02:30"), ("2026-10-25T00:30:00Z".into(), Some(7200), 0));
        assert_eq!(placed(berlin, "2026-03-29 02:30"), ("2026-03-29T01:30:00Z".into(), Some(7200), 0));
        assert_eq!(placed(None, "2026-07-01 12:00"), ("2026-07-01T12:00:00Z".into(), None, 1));
        assert_eq!(placed(Some("Middle/Earth"), "2026-07-01 12:00").2, 1);
    }
}
