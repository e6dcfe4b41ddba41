//! The samples of a workout side by side, as files of workouts have them: one row an instant.

use model::{Timestamp, WorkoutView};

/// The rows of a workout, in order of time.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Track {
    /// One an instant.
    pub rows: Vec<Row>,
    /// What its cadence counts.
    pub cadence: Cadence,
}

/// One sport of several in a workout: what is known of it, and its rows.
#[derive(Clone, Debug)]
pub struct Part {
    /// What is known.
    pub view: WorkoutView,
    /// What was measured.
    pub track: Track,
}

/// What a cadence counts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Cadence {
    /// Turns of a crank, strokes, pushes.
    #[default]
    Turns,
    /// Strides of one foot: half of the steps.
    Strides,
}

/// What was measured at an instant.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Row {
    /// When.
    pub time: Timestamp,
    /// Degrees north.
    pub latitude_deg: Option<f64>,
    /// Degrees east.
    pub longitude_deg: Option<f64>,
    /// Metres above sea level.
    pub elevation_m: Option<f64>,
    /// Metres from the start.
    pub distance_m: Option<f64>,
    /// Metres a second.
    pub speed_mps: Option<f64>,
    /// Beats a minute.
    pub heart_rate_bpm: Option<f64>,
    /// Counts of [`Track::cadence`] a minute.
    pub cadence_rpm: Option<f64>,
    /// Degrees Celsius of the air.
    pub temperature_c: Option<f64>,
    /// Watts.
    pub power_w: Option<f64>,
}

impl Row {
    /// Degrees north and east, where that is a place on earth.
    #[must_use]
    pub fn position(&self) -> Option<(f64, f64)> {
        let latitude = self.latitude_deg.filter(|degrees| (-90.0..=90.0).contains(degrees))?;
        let longitude = self.longitude_deg.filter(|degrees| (-180.0..=180.0).contains(degrees))?;
        Some((latitude, longitude))
    }

    /// Takes each value that a later row has.
    pub(crate) fn take(&mut self, later: &Self) {
        let take = |own: &mut Option<f64>, other: Option<f64>| *own = other.or(*own);
        take(&mut self.latitude_deg, later.latitude_deg);
        take(&mut self.longitude_deg, later.longitude_deg);
        take(&mut self.elevation_m, later.elevation_m);
        take(&mut self.distance_m, later.distance_m);
        take(&mut self.speed_mps, later.speed_mps);
        take(&mut self.heart_rate_bpm, later.heart_rate_bpm);
        take(&mut self.cadence_rpm, later.cadence_rpm);
        take(&mut self.temperature_c, later.temperature_c);
        take(&mut self.power_w, later.power_w);
    }
}

/// A value that is a number.
pub(crate) fn finite(value: Option<f64>) -> Option<f64> {
    value.filter(|value| value.is_finite())
}
