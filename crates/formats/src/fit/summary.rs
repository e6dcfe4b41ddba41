//! Laps, pool lengths, sets and time in zones.

use super::{file::FitLap, names, session::end_of, sport::Sport, value::Value, wire::Message};
use model::{Lap, PoolLength, StrengthSet, Zone, ZoneKind};
use rustyfit::profile::mesgdef;

pub(super) fn lap(message: &Message<'_>) -> FitLap {
    use mesgdef::Lap as Field;
    let speed = |fine, coarse| message.scaled(fine, 1000.0).or_else(|| message.scaled(coarse, 1000.0));
    let start = message.instant(Field::START_TIME);
    let elapsed_s = message.scaled(Field::TOTAL_ELAPSED_TIME, 1000.0);
    let fraction = message.scaled(Field::AVG_FRACTIONAL_CADENCE, 128.0).unwrap_or(0.0);
    let lap = Lap {
        start,
        end: end_of(start, elapsed_s, message.time()),
        elapsed_s,
        timer_s: message.scaled(Field::TOTAL_TIMER_TIME, 1000.0),
        distance_m: message.scaled(Field::TOTAL_DISTANCE, 100.0),
        energy_kcal: message.number(Field::TOTAL_CALORIES),
        heart_rate_avg_bpm: message.number(Field::AVG_HEART_RATE).filter(|rate| *rate > 0.0),
        heart_rate_max_bpm: message.number(Field::MAX_HEART_RATE).filter(|rate| *rate > 0.0),
        speed_avg_mps: speed(Field::ENHANCED_AVG_SPEED, Field::AVG_SPEED),
        speed_max_mps: speed(Field::ENHANCED_MAX_SPEED, Field::MAX_SPEED),
        cadence_avg: message.number(Field::AVG_CADENCE).map(|cadence| cadence + fraction),
        power_avg_w: message.number(Field::AVG_POWER),
        elevation_gain_m: message.number(Field::TOTAL_ASCENT),
        elevation_loss_m: message.number(Field::TOTAL_DESCENT),
        trigger: message.unsigned(Field::LAP_TRIGGER).map(names::lap_trigger),
    };
    FitLap { lap, sport: Sport::of(message.unsigned(Field::SPORT), message.unsigned(Field::SUB_SPORT)) }
}

pub(super) fn length(message: &Message<'_>) -> PoolLength {
    use mesgdef::Length as Field;
    PoolLength {
        start: message.instant(Field::START_TIME),
        elapsed_s: message.scaled(Field::TOTAL_ELAPSED_TIME, 1000.0),
        stroke: message.unsigned(Field::SWIM_STROKE).map(names::stroke),
        strokes: message.number(Field::TOTAL_STROKES),
        active: message.unsigned(Field::LENGTH_TYPE).map(|kind| kind == 1),
    }
}

pub(super) fn set(message: &Message<'_>) -> StrengthSet {
    use mesgdef::Set as Field;
    let category = message.find(Field::CATEGORY).and_then(|value: Value<'_>| value.numbers().flatten().next());
    StrengthSet {
        start: message.instant(Field::START_TIME),
        duration_s: message.scaled(Field::DURATION, 1000.0),
        repetitions: message.number(Field::REPETITIONS),
        weight_kg: message.scaled(Field::WEIGHT, 16.0),
        category: category.map(|number| names::exercise(number as u64)),
        active: message.unsigned(Field::SET_TYPE).map(|kind| kind == 1),
    }
}

/// The zones that a session message itself holds.
pub(super) fn session_zones(message: &Message<'_>) -> Vec<Zone> {
    use mesgdef::Session as Field;
    let mut zones = zones(message, ZoneKind::HeartRate, Field::TIME_IN_HR_ZONE, None);
    zones.extend(self::zones(message, ZoneKind::Power, Field::TIME_IN_POWER_ZONE, None));
    zones
}

/// A message of zones, and which kind of message and which of its kind it speaks of.
pub(super) fn time_in_zone(message: &Message<'_>) -> (Option<u64>, Option<u64>, Vec<Zone>) {
    use mesgdef::TimeInZone as Field;
    let (heart, power) = (Field::HR_ZONE_HIGH_BOUNDARY, Field::POWER_ZONE_HIGH_BOUNDARY);
    let mut zones = zones(message, ZoneKind::HeartRate, Field::TIME_IN_HR_ZONE, Some(heart));
    zones.extend(self::zones(message, ZoneKind::Power, Field::TIME_IN_POWER_ZONE, Some(power)));
    (message.unsigned(Field::REFERENCE_MESG), message.unsigned(Field::REFERENCE_INDEX), zones)
}

fn zones(message: &Message<'_>, kind: ZoneKind, times: u8, edges: Option<u8>) -> Vec<Zone> {
    let edges: Vec<Option<f64>> =
        edges.and_then(|field| message.find(field)).map(|value| value.numbers().collect()).unwrap_or_default();
    let times = message.find(times).into_iter().flat_map(|value| value.numbers());
    let zone = |(zone, milliseconds): (usize, Option<f64>)| {
        let high = edges.get(zone).copied().flatten();
        Some(Zone { kind, zone: u8::try_from(zone).ok()?, high, seconds: milliseconds? / 1000.0 })
    };
    times.enumerate().filter_map(zone).collect()
}
