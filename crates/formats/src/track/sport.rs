//! What was done, by the names that writers of TCX and GPX use.

use model::{SeriesType, WorkoutType};

/// The unified type of a name.
pub(crate) fn workout_type(raw: &str) -> WorkoutType {
    use WorkoutType as W;
    let plain = |c: char| if c.is_ascii_alphanumeric() { c.to_ascii_lowercase() } else { '_' };
    let name: String = raw.trim().chars().map(plain).collect();
    match name.as_str() {
        // numbers are those of an older exporter of Strava
        "run" | "9" | "street_running" | "track_running" | "jogging" => W::Running,
        "biking" | "bike" | "ride" | "1" | "road_biking" | "road_cycling" | "gravel_cycling" => W::Cycling,
        "trail_run" => W::TrailRunning,
        "treadmill_running" | "indoor_running" => W::Treadmill,
        "virtual_ride" | "spinning" => W::IndoorCycling,
        "walk" => W::Walking,
        "hike" => W::Hiking,
        "swim" => W::Swimming,
        "lap_swimming" => W::PoolSwimming,
        "indoor_rowing" => W::RowingMachine,
        "nordic_ski" | "nordic_skiing" | "cross_country_skiing_ws" => W::CrossCountrySkiing,
        "resort_skiing" | "alpine_ski" | "skiing" => W::AlpineSkiing,
        "multi_sport" | "multisport" => W::Multisport,
        same => W::find(same).unwrap_or(W::Other),
    }
}

/// The series that a plain cadence belongs to, and what a count is worth there: on foot a device counts
/// strides of one foot, the series counts steps of both.
pub(super) fn cadence(sport: Option<WorkoutType>) -> (SeriesType, f64) {
    use WorkoutType as W;
    match sport {
        Some(
            W::Running
            | W::TrailRunning
            | W::Treadmill
            | W::Walking
            | W::Hiking
            | W::TrailHiking
            | W::Snowshoeing
            | W::Mountaineering
            | W::CasualWalking
            | W::WalkingFitness
            | W::Orienteering,
        ) => (SeriesType::RUNNING_CADENCE, 2.0),
        Some(
            W::Swimming
            | W::PoolSwimming
            | W::OpenWaterSwimming
            | W::Rowing
            | W::RowingMachine
            | W::Paddling
            | W::Kayaking
            | W::Canoeing
            | W::StandUpPaddleboarding,
        ) => (SeriesType::SWIMMING_CADENCE, 1.0),
        Some(W::Wheelchair) => (SeriesType::WHEELCHAIR_CADENCE, 1.0),
        _ => (SeriesType::CADENCE, 1.0),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_several_writers_mean_the_same() {
        for name in ["Running", "running", "run", "9", "Street Running"] {
            assert_eq!(workout_type(name), WorkoutType::Running, "{name}");
        }
        assert_eq!(workout_type("Biking"), WorkoutType::Cycling);
        assert_eq!(workout_type("Trail Running"), WorkoutType::TrailRunning);
        assert_eq!(workout_type("Other"), WorkoutType::Other);
        assert_eq!(workout_type("jkljkl"), WorkoutType::Other);
    }

    #[test]
    fn strides_become_steps_only_on_foot() {
        assert_eq!(cadence(Some(WorkoutType::Running)), (SeriesType::RUNNING_CADENCE, 2.0));
        assert_eq!(cadence(Some(WorkoutType::Cycling)), (SeriesType::CADENCE, 1.0));
        assert_eq!(cadence(None), (SeriesType::CADENCE, 1.0));
    }
}
