//! The laps of a workout as files want them: at least one, each with its begin and end, in order.

use model::{Lap, Timestamp, WorkoutView};

/// A lap from an instant to another.
pub(crate) struct Stretch {
    pub(crate) from: Timestamp,
    pub(crate) to: Timestamp,
    pub(crate) lap: Lap,
}

impl Stretch {
    /// Begin to end, pauses included, seconds.
    pub(crate) fn elapsed_s(&self) -> f64 {
        let told = self.lap.elapsed_s.filter(|seconds| seconds.is_finite() && *seconds >= 0.0);
        told.unwrap_or_else(|| self.to.micros_since(self.from).max(0) as f64 / 1e6)
    }

    /// The time the timer ran, seconds.
    pub(crate) fn timer_s(&self) -> f64 {
        let told = self.lap.timer_s.filter(|seconds| seconds.is_finite() && *seconds >= 0.0);
        told.unwrap_or_else(|| self.elapsed_s())
    }
}

/// The laps that say when they began; the whole workout as one where none does.
pub(crate) fn stretches(view: &WorkoutView) -> Vec<Stretch> {
    let mut laps: Vec<(Timestamp, &Lap)> =
        view.detail.laps.iter().filter_map(|lap| lap.start.map(|start| (start, lap))).collect();
    laps.sort_by_key(|(start, _)| *start);
    let next = laps.iter().skip(1).map(|(start, _)| *start).chain([view.end]);
    let stretches: Vec<Stretch> = laps
        .iter()
        .zip(next)
        .map(|((from, lap), next)| Stretch { from: *from, to: lap.end.unwrap_or(next).max(*from), lap: (*lap).clone() })
        .collect();
    if stretches.is_empty() { vec![whole_of(view)] } else { stretches }
}

/// The whole workout as one lap.
pub(crate) fn whole_of(view: &WorkoutView) -> Stretch {
    let detail = &view.detail;
    let lap = Lap {
        start: Some(view.start),
        end: Some(view.end),
        elapsed_s: detail.elapsed_s,
        timer_s: detail.timer_s.or(detail.duration_s),
        distance_m: detail.distance_m,
        energy_kcal: detail.energy_kcal,
        heart_rate_avg_bpm: detail.heart_rate_avg_bpm,
        heart_rate_max_bpm: detail.heart_rate_max_bpm,
        speed_avg_mps: detail.speed_avg_mps,
        speed_max_mps: detail.speed_max_mps,
        cadence_avg: detail.bike_cadence_avg_rpm,
        power_avg_w: detail.power_avg_w,
        elevation_gain_m: detail.elevation_gain_m,
        elevation_loss_m: detail.elevation_loss_m,
        trigger: None,
    };
    Stretch { from: view.start, to: view.end, lap }
}
