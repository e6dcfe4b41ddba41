//! `bloodPressures`: the readings of a cuff, and those a person typed in.

use super::{
    super::MANIFEST,
    bounds, ping,
    samples::{Base, Gathered},
};
use crate::{garmin::wire::BloodPressure, json::Notes};
use model::{Context, Mapped, Point, SeriesType};
use std::io::Read;

const MOST_MMHG: f64 = 400.0;

/// Maps the items of a part. Of two that measured at one instant the one received last stands.
pub(super) fn items(part_type: &str, body: &mut dyn Read, mapped: &mut Mapped) {
    let rank = MANIFEST.rank(part_type).fixed();
    let mut gathered = Gathered::default();
    ping::each_summary::<BloodPressure>(part_type, body, mapped, |wire, notes, _| {
        reading(wire, rank, notes, &mut gathered);
    });
    mapped.records.extend(gathered.into_records());
}

fn reading(wire: &BloodPressure, rank: i32, notes: &mut Notes<'_>, gathered: &mut Gathered) {
    // The summary's start is seen far from the measurement, so it only stands in for it.
    let Some(start) = notes.time(&wire.measured).or_else(|| notes.time(&wire.start)) else {
        notes.missing(wire.measured.key);
        return;
    };
    let base = Base { start, offset: notes.device_offset(&wire.offset), rank };
    let typed = notes.text(&wire.source_type).is_some_and(|word| word.eq_ignore_ascii_case("MANUAL"));
    let context = if typed { Context::MANUAL } else { Context::SAMPLES };
    let values = [
        (SeriesType::BLOOD_PRESSURE_SYSTOLIC, notes.between(&wire.systolic, 0.0, MOST_MMHG)),
        (SeriesType::BLOOD_PRESSURE_DIASTOLIC, notes.between(&wire.diastolic, 0.0, MOST_MMHG)),
        (SeriesType::HEART_RATE, notes.between(&wire.pulse, 0.0, bounds::HEART_BPM)),
    ];
    for (series, value) in values {
        if let Some(value) = value.filter(|value| *value > 0.0) {
            gathered.add(base, series, context, Point::at(start, value));
        }
    }
}
