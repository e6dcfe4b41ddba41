//! `pulseox`: blood oxygen through a day, or once because a person asked.

use super::{super::MANIFEST, ping, placed::Placed, samples};
use crate::{garmin::wire::PulseOx, json::Notes};
use model::{Context, Mapped, Record, SampleBatch, SeriesType};
use std::io::Read;

const MOST: f64 = 100.0;

/// Maps the items of a part.
pub(super) fn items(part_type: &str, body: &mut dyn Read, mapped: &mut Mapped) {
    let rank = MANIFEST.rank(part_type);
    ping::each_summary::<PulseOx>(part_type, body, mapped, |wire, notes, records| {
        let rank = rank.of_number(notes.span(&wire.duration));
        let placed = Placed::read(&wire.calendar_date, &wire.start, &wire.offset, rank, notes);
        let average = notes.between(&wire.average, 0.0, MOST).filter(|value| *value > 0.0).zip(placed.day());
        records.extend(values(wire, placed, notes).map(Record::Samples));
        records.extend(average.map(|(value, day)| Record::Samples(day.of_day(SeriesType::OXYGEN_SATURATION, value))));
    });
}

/// What was asked for is kept apart from what was measured all day, which may have the same instant.
fn values(wire: &PulseOx, placed: Placed, notes: &mut Notes<'_>) -> Option<SampleBatch> {
    let base = placed.samples()?;
    let mut batch = samples::of_map(&wire.values, SeriesType::OXYGEN_SATURATION, 0.0..=MOST, base, notes)?;
    if notes.take(&wire.on_demand) == Some(true) {
        batch.context = Context::ON_DEMAND;
    }
    Some(batch)
}
