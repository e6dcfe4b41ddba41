//! When an item measured, and which local day its averages belong to.

use super::samples::Base;
use crate::json::{Field, Notes};
use model::{LocalDate, LocalOffset, Timestamp};

const DAY_S: i64 = 86_400;
const HALF_DAY_S: i64 = 43_200;

/// The times of an item, as far as it says them.
#[derive(Clone, Copy)]
pub(super) struct Placed {
    /// When it began.
    pub(super) start: Option<Timestamp>,
    /// What the device's clock showed less UTC.
    pub(super) offset: Option<LocalOffset>,
    /// The local date it belongs to.
    date: Option<LocalDate>,
    rank: i32,
}

impl Placed {
    /// Of what was read already.
    pub(super) fn of(base: Base, date: Option<LocalDate>) -> Self {
        Self { start: Some(base.start), offset: base.offset, date, rank: base.rank }
    }

    /// Reads them.
    pub(super) fn read(
        date: &Field<String>,
        start: &Field<f64>,
        offset: &Field<f64>,
        rank: i32,
        notes: &mut Notes<'_>,
    ) -> Self {
        Self { start: notes.needed_time(start), offset: notes.device_offset(offset), date: notes.date(date), rank }
    }

    /// The same for a night that lasted so long: without a date it belongs to the day of waking.
    pub(super) fn of_night(mut self, duration_s: Option<f64>) -> Self {
        if self.date.is_none() {
            let end = self.start.zip(duration_s).map(|(start, seconds)| start.plus_seconds(seconds as i64));
            self.date = end.zip(self.offset).map(|(end, offset)| end.local_date(offset.seconds));
        }
        self
    }

    /// Where samples begin.
    pub(super) fn samples(&self) -> Option<Base> {
        self.start.map(|start| self.base(start))
    }

    /// Where the day of its averages begins: at local midnight. Without an offset it is put at noon UTC
    /// of its date, which is on that date nearly everywhere; without a date and an offset where it began.
    pub(super) fn day(&self) -> Option<Base> {
        let of_start = |offset: LocalOffset| self.start.map(|start| start.local_date(offset.seconds));
        let start = match (self.date, self.offset) {
            (Some(date), None) => Some(midnight_utc(date).plus_seconds(HALF_DAY_S)),
            (date, Some(offset)) => date
                .or_else(|| of_start(offset))
                .map(|date| midnight_utc(date).plus_seconds(-i64::from(offset.seconds))),
            (None, None) => self.start,
        };
        start.map(|start| self.base(start))
    }

    fn base(&self, start: Timestamp) -> Base {
        Base { start, offset: self.offset, rank: self.rank }
    }
}

/// The beginning of a date at UTC.
pub(super) fn midnight_utc(date: LocalDate) -> Timestamp {
    Timestamp::from_seconds(i64::from(date.as_days()) * DAY_S)
}
