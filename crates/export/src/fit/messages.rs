//! The messages of an activity in their order: what it is, then of each sport its records and pauses, its laps and its
//! session, at last the activity.

use super::{
    summary::{activity, session, write_lap},
    wire::{Base, Encoder, Field},
};
use crate::{
    laps::stretches,
    track::{Part, Row, Track, finite},
};
use model::{Timestamp, WorkoutView};
use rustyfit::profile::mesgdef::{DeviceInfo, Event, FileId, Record};

const FILE_ID: u16 = 0;
const RECORD: u16 = 20;
const EVENT: u16 = 21;
const DEVICE_INFO: u16 = 23;

pub(super) const TIMESTAMP: u8 = 253;
/// For makers without a number of their own.
const DEVELOPMENT: i64 = 255;
/// FIT counts seconds from 1989-12-31T00:00:00Z.
const EPOCH_S: i64 = 631_065_600;
/// Smaller times count from when a device was switched on.
const FIRST_TIME_S: i64 = 0x1000_0000;

const TIMER: i64 = 0;
const START: i64 = 0;
pub(super) const STOP: i64 = 1;
const STOP_ALL: i64 = 4;

/// A workout that FIT cannot hold.
#[derive(Debug, thiserror::Error)]
pub enum FitError {
    /// FIT has no time before 1998-07-04 and none after 2126.
    #[error("a workout of this time cannot be written as FIT")]
    Time,
}

/// Writes a workout as an activity file.
///
/// # Errors
/// [`FitError`] for what FIT has no time for.
pub fn write_workout(view: &WorkoutView, track: &Track) -> Result<Vec<u8>, FitError> {
    write_sports(view, &[(view, track)])
}

/// Writes a workout of several sports as an activity file with a session for each, transitions too.
///
/// # Errors
/// [`FitError`] for what FIT has no time for.
pub fn write_multisport(whole: &WorkoutView, parts: &[Part]) -> Result<Vec<u8>, FitError> {
    let parts: Vec<(&WorkoutView, &Track)> = parts.iter().map(|part| (&part.view, &part.track)).collect();
    write_sports(whole, &parts)
}

fn write_sports(whole: &WorkoutView, parts: &[(&WorkoutView, &Track)]) -> Result<Vec<u8>, FitError> {
    let mut encoder = Encoder::default();
    let (start, end) = (seconds(whole.start).ok_or(FitError::Time)?, seconds(whole.end).ok_or(FitError::Time)?);
    head(&mut encoder, start);
    let mut laps_before = 0;
    for (number, (view, track)) in parts.iter().enumerate() {
        let (start, end) = (seconds(view.start).ok_or(FitError::Time)?, seconds(view.end).ok_or(FitError::Time)?);
        records(&mut encoder, view, track, (start, end));
        let laps = stretches(view);
        for (number, lap) in laps.iter().enumerate() {
            write_lap(&mut encoder, laps_before + number, lap, view);
        }
        session(&mut encoder, view, number, laps_before..laps_before + laps.len(), (start, end));
        laps_before += laps.len();
    }
    activity(&mut encoder, whole, parts.len(), end);
    Ok(encoder.finish())
}

/// An instant in FIT seconds, rounded down.
pub(super) fn seconds(at: Timestamp) -> Option<i64> {
    Some(at.as_seconds() - EPOCH_S).filter(|seconds| (FIRST_TIME_S..i64::from(u32::MAX)).contains(seconds))
}

pub(super) fn code(number: u8, value: i64) -> Field {
    Field::whole(number, Base::Enum, Some(value))
}

pub(super) fn time(number: u8, seconds: Option<i64>) -> Field {
    Field::whole(number, Base::Uint32, seconds)
}

pub(super) fn scaled(number: u8, base: Base, value: Option<f64>, scale: f64) -> Field {
    Field::scaled(number, base, finite(value), scale, 0.0)
}

fn head(encoder: &mut Encoder, start: i64) {
    let id = [
        code(FileId::TYPE, 4),
        Field::whole(FileId::MANUFACTURER, Base::Uint16, Some(DEVELOPMENT)),
        Field::whole(FileId::PRODUCT, Base::Uint16, Some(0)),
        time(FileId::TIME_CREATED, Some(start)),
        Field::text(FileId::PRODUCT_NAME, "Wearhouse"),
    ];
    encoder.message(FILE_ID, &id);
    let device = [
        time(TIMESTAMP, Some(start)),
        Field::whole(DeviceInfo::DEVICE_INDEX, Base::Uint8, Some(0)),
        Field::whole(DeviceInfo::MANUFACTURER, Base::Uint16, Some(DEVELOPMENT)),
        Field::text(DeviceInfo::PRODUCT_NAME, "Wearhouse"),
    ];
    encoder.message(DEVICE_INFO, &device);
}

