//! An activity's totals and averages from those of its laps.

use super::lap::LapReader;
use crate::track::Activity;
use model::WorkoutType;

/// Adds laps to their activity.
pub(super) fn add(activity: &mut Activity, laps: Vec<LapReader>) {
    let starts = laps.iter().filter_map(|lap| lap.start);
    activity.start = starts.clone().map(|start| start.at).chain(activity.start).min();
    activity.end = laps.iter().filter_map(|lap| lap.lap.end).chain(activity.end).max();
    activity.offset = activity.offset.or(starts.clone().find_map(|start| start.offset));
    let sum = |field: fn(&LapReader) -> Option<f64>| laps.iter().filter_map(field).reduce(|a, b| a + b);
    let highest = |field: fn(&LapReader) -> Option<f64>| laps.iter().filter_map(field).reduce(f64::max);
    let average = |field| weighted(&laps, field);
    let detail = &mut activity.detail;
    detail.timer_s = sum(|lap| lap.lap.timer_s);
    detail.distance_m = sum(|lap| lap.lap.distance_m);
    detail.energy_kcal = sum(|lap| lap.lap.energy_kcal);
    detail.steps = sum(|lap| lap.steps);
    detail.heart_rate_avg_bpm = average(|lap| lap.lap.heart_rate_avg_bpm);
    detail.heart_rate_max_bpm = highest(|lap| lap.lap.heart_rate_max_bpm);
    detail.speed_avg_mps = average(|lap| lap.lap.speed_avg_mps);
    detail.speed_max_mps = highest(|lap| lap.lap.speed_max_mps);
    detail.power_avg_w = average(|lap| lap.lap.power_avg_w);
    detail.power_max_w = highest(|lap| lap.power_max_w);
    // a lap counts strides of one foot
    let steps = |strides: Option<f64>| strides.map(|strides| strides * 2.0);
    detail.run_cadence_avg_spm = steps(average(|lap| lap.run_cadence_avg));
    detail.run_cadence_max_spm = steps(highest(|lap| lap.run_cadence_max));
    let (average, highest) = (average(|lap| lap.bike_cadence_avg), highest(|lap| lap.bike_cadence_max));
    if detail.workout_type == Some(WorkoutType::Running) {
        detail.run_cadence_avg_spm = detail.run_cadence_avg_spm.or(steps(average));
    } else {
        (detail.bike_cadence_avg_rpm, detail.bike_cadence_max_rpm) = (average, highest);
    }
    detail.laps = laps.into_iter().map(|lap| lap.lap).collect();
}

/// Weighted by time; none unless every lap that lasted says it, for else it is no average of the whole.
fn weighted(laps: &[LapReader], field: fn(&LapReader) -> Option<f64>) -> Option<f64> {
    let mut sums = (0.0, 0.0);
    for lap in laps {
        let seconds = lap.lap.timer_s.filter(|seconds| *seconds > 0.0).unwrap_or(0.0);
        match field(lap) {
            Some(value) => sums = (sums.0 + value * seconds, sums.1 + seconds),
            None if seconds > 0.0 => return None,
            None => {}
        }
    }
    (sums.1 > 0.0).then(|| sums.0 / sums.1)
}
