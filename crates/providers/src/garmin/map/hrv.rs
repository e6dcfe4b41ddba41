//! `hrv`: heart-rate variability of a night, every five minutes and as the night's average and peak.

use super::{super::MANIFEST, bounds, ping, placed::Placed, samples};
use crate::garmin::wire::Hrv;
use model::{Mapped, Record, SeriesType};
use std::io::Read;

/// Maps the items of a part. Of two for one night the one received last stands.
pub(super) fn items(part_type: &str, body: &mut dyn Read, mapped: &mut Mapped) {
    let rank = MANIFEST.rank(part_type).fixed();
    ping::each_summary::<Hrv>(part_type, body, mapped, |wire, notes, records| {
        let placed = Placed::read(&wire.calendar_date, &wire.start, &wire.offset, rank, notes)
            .of_night(notes.span(&wire.duration));
        let rmssd = SeriesType::HEART_RATE_VARIABILITY_RMSSD;
        let values = placed
            .samples()
            .and_then(|base| samples::of_map(&wire.values, rmssd, 0.0..=bounds::VARIABILITY_MS, base, notes));
        records.extend(values.map(Record::Samples));
        let of_night = [
            (rmssd, notes.positive(&wire.average, bounds::VARIABILITY_MS)),
            (SeriesType::HEART_RATE_VARIABILITY_5_MIN_HIGH, notes.positive(&wire.highest, bounds::VARIABILITY_MS)),
        ];
        for (series, value) in of_night {
            records.extend(value.zip(placed.day()).map(|(value, day)| Record::Samples(day.of_day(series, value))));
        }
    });
}
