//! The totals of a workout or a leg: `WorkoutStatistics` elements, the attributes that older exports have instead,
//! and the quantities among its metadata (`6575 cm`).

use super::{
    cursor::text,
    metrics,
    units::{Quantity, conversion},
};
use crate::Notes;
use model::{IssueCode, WorkoutDetail, WorkoutType};

/// The attributes of a `WorkoutStatistics` element.
#[derive(Default)]
pub(super) struct Statistic<'a> {
    kind: &'a [u8],
    unit: &'a [u8],
    sum: &'a [u8],
    average: &'a [u8],
    minimum: &'a [u8],
    maximum: &'a [u8],
}

impl<'a> Statistic<'a> {
    pub(super) fn take(&mut self, name: &[u8], value: &'a [u8]) {
        match name {
            b"type" => self.kind = value,
            b"unit" => self.unit = value,
            b"sum" => self.sum = value,
            b"average" => self.average = value,
            b"minimum" => self.minimum = value,
            b"maximum" => self.maximum = value,
            _ => {}
        }
    }

    /// Puts it where it belongs; notes what has no place.
    pub(super) fn put(&self, detail: &mut WorkoutDetail, notes: &mut Notes) {
        let (kind, unit) = (text(self.kind), text(self.unit));
        let name = kind.strip_prefix("HKQuantityTypeIdentifier").unwrap_or(&kind);
        let value = |raw: &[u8]| number(raw).and_then(|value| metrics::find(&kind)?.convert(value, &unit));
        let (sum, average, minimum, maximum) =
            (value(self.sum), value(self.average), value(self.minimum), value(self.maximum));
        match name {
            "ActiveEnergyBurned" => detail.energy_kcal = sum,
            "StepCount" => detail.steps = sum,
            "PushCount" => detail.pushes = sum,
            "HeartRate" => {
                detail.heart_rate_avg_bpm = average;
                detail.heart_rate_min_bpm = minimum;
                detail.heart_rate_max_bpm = maximum;
            }
            "RunningSpeed"
            | "CyclingSpeed"
            | "WalkingSpeed"
            | "RowingSpeed"
            | "PaddleSportsSpeed"
            | "CrossCountrySkiingSpeed" => {
                detail.speed_avg_mps = average;
                detail.speed_max_mps = maximum;
            }
            "RunningPower" | "CyclingPower" => {
                detail.power_avg_w = average;
                detail.power_max_w = maximum;
            }
            "CyclingCadence" => {
                detail.bike_cadence_avg_rpm = average;
                detail.bike_cadence_max_rpm = maximum;
            }
            // the sports of a multisport workout add up
            _ if name.starts_with("Distance") => {
                detail.distance_m = sum.map(|sum| detail.distance_m.unwrap_or_default() + sum).or(detail.distance_m);
            }
            _ => notes.add(IssueCode::Unmapped, &kind, "totals of workouts have no place; they are kept raw"),
        }
    }

    /// The sport that it speaks of.
    pub(super) fn sport(&self) -> Option<WorkoutType> {
        Some(match self.kind.strip_prefix(b"HKQuantityTypeIdentifier")? {
            b"DistanceSwimming" | b"SwimmingStrokeCount" => WorkoutType::Swimming,
            b"DistanceCycling" => WorkoutType::Cycling,
            b"RunningSpeed" | b"RunningPower" => WorkoutType::Running,
            b"DistanceCrossCountrySkiing" => WorkoutType::CrossCountrySkiing,
            b"DistanceRowing" => WorkoutType::Rowing,
            _ => return None,
        })
    }
}

pub(super) fn number(raw: &[u8]) -> Option<f64> {
    let value: f64 = std::str::from_utf8(raw).ok()?.trim().parse().ok()?;
    value.is_finite().then_some(value)
}

/// A number in a unit, converted.
pub(super) fn quantity(quantity: Quantity, value: &[u8], unit: &[u8]) -> Option<f64> {
    let converted = conversion(quantity, &text(unit))?.apply(number(value)?);
    converted.is_finite().then_some(converted)
}

/// A number with its unit behind it.
pub(super) fn written(kind: Quantity, raw: &[u8]) -> Option<f64> {
    let space = raw.iter().position(|byte| *byte == b' ')?;
    let (value, unit) = raw.split_at_checked(space)?;
    quantity(kind, value, unit.trim_ascii())
}
