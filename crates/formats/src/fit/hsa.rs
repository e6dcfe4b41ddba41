//! What a watch measures all day for studies: messages with a value for each step of an interval, from the message's time on.
//! Steps are left out: the profile does not say whether their sums are those of a step or of the day so far.

use super::wire::Message;
use crate::columns::Columns;
use model::SeriesType;
use rustyfit::profile::{
    mesgdef::{
        HsaBodyBatteryData, HsaHeartRateData, HsaRespirationData, HsaSpo2Data, HsaStressData, HsaWristTemperatureData,
    },
    typedef::MesgNum,
};

/// How long the steps of a message are, in all of them.
const INTERVAL: u8 = 0;
/// A step is no longer than a day.
const LONGEST_S: f64 = 86_400.0;

struct Kind {
    message: MesgNum,
    values: u8,
    scale: f64,
    series: SeriesType,
    /// What is less means that nothing was measured.
    least: f64,
}

const KINDS: &[Kind] = &[
    kind(MesgNum::HSA_HEART_RATE_DATA, HsaHeartRateData::HEART_RATE, 1.0, SeriesType::HEART_RATE, 1.0),
    kind(MesgNum::HSA_SPO2_DATA, HsaSpo2Data::READING_SPO2, 1.0, SeriesType::OXYGEN_SATURATION, 1.0),
    kind(MesgNum::HSA_STRESS_DATA, HsaStressData::STRESS_LEVEL, 1.0, SeriesType::GARMIN_STRESS_LEVEL, 0.0),
    kind(
        MesgNum::HSA_RESPIRATION_DATA,
        HsaRespirationData::RESPIRATION_RATE,
        100.0,
        SeriesType::RESPIRATORY_RATE,
        0.01,
    ),
    kind(MesgNum::HSA_BODY_BATTERY_DATA, HsaBodyBatteryData::LEVEL, 1.0, SeriesType::GARMIN_BODY_BATTERY, 0.0),
    kind(
        MesgNum::HSA_WRIST_TEMPERATURE_DATA,
        HsaWristTemperatureData::VALUE,
        1000.0,
        SeriesType::SKIN_TEMPERATURE,
        0.001,
    ),
];

const fn kind(message: MesgNum, values: u8, scale: f64, series: SeriesType, least: f64) -> Kind {
    Kind { message, values, scale, series, least }
}

/// Reads a message, if it is one of these; whether it is.
pub(super) fn read(message: &Message<'_>, columns: &mut Columns) -> bool {
    let Some(kind) = KINDS.iter().find(|kind| kind.message.0 == message.number) else { return false };
    let (Some(start), Some(values)) = (message.time(), message.find(kind.values)) else { return true };
    let interval = message.number(INTERVAL).filter(|seconds| (0.0..=LONGEST_S).contains(seconds));
    // of several values without a step only the first has a time
    let most = if interval.is_some_and(|seconds| seconds > 0.0) { usize::MAX } else { 1 };
    let step_us = (interval.unwrap_or(0.0) * 1e6) as i64;
    for (place, value) in values.numbers().take(most).enumerate() {
        let Some(value) = value.map(|value| value / kind.scale).filter(|value| *value >= kind.least) else { continue };
        columns.push(kind.series, start.plus_micros(step_us.saturating_mul(place as i64)), value);
    }
    true
}
