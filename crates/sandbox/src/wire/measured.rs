//! What a device measured over a whole activity; nearly nothing of it when an activity was entered by hand.

use super::rounded;
use crate::generator::{Rhythm, Workout};
use serde::Serialize;

/// The measured fields of an activity summary.
#[derive(Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Measured {
    active_kilocalories: u16,
    #[serde(skip_serializing_if = "Option::is_none")]
    average_heart_rate_in_beats_per_minute: Option<u8>,
    #[serde(skip_serializing_if = "Option::is_none")]
    max_heart_rate_in_beats_per_minute: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) distance_in_meters: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    steps: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pushes: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    number_of_active_lengths: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    average_speed_in_meters_per_second: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    max_speed_in_meters_per_second: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    average_pace_in_minutes_per_kilometer: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    max_pace_in_minutes_per_kilometer: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    average_run_cadence_in_steps_per_minute: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    max_run_cadence_in_steps_per_minute: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    average_bike_cadence_in_rounds_per_minute: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    max_bike_cadence_in_rounds_per_minute: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    average_push_cadence_in_pushes_per_minute: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    max_push_cadence_in_pushes_per_minute: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    average_swim_cadence_in_strokes_per_minute: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    starting_latitude_in_degree: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    starting_longitude_in_degree: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    total_elevation_gain_in_meters: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    total_elevation_loss_in_meters: Option<f64>,
}

/// Degrees as a service writes them: enough digits to tell every semicircle apart.
pub(super) fn degrees(semicircles: i32) -> f64 {
    rounded(f64::from(semicircles) * (180.0 / 2f64.powi(31)), 9)
}

/// Minutes for a kilometre.
fn pace(speed_mm: u32) -> Option<f64> {
    (speed_mm > 0).then(|| rounded(1_000_000.0 / 60.0 / f64::from(speed_mm), 6))
}

impl Measured {
    pub(super) fn of(workout: &Workout) -> Self {
        let totals = &workout.totals;
        if workout.plan.is_manual() {
            return Self { active_kilocalories: totals.kilocalories, ..Self::default() };
        }
        let rhythm = workout.plan.sport.rhythm();
        let speed = |mm: Option<u32>| mm.map(|mm| f64::from(mm) / 1000.0);
        let average = |of| totals.average_cadence.filter(|_| rhythm == Some(of)).map(f64::from);
        let highest = |of| totals.max_cadence.filter(|_| rhythm == Some(of)).map(f64::from);
        let lengths = workout.lengths.iter().filter(|length| length.is_active()).count();
        let start = workout.samples.iter().find_map(|sample| sample.position);
        Self {
            active_kilocalories: totals.kilocalories,
            average_heart_rate_in_beats_per_minute: Some(totals.average_heart_rate),
            max_heart_rate_in_beats_per_minute: Some(f64::from(totals.max_heart_rate)),
            distance_in_meters: totals.distance_cm.map(|cm| f64::from(cm) / 100.0),
            steps: totals.steps,
            pushes: totals.pushes,
            number_of_active_lengths: (lengths > 0).then_some(lengths),
            average_speed_in_meters_per_second: speed(totals.average_speed_mm),
            max_speed_in_meters_per_second: speed(totals.max_speed_mm),
            average_pace_in_minutes_per_kilometer: totals.average_speed_mm.and_then(pace),
            max_pace_in_minutes_per_kilometer: totals.max_speed_mm.and_then(pace),
            average_run_cadence_in_steps_per_minute: average(Rhythm::Steps),
            max_run_cadence_in_steps_per_minute: highest(Rhythm::Steps),
            average_bike_cadence_in_rounds_per_minute: average(Rhythm::Turns),
            max_bike_cadence_in_rounds_per_minute: highest(Rhythm::Turns),
            average_push_cadence_in_pushes_per_minute: average(Rhythm::Pushes),
            max_push_cadence_in_pushes_per_minute: highest(Rhythm::Pushes),
            average_swim_cadence_in_strokes_per_minute: average(Rhythm::Strokes),
            starting_latitude_in_degree: start.map(|(latitude, _)| degrees(latitude)),
            starting_longitude_in_degree: start.map(|(_, longitude)| degrees(longitude)),
            total_elevation_gain_in_meters: totals.ascent.map(f64::from),
            total_elevation_loss_in_meters: totals.descent.map(f64::from),
        }
    }
}
