//! Session messages: the device's own summary of a sport.

use super::{file::Session, record::degrees, sport::Sport, wire::Message};
use model::{SeriesType, Timestamp, WorkoutDetail};
use rustyfit::profile::mesgdef::Session as Field;

pub(super) fn read(message: &Message<'_>) -> Session {
    let sport = Sport::of(message.unsigned(Field::SPORT), message.unsigned(Field::SUB_SPORT));
    let start = message.instant(Field::START_TIME);
    let mut detail = totals(message);
    detail.workout_type = Some(sport.workout_type());
    detail.raw_type = sport.name();
    detail.raw_sub_type = sport.sub_name();
    averages(message, &mut detail);
    cadence(message, sport, &mut detail);
    let end = end_of(start, detail.elapsed_s, message.time());
    Session { index: message.unsigned(Field::MESSAGE_INDEX), start, end, sport, detail }
}

/// From start and length; the message's own time can be later, it is that of writing.
pub(super) fn end_of(
    start: Option<Timestamp>,
    elapsed_s: Option<f64>,
    written: Option<Timestamp>,
) -> Option<Timestamp> {
    match (start, elapsed_s) {
        (Some(start), Some(seconds)) => Some(start.plus_micros((seconds * 1e6) as i64)),
        _ => written,
    }
}

fn totals(message: &Message<'_>) -> WorkoutDetail {
    let timer_s = message.scaled(Field::TOTAL_TIMER_TIME, 1000.0);
    let elapsed_s = message.scaled(Field::TOTAL_ELAPSED_TIME, 1000.0);
    WorkoutDetail {
        name: message.text(Field::SPORT_PROFILE_NAME),
        duration_s: timer_s.or(elapsed_s),
        elapsed_s,
        timer_s,
        moving_s: message.scaled(Field::TOTAL_MOVING_TIME, 1000.0),
        distance_m: message.scaled(Field::TOTAL_DISTANCE, 100.0),
        energy_kcal: message.number(Field::TOTAL_CALORIES),
        active_lengths: message.number(Field::NUM_ACTIVE_LENGTHS),
        pool_length_m: message.scaled(Field::POOL_LENGTH, 100.0),
        elevation_gain_m: with_hundredths(message, Field::TOTAL_ASCENT, Field::TOTAL_FRACTIONAL_ASCENT),
        elevation_loss_m: with_hundredths(message, Field::TOTAL_DESCENT, Field::TOTAL_FRACTIONAL_DESCENT),
        elevation_max_m: altitude(message, Field::ENHANCED_MAX_ALTITUDE, Field::MAX_ALTITUDE),
        elevation_min_m: altitude(message, Field::ENHANCED_MIN_ALTITUDE, Field::MIN_ALTITUDE),
        start_latitude_deg: message.number(Field::START_POSITION_LAT).map(degrees),
        start_longitude_deg: message.number(Field::START_POSITION_LONG).map(degrees),
        ..WorkoutDetail::default()
    }
}

fn averages(message: &Message<'_>, detail: &mut WorkoutDetail) {
    let speed = |fine, coarse| message.scaled(fine, 1000.0).or_else(|| message.scaled(coarse, 1000.0));
    detail.heart_rate_avg_bpm = message.number(Field::AVG_HEART_RATE);
    detail.heart_rate_max_bpm = message.number(Field::MAX_HEART_RATE);
    detail.heart_rate_min_bpm = message.number(Field::MIN_HEART_RATE);
    detail.speed_avg_mps = speed(Field::ENHANCED_AVG_SPEED, Field::AVG_SPEED);
    detail.speed_max_mps = speed(Field::ENHANCED_MAX_SPEED, Field::MAX_SPEED);
    detail.power_avg_w = message.number(Field::AVG_POWER);
    detail.power_max_w = message.number(Field::MAX_POWER);
    detail.power_normalized_w = message.number(Field::NORMALIZED_POWER);
    detail.temperature_avg_c = message.number(Field::AVG_TEMPERATURE);
    detail.aerobic_effect = message.scaled(Field::TOTAL_TRAINING_EFFECT, 10.0);
    detail.anaerobic_effect = message.scaled(Field::TOTAL_ANAEROBIC_TRAINING_EFFECT, 10.0);
}

fn cadence(message: &Message<'_>, sport: Sport, detail: &mut WorkoutDetail) {
    let (series, worth) = sport.cadence();
    let whole =
        |field, fraction| Some((message.number(field)? + message.scaled(fraction, 128.0).unwrap_or(0.0)) * worth);
    let average = whole(Field::AVG_CADENCE, Field::AVG_FRACTIONAL_CADENCE);
    let highest = whole(Field::MAX_CADENCE, Field::MAX_FRACTIONAL_CADENCE);
    let cycles = whole(Field::TOTAL_CYCLES, Field::TOTAL_FRACTIONAL_CYCLES);
    if series == SeriesType::RUNNING_CADENCE {
        detail.run_cadence_avg_spm = average;
        detail.run_cadence_max_spm = highest;
        detail.steps = cycles;
    } else if series == SeriesType::SWIMMING_CADENCE {
        detail.swim_cadence_avg_spm = average;
    } else if series == SeriesType::WHEELCHAIR_CADENCE {
        detail.push_cadence_avg_ppm = average;
        detail.push_cadence_max_ppm = highest;
        detail.pushes = cycles;
    } else {
        detail.bike_cadence_avg_rpm = average;
        detail.bike_cadence_max_rpm = highest;
    }
}

fn with_hundredths(message: &Message<'_>, whole: u8, hundredths: u8) -> Option<f64> {
    Some(message.number(whole)? + message.scaled(hundredths, 100.0).unwrap_or(0.0))
}

fn altitude(message: &Message<'_>, fine: u8, coarse: u8) -> Option<f64> {
    let meters = |field| message.number(field).map(|raw| (raw - 2500.0) / 5.0);
    meters(fine).or_else(|| meters(coarse))
}
