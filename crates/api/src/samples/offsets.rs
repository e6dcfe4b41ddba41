//! The offset of a zone at many instants that ascend: asked anew only where it may have changed.

use jiff::tz::TimeZone;
use model::{LocalOffset, OffsetKind, Timestamp};

/// The offsets of a zone.
pub(super) struct ZoneOffsets<'z> {
    zone: Option<&'z TimeZone>,
    /// Until when the last answer holds, and since when.
    known: (Timestamp, Timestamp),
    offset: Option<LocalOffset>,
}

impl<'z> ZoneOffsets<'z> {
    pub(super) fn new(zone: Option<&'z TimeZone>) -> Self {
        Self { zone, known: (Timestamp::MAX, Timestamp::MIN), offset: None }
    }

    /// The offset at an instant; none without a zone.
    pub(super) fn at(&mut self, at: Timestamp) -> Option<LocalOffset> {
        let zone = self.zone?;
        if !(self.known.0 <= at && at < self.known.1) {
            let change = zone.following(at.to_jiff()).next();
            let until =
                change.map_or(Timestamp::MAX, |change| Timestamp::from_micros(change.timestamp().as_microsecond()));
            self.known = (at, until);
            let seconds = zone.to_offset(at.to_jiff()).seconds();
            self.offset = Some(LocalOffset { seconds, kind: OffsetKind::Zone });
        }
        self.offset
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_offset_changes_with_the_clock() {
        let zone = TimeZone::get("Europe/Berlin").unwrap();
        let mut offsets = ZoneOffsets::new(Some(&zone));
        let times = ["2026-03-29T00:59:59Z", "2026-03-29T01:00:00Z", "2026-10-25T00:59:59Z", "2026-10-25T01:00:00Z"];
        let seconds = times.map(|at| offsets.at(Timestamp::parse_rfc3339(at).unwrap()).unwrap().seconds);
        assert_eq!(seconds, [3_600, 7_200, 7_200, 3_600]);
        assert_eq!(offsets.at(Timestamp::from_seconds(0)).unwrap().seconds, 3_600, "also when going back");
    }
}
