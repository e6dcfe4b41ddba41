//! When something was: the instant, how long, and the offset. The offset that an export writes is the phone's when
//! it exported; where a record names its time zone, the offset is that zone's at the record's time.

use super::{cursor::text, date::Dates};
use crate::Notes;
use jiff::tz::TimeZone;
use model::{IssueCode, LocalOffset, OffsetKind, Timestamp};
use std::collections::HashMap;

/// A time and what is known of the clock there.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Moment {
    pub(super) start: Timestamp,
    pub(super) duration_us: i64,
    pub(super) offset: Option<LocalOffset>,
}

impl Moment {
    pub(super) fn end(&self) -> Timestamp {
        self.start.plus_micros(self.duration_us)
    }
}

/// Reads times and zones; remembers what it met.
#[derive(Default)]
pub(super) struct Clock<'a> {
    dates: Dates,
    ends: Dates,
    zones: HashMap<&'a [u8], Option<TimeZone>>,
}

impl<'a> Clock<'a> {
    /// When an element that says `start` and `end` was; `zone` is its time zone's name, empty where it names none.
    /// None, and a note, where it does not say when it began.
    pub(super) fn moment(
        &mut self,
        (start, end): (&[u8], &[u8]),
        zone: &'a [u8],
        (path, notes): (&str, &mut Notes),
    ) -> Option<Moment> {
        let Some((start, written)) = self.dates.read(start) else {
            let code = if start.is_empty() { IssueCode::Missing } else { IssueCode::Invalid };
            notes.add(code, path, "have no readable start, and were left out");
            return None;
        };
        let end = match self.ends.read(end) {
            Some((end, _)) if end >= start => end,
            None if end.is_empty() => start,
            _ => {
                notes.add(IssueCode::Invalid, path, "have no readable end behind their start, and last no time");
                start
            }
        };
        let offset = self.zone_offset(start, zone).or_else(|| export_offset(written));
        Some(Moment { start, duration_us: end.micros_since(start), offset })
    }

    /// An instant.
    pub(super) fn instant(&mut self, raw: &[u8]) -> Option<Timestamp> {
        self.dates.read(raw).map(|(at, _)| at)
    }

    fn zone_offset(&mut self, at: Timestamp, name: &'a [u8]) -> Option<LocalOffset> {
        if name.is_empty() {
            return None;
        }
        let zone = self.zones.entry(name).or_insert_with(|| TimeZone::get(&text(name)).ok()).as_ref()?;
        Some(LocalOffset { seconds: zone.to_offset(at.to_jiff()).seconds(), kind: OffsetKind::Zone })
    }
}

fn export_offset(seconds: i32) -> Option<LocalOffset> {
    Some(LocalOffset { seconds, kind: OffsetKind::ExportTime })
}
