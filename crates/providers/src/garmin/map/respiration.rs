//! `allDayRespiration`: breaths a minute, and the average of the day's waking hours where it is told.

use super::{super::MANIFEST, bounds, ping, placed::Placed, samples};
use crate::garmin::wire::Respiration;
use model::{Mapped, Record, SeriesType};
use std::io::Read;

/// Maps the items of a part.
pub(super) fn items(part_type: &str, body: &mut dyn Read, mapped: &mut Mapped) {
    let rank = MANIFEST.rank(part_type);
    ping::each_summary::<Respiration>(part_type, body, mapped, |wire, notes, records| {
        let rank = rank.of_number(notes.span(&wire.duration));
        let placed = Placed::read(&wire.calendar_date, &wire.start, &wire.offset, rank, notes);
        let values = placed.samples().and_then(|base| {
            samples::of_map(&wire.values, SeriesType::RESPIRATORY_RATE, 0.0..=bounds::BREATHS_PER_MIN, base, notes)
        });
        let average = notes.positive(&wire.waking_average, bounds::BREATHS_PER_MIN).zip(placed.day());
        records.extend(values.map(Record::Samples));
        records.extend(average.map(|(value, day)| Record::Samples(day.of_day(SeriesType::RESPIRATORY_RATE, value))));
    });
}
