//! Daily summaries on the wire, up to a second of the day.

use super::{Head, Json, OffsetMap, rounded};
use crate::generator::{Battery, Day, Epoch, Person, Stress};
use serde::Serialize;
use serde_json::value::to_raw_value;

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Daily<'a> {
    #[serde(flatten)]
    head: Head<'a>,
    calendar_date: String,
    activity_type: &'static str,
    active_kilocalories: u32,
    bmr_kilocalories: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    consumed_calories: Option<u32>,
    steps: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    pushes: Option<u32>,
    distance_in_meters: f64,
    #[serde(skip_serializing_if = "Option::is_none")]
    push_distance_in_meters: Option<f64>,
    active_time_in_seconds: u32,
    moderate_intensity_duration_in_seconds: u32,
    vigorous_intensity_duration_in_seconds: u32,
    floors_climbed: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    min_heart_rate_in_beats_per_minute: Option<u8>,
    #[serde(skip_serializing_if = "Option::is_none")]
    max_heart_rate_in_beats_per_minute: Option<u8>,
    average_heart_rate_in_beats_per_minute: u8,
    resting_heart_rate_in_beats_per_minute: u8,
    time_offset_heart_rate_samples: OffsetMap<u8>,
    #[serde(flatten)]
    stress: StressTotals,
    steps_goal: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    net_kilocalories_goal: Option<u32>,
    intensity_duration_goal_in_seconds: u32,
    floors_climbed_goal: u32,
    body_battery_charged_value: u32,
    body_battery_drained_value: u32,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct StressTotals {
    average_stress_level: i32,
    max_stress_level: i32,
    stress_duration_in_seconds: u32,
    rest_stress_duration_in_seconds: u32,
    activity_stress_duration_in_seconds: u32,
    low_stress_duration_in_seconds: u32,
    medium_stress_duration_in_seconds: u32,
    high_stress_duration_in_seconds: u32,
    stress_qualifier: &'static str,
}

impl StressTotals {
    fn of(stress: &Stress, awake: bool) -> Self {
        let (average, highest) = stress.average_and_highest().unwrap_or((-1, -1));
        let (low, medium, high) = (stress.seconds(26..=50), stress.seconds(51..=75), stress.seconds(76..=100));
        Self {
            average_stress_level: average,
            max_stress_level: highest,
            stress_duration_in_seconds: low + medium + high,
            rest_stress_duration_in_seconds: stress.seconds(1..=25),
            activity_stress_duration_in_seconds: stress.seconds(-2..=-2),
            low_stress_duration_in_seconds: low,
            medium_stress_duration_in_seconds: medium,
            high_stress_duration_in_seconds: high,
            stress_qualifier: match (average, awake) {
                (..0, _) => "unknown",
                (0..=25, false) => "calm",
                (0..=25, true) => "calm_awake",
                (26..=39, false) => "balanced",
                (26..=39, true) => "balanced_awake",
                (40..=59, false) => "stressful",
                (40..=59, true) => "stressful_awake",
                (_, false) => "very_stressful",
                (_, true) => "very_stressful_awake",
            },
        }
    }
}

/// An item of `dailies`: a day up to a second of it.
pub(crate) fn daily_json(person: &Person, day: &Day, until: u32, user_id: Option<&str>) -> Json {
    let traits = person.traits();
    let wheels = person.persona.wheels();
    let epochs = day.movement.epochs(0, until);
    let sum = |count: fn(&Epoch) -> u32| epochs.iter().map(count).sum::<u32>();
    let meters = f64::from(sum(|epoch| epoch.centimetres)) / 100.0;
    let beats = day.heart_rate(person, until);
    let stress = Stress::of(person, day, until);
    let (charged, drained) = Battery::of(person, day).charged_and_drained(day, until);
    let eats = person.dice(day.date, "food").chance(0.3) && until == day.length;
    to_raw_value(&Daily {
        head: Head::new(person, user_id, day.start, until),
        calendar_date: day.date.to_string(),
        activity_type: "WALKING",
        active_kilocalories: sum(Epoch::kilocalories),
        bmr_kilocalories: (traits.basal_kilocalories * f64::from(until) / 86_400.0) as u32,
        consumed_calories: eats.then_some((traits.basal_kilocalories * 1.4) as u32),
        steps: sum(|epoch| epoch.steps),
        pushes: wheels.then(|| sum(|epoch| epoch.pushes)),
        distance_in_meters: if wheels { 0.0 } else { rounded(meters, 2) },
        push_distance_in_meters: wheels.then_some(rounded(meters, 2)),
        active_time_in_seconds: sum(|epoch| if epoch.is_sedentary() { 0 } else { epoch.active }),
        moderate_intensity_duration_in_seconds: sum(|epoch| epoch.moderate),
        vigorous_intensity_duration_in_seconds: sum(|epoch| epoch.vigorous),
        floors_climbed: sum(|epoch| epoch.floors),
        min_heart_rate_in_beats_per_minute: beats.iter().map(|(_, rate)| *rate).min(),
        max_heart_rate_in_beats_per_minute: beats.iter().map(|(_, rate)| *rate).max(),
        average_heart_rate_in_beats_per_minute: day.seven_day_average_heart_rate,
        resting_heart_rate_in_beats_per_minute: day.resting_heart_rate,
        time_offset_heart_rate_samples: OffsetMap(beats),
        stress: StressTotals::of(&stress, until < day.length),
        steps_goal: traits.steps_goal,
        net_kilocalories_goal: eats.then_some((traits.basal_kilocalories * 1.2) as u32),
        intensity_duration_goal_in_seconds: 9000,
        floors_climbed_goal: 10,
        body_battery_charged_value: charged,
        body_battery_drained_value: drained,
    })
}
