//! What sums up: laps, sessions, the activity.

use super::{
    messages::{STOP, TIMESTAMP, code, scaled, seconds, time},
    sport::sport,
    wire::{Base, Encoder, Field},
};
use crate::laps::Stretch;
use model::WorkoutView;
use rustyfit::profile::mesgdef::{Activity, Lap, Session};
use std::ops::Range;

const SESSION: u16 = 18;
const LAP: u16 = 19;
const ACTIVITY: u16 = 34;

const MESSAGE_INDEX: u8 = 254;
/// How an activity went from sport to sport.
const MANUAL: i64 = 0;
const AUTO_MULTI_SPORT: i64 = 1;

fn count(number: u8, count: usize) -> Field {
    Field::whole(number, Base::Uint16, i64::try_from(count).ok())
}

pub(super) fn write_lap(encoder: &mut Encoder, number: usize, stretch: &Stretch, view: &WorkoutView) {
    let lap = &stretch.lap;
    let (sport, sub_sport) = sport(view.detail.workout_type);
    let fields = [
        time(TIMESTAMP, seconds(stretch.to)),
        count(MESSAGE_INDEX, number),
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

/// The laps are its own among those of all sessions.
pub(super) fn session(
    encoder: &mut Encoder,
    view: &WorkoutView,
    number: usize,
    laps: Range<usize>,
    (start, end): (i64, i64),
) {
    let detail = &view.detail;
    let (sport, sub_sport) = sport(detail.workout_type);
    let elapsed_s = detail.elapsed_s.unwrap_or_else(|| view.end.micros_since(view.start) as f64 / 1e6);
    let timer_s = detail.timer_s.or(detail.duration_s).unwrap_or(elapsed_s);
    // a device counts strides of one foot
    let cadence = |steps: Option<f64>, turns: Option<f64>| steps.map(|steps| steps / 2.0).or(turns);
    let mut fields = vec![
        time(TIMESTAMP, Some(end)),
        count(MESSAGE_INDEX, number),
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
        count(Session::FIRST_LAP_INDEX, laps.start),
        count(Session::NUM_LAPS, laps.len()),
    ];
    fields.extend(detail.name.as_deref().map(|name| Field::text(Session::SPORT_PROFILE_NAME, name)));
    encoder.message(SESSION, &fields);
}

pub(super) fn activity(encoder: &mut Encoder, view: &WorkoutView, sessions: usize, end: i64) {
    let detail = &view.detail;
    let elapsed_s = view.end.micros_since(view.start) as f64 / 1e6;
    let timer_s = detail.timer_s.or(detail.duration_s).unwrap_or(elapsed_s);
    let local = view.offset.map(|offset| end + i64::from(offset.seconds));
    let fields = [
        time(TIMESTAMP, Some(end)),
        scaled(Activity::TOTAL_TIMER_TIME, Base::Uint32, Some(timer_s), 1000.0),
        count(Activity::NUM_SESSIONS, sessions),
        code(Activity::TYPE, if sessions > 1 { AUTO_MULTI_SPORT } else { MANUAL }),
        code(Activity::EVENT, 26),
        code(Activity::EVENT_TYPE, STOP),
        time(Activity::LOCAL_TIMESTAMP, local),
    ];
    encoder.message(ACTIVITY, &fields);
}
