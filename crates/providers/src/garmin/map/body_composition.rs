//! `bodyComps`: weight and what it is made of.

use super::{
    super::MANIFEST,
    bounds, ping,
    samples::{Base, Gathered},
};
use crate::{
    garmin::wire::BodyComposition,
    json::{Field, Notes},
};
use model::{Context, Mapped, Point, SeriesType};
use std::io::Read;

/// Maps the items of a part. Of two that measured at one instant the one received last stands.
pub(super) fn items(part_type: &str, body: &mut dyn Read, mapped: &mut Mapped) {
    let rank = MANIFEST.rank(part_type).fixed();
    let mut gathered = Gathered::default();
    ping::each_summary::<BodyComposition>(part_type, body, mapped, |wire, notes, _| {
        measurement(wire, rank, notes, &mut gathered);
    });
    mapped.records.extend(gathered.into_records());
}

fn measurement(wire: &BodyComposition, rank: i32, notes: &mut Notes<'_>, gathered: &mut Gathered) {
    let Some(start) = notes.needed_time(&wire.measured) else { return };
    let base = Base { start, offset: notes.device_offset(&wire.offset), rank };
    let values = [
        (SeriesType::WEIGHT, kilograms(&wire.weight, notes)),
        (SeriesType::MUSCLE_MASS, kilograms(&wire.muscle_mass, notes)),
        (SeriesType::BONE_MASS, kilograms(&wire.bone_mass, notes)),
        (SeriesType::BODY_WATER_PERCENTAGE, percent(&wire.body_water, notes)),
        (SeriesType::BODY_FAT_PERCENTAGE, percent(&wire.body_fat, notes)),
        (SeriesType::BODY_MASS_INDEX, notes.positive(&wire.body_mass_index, bounds::BODY_MASS_INDEX)),
    ];
    for (series, value) in values {
        if let Some(value) = value {
            gathered.add(base, series, Context::SAMPLES, Point::at(start, value));
        }
    }
}

/// A mass that a scale could not tell is zero.
fn kilograms(grams: &Field<f64>, notes: &mut Notes<'_>) -> Option<f64> {
    notes.positive(grams, bounds::MASS_G).map(|grams| grams / 1000.0)
}

fn percent(field: &Field<f64>, notes: &mut Notes<'_>) -> Option<f64> {
    notes.between(field, 0.0, 100.0).filter(|percent| *percent > 0.0)
}
