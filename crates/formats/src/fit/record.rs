//! Record messages: the samples. A field's value goes to its series; where a record says the same thing
//! twice, the finer field counts.

use super::wire::Message;
use crate::columns::Columns;
use model::{SeriesType, Timestamp};
use rustyfit::profile::mesgdef::Record as Field;

/// Where a field's value goes: `(raw / scale - offset) * factor` in the series' unit.
pub(super) struct FieldSpec {
    pub(super) number: u8,
    pub(super) series: SeriesType,
    scale: f64,
    offset: f64,
    /// From the field's unit to the series' unit.
    pub(super) factor: f64,
}

const fn spec(number: u8, series: SeriesType, scale: f64) -> FieldSpec {
    FieldSpec { number, series, scale, offset: 0.0, factor: 1.0 }
}

/// In centimetres.
const MILLIMETER: f64 = 0.1;

const fn millimeters(number: u8, series: SeriesType, scale: f64) -> FieldSpec {
    FieldSpec { number, series, scale, offset: 0.0, factor: MILLIMETER }
}

const fn altitude(number: u8) -> FieldSpec {
    FieldSpec { number, series: SeriesType::ELEVATION, scale: 5.0, offset: 500.0, factor: 1.0 }
}

/// Finer fields stand before coarser ones of the same series.
pub(super) const FIELDS: &[FieldSpec] = &[
    spec(Field::HEART_RATE, SeriesType::HEART_RATE, 1.0),
    altitude(Field::ENHANCED_ALTITUDE),
    altitude(Field::ALTITUDE),
    spec(Field::ENHANCED_SPEED, SeriesType::SPEED, 1000.0),
    spec(Field::SPEED, SeriesType::SPEED, 1000.0),
    spec(Field::DISTANCE, SeriesType::TOTAL_DISTANCE, 100.0),
    spec(Field::POWER, SeriesType::POWER, 1.0),
    spec(Field::CADENCE256, SeriesType::CADENCE, 256.0),
    spec(Field::CADENCE, SeriesType::CADENCE, 1.0),
    spec(Field::TEMPERATURE, SeriesType::AIR_TEMPERATURE, 1.0),
    spec(Field::GRADE, SeriesType::GRADE, 100.0),
    spec(Field::GPS_ACCURACY, SeriesType::GPS_ACCURACY, 1.0),
    spec(Field::VERTICAL_SPEED, SeriesType::VERTICAL_SPEED, 1000.0),
    spec(Field::CALORIES, SeriesType::TOTAL_CALORIES, 1.0),
    millimeters(Field::VERTICAL_OSCILLATION, SeriesType::RUNNING_VERTICAL_OSCILLATION, 10.0),
    spec(Field::STANCE_TIME, SeriesType::RUNNING_GROUND_CONTACT_TIME, 10.0),
    spec(Field::VERTICAL_RATIO, SeriesType::RUNNING_VERTICAL_RATIO, 100.0),
    spec(Field::STANCE_TIME_BALANCE, SeriesType::RUNNING_STANCE_TIME_BALANCE, 100.0),
    millimeters(Field::STEP_LENGTH, SeriesType::RUNNING_STRIDE_LENGTH, 10.0),
    spec(Field::ENHANCED_RESPIRATION_RATE, SeriesType::RESPIRATORY_RATE, 100.0),
    spec(Field::RESPIRATION_RATE, SeriesType::RESPIRATORY_RATE, 1.0),
    spec(Field::CORE_TEMPERATURE, SeriesType::BODY_TEMPERATURE, 100.0),
    spec(Field::DEPTH, SeriesType::UNDERWATER_DEPTH, 1000.0),
    spec(Field::CURRENT_STRESS, SeriesType::GARMIN_STRESS_LEVEL, 100.0),
];

/// The values of one record, one for each series.
#[derive(Default)]
pub(super) struct Row(Vec<(SeriesType, f64)>);

impl Row {
    pub(super) fn clear(&mut self) {
        self.0.clear();
    }

