//! `GET /api/v1/webhooks/event-types`: the catalogue of event types.
//!
//! The names are the peer's, groups with their children; those that end in `.updated` or `.deleted` and
//! `connection.data_erased` are ours.

use axum::Json;
use serde::Serialize;
use utoipa::ToSchema;

/// A type of event.
#[derive(Serialize, ToSchema)]
pub(crate) struct EventTypeRead {
    /// Its name.
    name: String,
    /// When it is sent.
    description: String,
    /// For a group: the types it stands for.
    child_events: Option<Vec<String>>,
}

/// Types that stand for themselves.
const SINGLE: &[(&str, &str)] = &[
    ("connection.created", "An account was connected"),
    ("connection.updated", "What a person permits changed; the message says what was granted and withdrawn"),
    ("connection.revoked", "A connection ended; the message says why"),
    ("connection.data_erased", "All data that came through a connection was erased"),
    ("sync.started", "A run of synchronisation began"),
    ("sync.completed", "A run of synchronisation ended"),
    ("sync.failed", "A run of synchronisation failed"),
    ("workout.created", "A workout arrived"),
    ("workout.updated", "A workout changed; the message says which fields"),
    ("sleep.created", "A night or nap arrived"),
    ("sleep.updated", "A night or nap changed; the message says which fields"),
    ("workout.deleted", "A workout is no more, as its source deleted it"),
    ("sleep.deleted", "A night or nap is no more: its source deleted it, or it is part of another"),
    ("menstrual_cycle.created", "A menstrual cycle arrived"),
    ("menstrual_cycle.updated", "A menstrual cycle changed; the message says which fields"),
];

/// Groups of series, and the codes of the series in each.
const GROUPS: &[(&str, &[&str])] = &[
    (
        "heart_rate",
        &[
            "heart_rate",
            "resting_heart_rate",
            "heart_rate_recovery_one_minute",
            "walking_heart_rate_average",
            "atrial_fibrillation_burden",
        ],
    ),
    ("heart_rate_variability", &["heart_rate_variability_sdnn", "heart_rate_variability_rmssd"]),
    ("steps", &["steps"]),
    ("calories", &["energy", "basal_energy"]),
    ("spo2", &["oxygen_saturation", "peripheral_perfusion_index"]),
    (
        "respiratory_rate",
        &[
            "respiratory_rate",
            "sleeping_breathing_disturbances",
            "breathing_disturbance_index",
            "forced_vital_capacity",
            "forced_expiratory_volume_1",
            "peak_expiratory_flow_rate",
        ],
    ),
    (
        "body_temperature",
        &[
            "body_temperature",
            "skin_temperature",
            "skin_temperature_deviation",
            "skin_temperature_trend_deviation",
            "garmin_skin_temperature",
        ],
    ),
    ("stress", &["garmin_stress_level", "electrodermal_activity"]),
    ("blood_glucose", &["blood_glucose", "blood_alcohol_content", "insulin_delivery"]),
    ("blood_pressure", &["blood_pressure_systolic", "blood_pressure_diastolic"]),
    (
        "body_composition",
        &[
            "height",
            "weight",
            "body_fat_percentage",
            "body_mass_index",
            "lean_body_mass",
            "body_fat_mass",
            "skeletal_muscle_mass",
            "waist_circumference",
        ],
    ),
    ("fitness_metrics", &["vo2_max", "six_minute_walk_test_distance", "cardiovascular_age", "garmin_fitness_age"]),
    ("recovery_score", &["garmin_body_battery"]),
    (
        "activity_timeseries",
        &[
            "stand_time",
            "exercise_time",
            "physical_effort",
            "flights_climbed",
            "average_met",
            "active_time",
            "push_count",
            "number_of_times_fallen",
            "number_of_alcoholic_beverages",
            "nike_fuel",
            "hydration",
            "distance_walking_running",
            "distance_cycling",
            "distance_swimming",
            "distance_downhill_snow_sports",
            "distance_other",
        ],
    ),
    (
        "workout_metrics",
        &[
            "cadence",
            "power",
            "speed",
            "workout_effort_score",
            "estimated_workout_effort_score",
            "walking_step_length",
            "walking_speed",
            "walking_double_support_percentage",
            "walking_asymmetry_percentage",
            "walking_steadiness",
            "stair_descent_speed",
            "stair_ascent_speed",
            "running_power",
            "running_speed",
            "running_vertical_oscillation",
            "running_ground_contact_time",
            "running_stride_length",
            "swimming_stroke_count",
            "underwater_depth",
        ],
    ),
    (
        "environmental",
        &[
            "environmental_audio_exposure",
            "headphone_audio_exposure",
            "environmental_sound_reduction",
            "time_in_daylight",
            "water_temperature",
            "uv_exposure",
            "inhaler_usage",
            "weather_temperature",
            "weather_humidity",
        ],
    ),
];

fn granular(code: &str) -> String {
    format!("series.{code}.created")
}

/// Whether events of this name exist.
pub(super) fn is_event_type(name: &str) -> bool {
    let group = |name: &str| GROUPS.iter().any(|(group, _)| *group == name);
    let code = |code: &str| GROUPS.iter().any(|(_, codes)| codes.contains(&code));
    SINGLE.iter().any(|(single, _)| *single == name)
        || name
            .strip_suffix(".created")
            .is_some_and(|rest| group(rest) || rest.strip_prefix("series.").is_some_and(code))
}

fn catalogue() -> Vec<EventTypeRead> {
    let single = SINGLE.iter().map(|(name, description)| EventTypeRead {
        name: (*name).to_owned(),
        description: (*description).to_owned(),
        child_events: None,
    });
    let groups = GROUPS.iter().map(|(group, codes)| EventTypeRead {
        name: format!("{group}.created"),
        description: format!("Samples of a series in the group {group} arrived"),
        child_events: Some(codes.iter().map(|code| granular(code)).collect()),
    });
    let series = GROUPS.iter().flat_map(|(_, codes)| codes.iter()).map(|code| EventTypeRead {
        name: granular(code),
        description: format!("Samples of {code} arrived"),
        child_events: None,
    });
    single.chain(groups).chain(series).collect()
}

#[utoipa::path(
    get, path = "/api/v1/webhooks/event-types", tag = "Webhooks", operation_id = "list_event_types",
    summary = "List event types",
    responses((status = 200, description = "Every type", body = Vec<EventTypeRead>)),
)]
pub(crate) async fn list() -> Json<Vec<EventTypeRead>> {
    Json(catalogue())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn the_catalogue_holds_the_111_types_of_the_contract_and_seven_of_ours() {
        let all = catalogue();
        assert_eq!(all.len(), 118);
        assert_eq!(all.iter().map(|event| &event.name).collect::<HashSet<_>>().len(), 118);
        assert!(all.iter().all(|event| is_event_type(&event.name)));
        assert!(!is_event_type("series.latitude.created"));
    }

    #[test]
    fn every_code_is_a_series() {
        let codes = GROUPS.iter().flat_map(|(_, codes)| codes.iter());
        assert!(codes.into_iter().all(|code| model::SeriesType::find(code).is_some()));
    }
}
