//! `skinTemp`: how far a night's skin temperature was from the person's usual one; either way.

use super::{super::MANIFEST, ping, placed::Placed};
use crate::garmin::wire::SkinTemperature;
use model::{Mapped, Record, SeriesType};
use std::io::Read;

/// Further than this no skin is from itself.
const FURTHEST_C: f64 = 30.0;

/// Maps the items of a part. Of two for one night the one received last stands.
pub(super) fn items(part_type: &str, body: &mut dyn Read, mapped: &mut Mapped) {
    let rank = MANIFEST.rank(part_type).fixed();
    ping::each_summary::<SkinTemperature>(part_type, body, mapped, |wire, notes, records| {
        let placed = Placed::read(&wire.calendar_date, &wire.start, &wire.offset, rank, notes)
            .of_night(notes.span(&wire.duration));
        let deviation = notes.between(&wire.deviation, -FURTHEST_C, FURTHEST_C).zip(placed.day());
        let of_day =
            |(value, day): (f64, super::samples::Base)| day.of_day(SeriesType::SKIN_TEMPERATURE_DEVIATION, value);
        records.extend(deviation.map(of_day).map(Record::Samples));
    });
}
