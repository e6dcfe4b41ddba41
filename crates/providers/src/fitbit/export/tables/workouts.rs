//! Workouts of the table of exercises.

use super::{Rows, instant, nights::offset, source};
use crate::table::Row;
use model::{Facet, IssueCode, Mapped, Record, WorkoutDetail, WorkoutRecord, WorkoutType};

impl Rows {
    pub(super) fn exercise(&mut self, row: &Row<'_>, mapped: &mut Mapped) {
        let time = |column| row.text(column).and_then(|text| instant(&text));
        let Some(start) = time("exercise_start") else {
            return row.notes(mapped).add(IssueCode::Invalid, "exercise_start", "missing, or not a time");
        };
        let end = time("exercise_end").filter(|end| *end > start);
        let elapsed_s = end.map(|end| end.micros_since(start) as f64 / 1e6);
        let name = row.text("activity_name");
        let mut above_zero =
            |column: &str, most: f64| row.number(column, 0.0, most, mapped).filter(|value| *value > 0.0);
        let detail = WorkoutDetail {
            workout_type: Some(name.as_deref().map_or(WorkoutType::Other, workout_type)),
            duration_s: elapsed_s,
            elapsed_s,
            energy_kcal: above_zero("tracker_total_calories", 1e5),
            steps: above_zero("tracker_total_steps", 1e6),
            distance_m: above_zero("tracker_total_distance_mm", 1e10).map(|millimetres| millimetres / 1e3),
            heart_rate_avg_bpm: above_zero("tracker_avg_heart_rate", 300.0),
            heart_rate_max_bpm: above_zero("tracker_peak_heart_rate", 300.0),
            manual: row.text("log_type").map(|kind| kind.eq_ignore_ascii_case("manual")),
            raw_type: name,
            ..WorkoutDetail::default()
        };
        mapped.records.push(Record::Workout(Box::new(WorkoutRecord {
            external_id: row.text("exercise_id").unwrap_or_else(|| format!("exercise:{start}")),
            aliases: Vec::new(),
            facet: Facet::Summary,
            rank: 0,
            source: source(row),
            start: Some(start),
            end,
            offset: offset(row, "utc_offset"),
            detail,
            file: None,
            samples: Vec::new(),
        })));
    }
}

/// By Fitbit's name, or by ours where both agree.
fn workout_type(name: &str) -> WorkoutType {
    let plain = name.to_ascii_lowercase().replace([' ', '-', '/'], "_");
    match plain.as_str() {
        "walk" | "outdoor_walk" => WorkoutType::Walking,
        "run" | "outdoor_run" => WorkoutType::Running,
        "treadmill_run" => WorkoutType::Treadmill,
        "bike" | "outdoor_bike" => WorkoutType::Cycling,
        "spinning" | "stationary_bike" => WorkoutType::IndoorCycling,
        "hike" => WorkoutType::Hiking,
        "swim" => WorkoutType::Swimming,
        "weights" | "strength" => WorkoutType::StrengthTraining,
        "stairclimber" => WorkoutType::StairClimbing,
        "hiit" | "interval_workout" | "circuit_training" => WorkoutType::CardioTraining,
        same => WorkoutType::find(same).unwrap_or(WorkoutType::Other),
    }
}
