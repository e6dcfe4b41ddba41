//! When a row was: text in UTC beside an offset (`UTC+0900`), text of the person's clock beside milliseconds (older
//! exports), or milliseconds since 1970. Days are the midnight of their date in UTC, wherever the person was.

use crate::{
    json::{instant, note},
    table::Row,
    wall::{self, Wall, at_offset, utc},
};
use jiff::civil::Time;
use model::{IssueCode, LocalDate, LocalOffset, Mapped, OffsetKind, PartMeta, Point, Timestamp};

const FORMS: &[&str] = &["%Y-%m-%d %H:%M:%S%.f", "%Y-%m-%d %H:%M:%S", "%Y-%m-%dT%H:%M:%S%.f"];
const MOST_OFFSET_S: i32 = 86_400;

/// Places rows in time.
pub(super) struct Clock {
    wall: Wall,
    /// Whether a text was read that no offset stood beside.
    alone: bool,
}

/// What stands beside a time.
#[derive(Clone, Copy)]
enum Beside {
    Nothing,
    /// The times are in UTC.
    Told(LocalOffset),
    /// The times are those of the person's clock.
    Older(LocalOffset),
}

impl Clock {
    pub(super) fn of(meta: &PartMeta) -> Self {
        Self { wall: Wall::of(meta), alone: false }
    }

    /// The instant in a column, and the row's offset.
    pub(super) fn time(&mut self, row: &Row<'_>, column: &str) -> Option<(Timestamp, Option<LocalOffset>)> {
        let text = row.text(column)?;
        let beside = beside(row);
        let offset = match beside {
            Beside::Told(offset) | Beside::Older(offset) => Some(offset),
            Beside::Nothing => None,
        };
        if let Ok(milliseconds) = text.parse::<f64>() {
            return Some((instant(milliseconds / 1e3)?, offset));
        }
        let shown = wall::read(&text, FORMS)?;
        self.alone |= matches!(beside, Beside::Nothing);
        Some((if let Beside::Older(offset) = beside { at_offset(shown, offset.seconds) } else { utc(shown) }, offset))
    }

    /// A row's start; what is none is noted.
    pub(super) fn start(&mut self, row: &Row<'_>, mapped: &mut Mapped) -> Option<(Timestamp, Option<LocalOffset>)> {
        let found = self.time(row, "start_time");
        if found.is_none() {
            row.notes(mapped).add(IssueCode::Missing, "start_time", "missing, or not a time");
        }
        found
    }

    /// From a row's start to its end, where that is later.
    pub(super) fn span(&mut self, row: &Row<'_>, start: Timestamp) -> i64 {
        let end = self.time(row, "end_time").map_or(start, |(end, _)| end);
        end.micros_since(start).max(0)
    }

    /// The day of a row, from midnight to midnight of the person.
    pub(super) fn day(&mut self, row: &Row<'_>, mapped: &mut Mapped) -> Option<(Point, Option<LocalOffset>)> {
        let Some(date) = row.text("day_time").and_then(|text| date(&text)) else {
            row.notes(mapped).add(IssueCode::Missing, "day_time", "missing, or not a day");
            return None;
        };
        let mut midnight = |date: LocalDate| self.wall.place(date.to_civil().to_datetime(Time::midnight()));
        let ((start, offset), (end, _)) = (midnight(date), midnight(date.plus_days(1)));
        Some((Point { start, duration_us: end.micros_since(start).max(0), value: 0.0 }, offset))
    }

    pub(super) fn finish(self, mapped: &mut Mapped) {
        if self.alone {
            let message = "no offset stands beside the times; they are read as UTC, as where one does";
            note(&mut mapped.issues, IssueCode::Missing, "time_offset", message);
        }
        self.wall.finish(mapped);
    }
}

fn date(text: &str) -> Option<LocalDate> {
    let midnight = match text.parse::<f64>() {
        Ok(milliseconds) => instant(milliseconds / 1e3)?,
        Err(_) => utc(wall::read(text, FORMS)?),
    };
    Some(midnight.local_date(0))
}

fn beside(row: &Row<'_>) -> Beside {
    let Some(text) = row.text("time_offset") else { return Beside::Nothing };
    let offset = |seconds| LocalOffset { seconds, kind: OffsetKind::Zone };
    if let Some(zone) = text.strip_prefix("UTC") {
        let seconds = LocalOffset::parse_hours_minutes(if zone.is_empty() { "Z" } else { zone });
        return seconds.map_or(Beside::Nothing, |seconds| Beside::Told(offset(seconds)));
    }
    let seconds = text.parse::<f64>().ok().map(|milliseconds| (milliseconds / 1e3) as i32);
    seconds
        .filter(|seconds| seconds.abs() <= MOST_OFFSET_S)
        .map_or(Beside::Nothing, |seconds| Beside::Older(offset(seconds)))
}
