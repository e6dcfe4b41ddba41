//! One lap while it is read, with those of its numbers that the model keeps for the whole workout only.

use crate::track::{Moment, number};
use model::{Lap, Timestamp};

#[derive(Default)]
pub(super) struct LapReader {
    pub(super) lap: Lap,
    pub(super) start: Option<Moment>,
    pub(super) run_cadence_avg: Option<f64>,
    pub(super) run_cadence_max: Option<f64>,
    pub(super) bike_cadence_avg: Option<f64>,
    pub(super) bike_cadence_max: Option<f64>,
    pub(super) power_max_w: Option<f64>,
    pub(super) steps: Option<f64>,
    tracks: usize,
}

impl LapReader {
    pub(super) fn new(start: Option<Moment>) -> Self {
        let lap = Lap { start: start.map(|start| start.at), ..Lap::default() };
        Self { lap, start, ..Self::default() }
    }

    /// A track begins; whether it is a further one of this lap.
    pub(super) fn begin_track(&mut self) -> bool {
        self.tracks += 1;
        self.tracks > 1
    }

    /// A text at a path within the lap.
    pub(super) fn text(&mut self, path: &[&str], text: &str) {
        let value = number(text);
        let heart = value.filter(|rate| *rate > 0.0);
        match path {
            ["TotalTimeSeconds"] => self.lap.timer_s = value,
            ["DistanceMeters"] => self.lap.distance_m = value,
            ["MaximumSpeed"] => self.lap.speed_max_mps = value,
            ["Calories"] => self.lap.energy_kcal = value,
            ["AverageHeartRateBpm", "Value"] => self.lap.heart_rate_avg_bpm = heart,
            ["MaximumHeartRateBpm", "Value"] => self.lap.heart_rate_max_bpm = heart,
            ["Cadence"] => self.bike_cadence_avg = value,
            ["TriggerMethod"] => self.lap.trigger = Some(text.chars().take(40).collect::<String>().to_lowercase()),
            ["Extensions", "LX", field] => self.extension(field, value),
            _ => {}
        }
    }

    fn extension(&mut self, field: &str, value: Option<f64>) {
        match field {
            "AvgSpeed" => self.lap.speed_avg_mps = value,
            "MaxBikeCadence" => self.bike_cadence_max = value,
            "AvgRunCadence" => self.run_cadence_avg = value,
            "MaxRunCadence" => self.run_cadence_max = value,
            "Steps" => self.steps = value,
            "AvgWatts" => self.lap.power_avg_w = value,
            "MaxWatts" => self.power_max_w = value,
            _ => {}
        }
    }

    /// The lap ends: where its timer says, or with its last point where that is later, as with pauses.
    pub(super) fn end(&mut self, latest: Option<Timestamp>) {
        self.lap.cadence_avg = self.run_cadence_avg.or(self.bike_cadence_avg);
        let Some(start) = self.lap.start else { return };
        let timer = self.lap.timer_s.filter(|seconds| *seconds >= 0.0);
        let timed = timer.map(|seconds| start.plus_micros((seconds * 1e6) as i64));
        let end = timed.max(latest.filter(|latest| *latest >= start));
        self.lap.end = end;
        self.lap.elapsed_s = end.map(|end| end.micros_since(start) as f64 / 1e6);
    }
}
