//! The messages of an activity: what it is, its records and pauses in order, laps, session, activity.

use super::{
    sport::sport,
    wire::{Base, Encoder, Field},
};
use crate::{
    laps::{Stretch, stretches},
    track::{Row, Track, finite},
};
use model::{Timestamp, WorkoutView};
use rustyfit::profile::mesgdef::{Activity, DeviceInfo, Event, FileId, Lap, Record, Session};

const FILE_ID: u16 = 0;
const SESSION: u16 = 18;
const LAP: u16 = 19;
const RECORD: u16 = 20;
const EVENT: u16 = 21;
const DEVICE_INFO: u16 = 23;
const ACTIVITY: u16 = 34;

const TIMESTAMP: u8 = 253;
const MESSAGE_INDEX: u8 = 254;
/// For makers without a number of their own.
const DEVELOPMENT: i64 = 255;
/// FIT counts seconds from 1989-12-31T00:00:00Z.
const EPOCH_S: i64 = 631_065_600;
/// Smaller times count from when a device was switched on.
const FIRST_TIME_S: i64 = 0x1000_0000;

const TIMER: i64 = 0;
const START: i64 = 0;
const STOP: i64 = 1;
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
    let mut encoder = Encoder::default();
    let (start, end) = (seconds(view.start).ok_or(FitError::Time)?, seconds(view.end).ok_or(FitError::Time)?);
    head(&mut encoder, start);
    records(&mut encoder, view, track, (start, end));
    let laps = stretches(view);
    for (number, lap) in laps.iter().enumerate() {
        write_lap(&mut encoder, number, lap, view);
    }
    session(&mut encoder, view, laps.len(), (start, end));
    activity(&mut encoder, view, end);
    Ok(encoder.finish())
}

/// An instant in FIT seconds, rounded down.
fn seconds(at: Timestamp) -> Option<i64> {
    Some(at.as_seconds() - EPOCH_S).filter(|seconds| (FIRST_TIME_S..i64::from(u32::MAX)).contains(seconds))
}

fn code(number: u8, value: i64) -> Field {
    Field::whole(number, Base::Enum, Some(value))
}

fn time(number: u8, seconds: Option<i64>) -> Field {
    Field::whole(number, Base::Uint32, seconds)
}

