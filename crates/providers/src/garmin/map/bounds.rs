//! The highest that values can be: far above what anyone reaches, far below what arithmetic chokes on. What is
//! beyond is a fault of the sender and is left out with an issue.

use model::SeriesType;
use std::ops::RangeInclusive;

pub(super) const HEART_BPM: f64 = 300.0;
/// Steps, pushes.
pub(super) const STEPS: f64 = 1e6;
pub(super) const FLOORS: f64 = 10_000.0;
pub(super) const POOL_LENGTHS: f64 = 100_000.0;
/// Once round the earth and further.
pub(super) const DISTANCE_M: f64 = 5e7;
pub(super) const CLIMB_M: f64 = 1e6;
pub(super) const ENERGY_KCAL: f64 = 100_000.0;
pub(super) const SPEED_MPS: f64 = 1_000.0;
/// A metre in a week.
pub(super) const PACE_MIN_PER_KM: f64 = 1e7;
/// Steps, strokes, turns or pushes in a minute.
pub(super) const CADENCE: f64 = 1_000.0;
pub(super) const POWER_W: f64 = 10_000.0;
pub(super) const MET: f64 = 100.0;
/// Documented to end at seven.
pub(super) const MOTION: f64 = 100.0;
/// Of stress, body battery and whatever else is told from 0 to 100.
pub(super) const LEVEL: f64 = 100.0;
/// What body battery gains or loses in a day may be more than the whole of it.
pub(super) const BATTERY_MOVED: f64 = 1_000.0;
pub(super) const VARIABILITY_MS: f64 = 1_000.0;
pub(super) const BREATHS_PER_MIN: f64 = 120.0;
pub(super) const MASS_G: f64 = 1e6;
pub(super) const BODY_MASS_INDEX: f64 = 500.0;
pub(super) const VO2_MAX: f64 = 200.0;
pub(super) const AGE_YEARS: f64 = 200.0;

/// The values that a sample of a workout can have.
pub(super) fn of_sample(series: SeriesType) -> RangeInclusive<f64> {
    match series {
        SeriesType::HEART_RATE => f64::MIN_POSITIVE..=HEART_BPM,
        SeriesType::LATITUDE => -90.0..=90.0,
        SeriesType::LONGITUDE => -180.0..=180.0,
        SeriesType::ELEVATION => -12_000.0..=100_000.0,
        SeriesType::AIR_TEMPERATURE => -100.0..=150.0,
        SeriesType::SPEED => 0.0..=SPEED_MPS,
        SeriesType::POWER => 0.0..=POWER_W,
        SeriesType::RUNNING_CADENCE
        | SeriesType::CADENCE
        | SeriesType::WHEELCHAIR_CADENCE
        | SeriesType::SWIMMING_CADENCE => 0.0..=CADENCE,
        // distances and durations, which only grow
        _ => 0.0..=DISTANCE_M,
    }
}