    /// Sets a series' value unless a finer field already did.
    pub(super) fn set(&mut self, series: SeriesType, value: f64) {
        if !self.has(series) {
            self.0.push((series, value));
        }
    }

    fn has(&self, series: SeriesType) -> bool {
        self.0.iter().any(|(known, _)| *known == series)
    }

    pub(super) fn store(&self, at: Timestamp, columns: &mut Columns) {
        for (series, value) in &self.0 {
            columns.push(*series, at, *value);
        }
    }
}

/// The distance that records of old devices count in twelve bits.
#[derive(Default)]
pub(super) struct Odometer {
    sixteenths: u64,
    last: u64,
}

impl Odometer {
    fn advance(&mut self, twelve_bits: u64) -> f64 {
        self.sixteenths += twelve_bits.wrapping_sub(self.last) & 0xFFF;
        self.last = twelve_bits;
        self.sixteenths as f64 / 16.0
    }
}

/// Puts the protocol's own fields of a record into the row.
pub(super) fn read(message: &Message<'_>, odometer: &mut Odometer, row: &mut Row) {
    for spec in FIELDS {
        if let Some(raw) = message.number(spec.number) {
            row.set(spec.series, value_of(spec, message, raw));
        }
    }
    position(message, row);
    compressed(message, odometer, row);
    balance(message, row);
}

fn value_of(spec: &FieldSpec, message: &Message<'_>, raw: f64) -> f64 {
    // One division of whole numbers, so that the decimal value comes out exact.
    let value = (raw - spec.offset * spec.scale) / (spec.scale / spec.factor);
    let fraction = if spec.number == Field::CADENCE { message.scaled(Field::FRACTIONAL_CADENCE, 128.0) } else { None };
    value + fraction.unwrap_or(0.0)
}

/// 2^31 semicircles are 180 degrees; the product is exact to the last bit of an f64.
pub(super) fn degrees(semicircles: f64) -> f64 {
    semicircles * (180.0 / 2_147_483_648.0)
}

fn position(message: &Message<'_>, row: &mut Row) {
    let latitude = message.number(Field::POSITION_LAT).map(degrees).filter(|degrees| degrees.abs() <= 90.0);
    let longitude = message.number(Field::POSITION_LONG).map(degrees).filter(|degrees| degrees.abs() <= 180.0);
    if let (Some(latitude), Some(longitude)) = (latitude, longitude) {
        row.set(SeriesType::LATITUDE, latitude);
        row.set(SeriesType::LONGITUDE, longitude);
    }
}

/// Three bytes: twelve bits of speed in 1/100 m/s, twelve bits of running distance in 1/16 m.
fn compressed(message: &Message<'_>, odometer: &mut Odometer, row: &mut Row) {
    let Some(value) = message.find(Field::COMPRESSED_SPEED_DISTANCE) else { return };
    let &[low, middle, high] = value.bytes else { return };
    if [low, middle, high] == [0xFF; 3] {
        return;
    }
    let speed = u64::from(low) | u64::from(middle & 0xF) << 8;
    let distance = u64::from(middle >> 4) | u64::from(high) << 4;
    row.set(SeriesType::SPEED, speed as f64 / 100.0);
    row.set(SeriesType::TOTAL_DISTANCE, odometer.advance(distance));
}

/// The share of the right side, where the device knows which side it measured.
fn balance(message: &Message<'_>, row: &mut Row) {
    if let Some(bits) = message.unsigned(Field::LEFT_RIGHT_BALANCE).filter(|bits| bits & 0x80 != 0) {
        row.set(SeriesType::LEFT_RIGHT_BALANCE, (bits & 0x7F) as f64);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_odometer_goes_over_its_twelve_bits() {
        let mut odometer = Odometer::default();
        assert_eq!(odometer.advance(160), 10.0);
        assert_eq!(odometer.advance(4000), 250.0);
        assert_eq!(odometer.advance(64), 260.0);
    }

    #[test]
    fn semicircles_become_exact_degrees() {
        assert_eq!(degrees(f64::from(1 << 30)), 90.0);
        assert_eq!(degrees(-1.0), -180.0 / 2_147_483_648.0);
    }
}