fn scaled(number: u8, base: Base, value: Option<f64>, scale: f64) -> Field {
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

fn write_lap(encoder: &mut Encoder, number: usize, stretch: &Stretch, view: &WorkoutView) {
    let lap = &stretch.lap;
    let (sport, sub_sport) = sport(view.detail.workout_type);
    let fields = [
        time(TIMESTAMP, seconds(stretch.to)),
        Field::whole(MESSAGE_INDEX, Base::Uint16, Some(number as i64)),
        code(Lap::EVENT, 9),
        code(Lap::EVENT_TYPE, STOP),
        time(Lap::START_TIME, seconds(stretch.from)),
        scaled(Lap::TOTAL_ELAPSED_TIME, Base::Uint32, Some(stretch.elapsed_s()), 1000.0),
        scaled(Lap::TOTAL_TIMER_TIME, Base::Uint32, Some(stretch.timer_s()), 1000.0),
        scaled(Lap::TOTAL_DISTANCE, Base::Uint32, lap.distance_m, 100.0),
        scaled(Lap::TOTAL_CALORIES, Base::Uint16, lap.energy_kcal, 1.0),
        scaled(Lap::AVG_HEART_RATE, Base::Uint8, lap.heart_rate_avg_bpm, 1.0),
        scaled(Lap::MAX_HEART_RATE, Base::Uint8, lap.heart_rate_max_bpm, 1.0),
        scaled(Lap::ENHANCED_AVG_SPEED, Base::Uint32, lap.speed_avg_mps, 1000.0),
        scaled(Lap::ENHANCED_MAX_SPEED, Base::Uint32, lap.speed_max_mps, 1000.0),
        scaled(Lap::AVG_CADENCE, Base::Uint8, lap.cadence_avg, 1.0),
        scaled(Lap::AVG_POWER, Base::Uint16, lap.power_avg_w, 1.0),
        scaled(Lap::TOTAL_ASCENT, Base::Uint16, lap.elevation_gain_m, 1.0),
        scaled(Lap::TOTAL_DESCENT, Base::Uint16, lap.elevation_loss_m, 1.0),
        code(Lap::SPORT, i64::from(sport)),
        code(Lap::SUB_SPORT, i64::from(sub_sport)),
        code(Lap::LAP_TRIGGER, trigger(lap.trigger.as_deref())),
    ];
    encoder.message(LAP, &fields);
}

fn trigger(raw: Option<&str>) -> i64 {
    match raw {
        Some("time") => 1,
        Some("distance") => 2,
        Some("position_start") => 3,
        Some("position_lap") => 4,
        Some("position_waypoint" | "location") => 5,
        Some("position_marked") => 6,
        Some("session_end") => 7,
        Some("fitness_equipment") => 8,
        _ => 0,
    }
}

fn session(encoder: &mut Encoder, view: &WorkoutView, laps: usize, (start, end): (i64, i64)) {
    let detail = &view.detail;
    let (sport, sub_sport) = sport(detail.workout_type);
    let elapsed_s = detail.elapsed_s.unwrap_or_else(|| view.end.micros_since(view.start) as f64 / 1e6);
    let timer_s = detail.timer_s.or(detail.duration_s).unwrap_or(elapsed_s);
    // a device counts strides of one foot
    let cadence = |steps: Option<f64>, turns: Option<f64>| steps.map(|steps| steps / 2.0).or(turns);
    let mut fields = vec![
        time(TIMESTAMP, Some(end)),
        Field::whole(MESSAGE_INDEX, Base::Uint16, Some(0)),
        code(Session::EVENT, 8),
        code(Session::EVENT_TYPE, STOP),
        time(Session::START_TIME, Some(start)),
        code(Session::SPORT, i64::from(sport)),
        code(Session::SUB_SPORT, i64::from(sub_sport)),
        scaled(Session::TOTAL_ELAPSED_TIME, Base::Uint32, Some(elapsed_s), 1000.0),
        scaled(Session::TOTAL_TIMER_TIME, Base::Uint32, Some(timer_s), 1000.0),
        scaled(Session::TOTAL_MOVING_TIME, Base::Uint32, detail.moving_s, 1000.0),
        scaled(Session::TOTAL_DISTANCE, Base::Uint32, detail.distance_m, 100.0),
        scaled(Session::TOTAL_CALORIES, Base::Uint16, detail.energy_kcal, 1.0),
        scaled(Session::AVG_HEART_RATE, Base::Uint8, detail.heart_rate_avg_bpm, 1.0),
        scaled(Session::MAX_HEART_RATE, Base::Uint8, detail.heart_rate_max_bpm, 1.0),
        scaled(Session::MIN_HEART_RATE, Base::Uint8, detail.heart_rate_min_bpm, 1.0),
        scaled(Session::ENHANCED_AVG_SPEED, Base::Uint32, detail.speed_avg_mps, 1000.0),
        scaled(Session::ENHANCED_MAX_SPEED, Base::Uint32, detail.speed_max_mps, 1000.0),
        scaled(
            Session::AVG_CADENCE,
            Base::Uint8,
            cadence(detail.run_cadence_avg_spm, detail.bike_cadence_avg_rpm),
            1.0,
        ),
        scaled(
            Session::MAX_CADENCE,
            Base::Uint8,
            cadence(detail.run_cadence_max_spm, detail.bike_cadence_max_rpm),
            1.0,
        ),
        scaled(Session::AVG_POWER, Base::Uint16, detail.power_avg_w, 1.0),
        scaled(Session::MAX_POWER, Base::Uint16, detail.power_max_w, 1.0),
        scaled(Session::NORMALIZED_POWER, Base::Uint16, detail.power_normalized_w, 1.0),
        scaled(Session::TOTAL_ASCENT, Base::Uint16, detail.elevation_gain_m, 1.0),
        scaled(Session::TOTAL_DESCENT, Base::Uint16, detail.elevation_loss_m, 1.0),
        scaled(Session::AVG_TEMPERATURE, Base::Sint8, detail.temperature_avg_c, 1.0),
        scaled(Session::TOTAL_TRAINING_EFFECT, Base::Uint8, detail.aerobic_effect, 10.0),
        scaled(Session::TOTAL_ANAEROBIC_TRAINING_EFFECT, Base::Uint8, detail.anaerobic_effect, 10.0),
        scaled(Session::POOL_LENGTH, Base::Uint16, detail.pool_length_m, 100.0),
        Field::whole(Session::FIRST_LAP_INDEX, Base::Uint16, Some(0)),
        Field::whole(Session::NUM_LAPS, Base::Uint16, i64::try_from(laps).ok()),
    ];
    fields.extend(detail.name.as_deref().map(|name| Field::text(Session::SPORT_PROFILE_NAME, name)));
    encoder.message(SESSION, &fields);
}

fn activity(encoder: &mut Encoder, view: &WorkoutView, end: i64) {
    let detail = &view.detail;
    let elapsed_s = view.end.micros_since(view.start) as f64 / 1e6;
    let timer_s = detail.timer_s.or(detail.duration_s).unwrap_or(elapsed_s);
    let local = view.offset.map(|offset| end + i64::from(offset.seconds));
    let fields = [
        time(TIMESTAMP, Some(end)),
        scaled(Activity::TOTAL_TIMER_TIME, Base::Uint32, Some(timer_s), 1000.0),
        Field::whole(Activity::NUM_SESSIONS, Base::Uint16, Some(1)),
        code(Activity::TYPE, 0),
        code(Activity::EVENT, 26),
        code(Activity::EVENT_TYPE, STOP),
        time(Activity::LOCAL_TIMESTAMP, local),
    ];
    encoder.message(ACTIVITY, &fields);
}