/// Records, and between them when the timer started and stopped.
fn records(encoder: &mut Encoder, view: &WorkoutView, track: &Track, (start, end): (i64, i64)) {
    let mut turns = vec![(start, START)];
    for (from, to) in &view.detail.pauses {
        turns.extend(seconds(*from).map(|at| (at, STOP_ALL)));
        turns.extend(seconds(*to).map(|at| (at, START)));
    }
    turns.push((end, STOP_ALL));
    turns.sort_by_key(|(at, _)| *at);
    let mut turns = turns.into_iter().peekable();
    let columns = Columns::of(&track.rows);
    for (at, row) in by_second(&track.rows) {
        // a record in the second of the stop still belongs before it
        while let Some((at, kind)) = turns.next_if(|(turn, kind)| *turn < at || (*turn == at && *kind == START)) {
            event(encoder, at, kind);
        }
        encoder.message(RECORD, &columns.fields(at, &row));
    }
    turns.for_each(|(at, kind)| event(encoder, at, kind));
}

fn event(encoder: &mut Encoder, at: i64, kind: i64) {
    encoder.message(EVENT, &[time(TIMESTAMP, Some(at)), code(Event::EVENT, TIMER), code(Event::EVENT_TYPE, kind)]);
}

/// One row a second.
fn by_second(rows: &[Row]) -> Vec<(i64, Row)> {
    let mut seconds_of: Vec<(i64, Row)> = Vec::with_capacity(rows.len());
    for row in rows {
        let Some(at) = seconds(row.time) else { continue };
        match seconds_of.last_mut() {
            Some((last, kept)) if *last == at => kept.take(row),
            _ => seconds_of.push((at, *row)),
        }
    }
    seconds_of
}

/// Which fields records have: those that any row has.
struct Columns([bool; 8]);

impl Columns {
    fn of(rows: &[Row]) -> Self {
        let any = |field: fn(&Row) -> Option<f64>| rows.iter().any(|row| field(row).is_some());
        Self([
            rows.iter().any(|row| row.position().is_some()),
            any(|row| row.elevation_m),
            any(|row| row.heart_rate_bpm),
            any(|row| row.cadence_rpm),
            any(|row| row.distance_m),
            any(|row| row.speed_mps),
            any(|row| row.power_w),
            any(|row| row.temperature_c),
        ])
    }

    fn fields(&self, at: i64, row: &Row) -> Vec<Field> {
        let [position, elevation, heart_rate, cadence, distance, speed, power, temperature] = self.0;
        let mut fields = vec![time(TIMESTAMP, Some(at))];
        let mut add = |present: bool, field: Field| fields.extend(present.then_some(field));
        let (latitude, longitude) = row.position().unzip();
        add(position, semicircles(Record::POSITION_LAT, latitude));
        add(position, semicircles(Record::POSITION_LONG, longitude));
        add(elevation, Field::scaled(Record::ENHANCED_ALTITUDE, Base::Uint32, finite(row.elevation_m), 5.0, 500.0));
        add(heart_rate, scaled(Record::HEART_RATE, Base::Uint8, row.heart_rate_bpm, 1.0));
        let turns = finite(row.cadence_rpm).map(|turns| (turns * 128.0).round() / 128.0);
        add(cadence, scaled(Record::CADENCE, Base::Uint8, turns.map(f64::floor), 1.0));
        add(cadence, scaled(Record::FRACTIONAL_CADENCE, Base::Uint8, turns.map(|turns| turns - turns.floor()), 128.0));
        add(distance, scaled(Record::DISTANCE, Base::Uint32, row.distance_m, 100.0));
        add(speed, scaled(Record::ENHANCED_SPEED, Base::Uint32, row.speed_mps, 1000.0));
        add(power, scaled(Record::POWER, Base::Uint16, row.power_w, 1.0));
        add(temperature, scaled(Record::TEMPERATURE, Base::Sint8, row.temperature_c, 1.0));
        fields
    }
}

/// 2^31 semicircles are 180 degrees. The one pattern that would mean none is a step beside the date line.
fn semicircles(number: u8, degrees: Option<f64>) -> Field {
    Field::scaled(number, Base::Sint32, degrees, 2_147_483_648.0 / 180.0, 0.0)
}
