//! Daily summaries on the wire, up to a second of the day.

use super::{OffsetMap, rounded};
use crate::generator::{Day, Person, StressLevel};
use model::LocalDate;
use serde::Serialize;

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Daily<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    user_id: Option<&'a str>,
    summary_id: String,
    calendar_date: String,
    activity_type: &'static str,
    active_kilocalories: u32,
    bmr_kilocalories: u32,
    steps: u32,
    distance_in_meters: f64,
    duration_in_seconds: u32,
    active_time_in_seconds: u32,
    start_time_in_seconds: i64,
    start_time_offset_in_seconds: i32,
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
    stress: Stress,
    steps_goal: u32,
    intensity_duration_goal_in_seconds: u32,
    floors_climbed_goal: u32,
    body_battery_charged_value: u32,
    body_battery_drained_value: u32,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Stress {
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

fn stress(minutes: &[StressLevel]) -> Stress {
    let level = |minute: &StressLevel| match minute {
        StressLevel::Rest(l) | StressLevel::Low(l) | StressLevel::Medium(l) | StressLevel::High(l) => {
            Some(i32::from(*l))
        }
        StressLevel::Activity => None,
    };
    let levels: Vec<i32> = minutes.iter().filter_map(level).collect();
    let seconds = |wanted: fn(&StressLevel) -> bool| minutes.iter().filter(|m| wanted(m)).count() as u32 * 60;
    let count = i32::try_from(levels.len()).unwrap_or(i32::MAX);
    let average = if levels.is_empty() { -1 } else { levels.iter().sum::<i32>() / count };
    let (low, medium, high) = (
        seconds(|m| matches!(m, StressLevel::Low(_))),
        seconds(|m| matches!(m, StressLevel::Medium(_))),
        seconds(|m| matches!(m, StressLevel::High(_))),
    );
    Stress {
        average_stress_level: average,
        max_stress_level: levels.iter().copied().max().unwrap_or(-1),
        stress_duration_in_seconds: low + medium + high,
        rest_stress_duration_in_seconds: seconds(|m| matches!(m, StressLevel::Rest(_))),
        activity_stress_duration_in_seconds: seconds(|m| matches!(m, StressLevel::Activity)),
        low_stress_duration_in_seconds: low,
        medium_stress_duration_in_seconds: medium,
        high_stress_duration_in_seconds: high,
        stress_qualifier: match average {
            ..0 => "unknown",
            0..=25 => "calm",
            26..=39 => "balanced",
            40..=59 => "stressful",
            _ => "very_stressful",
        },
    }
}

/// An item of `dailies`: the date up to `until` seconds after its local midnight.
pub(crate) fn daily_json(
    person: &Person,
    date: LocalDate,
    day: &Day,
    until: u32,
    user_id: Option<&str>,
) -> serde_json::Result<String> {
    let minutes = (until / 60) as usize;
    let traits = person.persona.traits();
    let steps = day.steps.get(..minutes).unwrap_or(&day.steps);
    let energy = day.active_energy.get(..minutes).unwrap_or(&day.active_energy);
    let seconds_with = |low: f64, high: f64| energy.iter().filter(|e| (low..high).contains(*e)).count() as u32 * 60;
    let beats: Vec<(u32, u8)> = day.heart_rate.iter().copied().take_while(|(at, _)| *at < until).collect();
    let stress_minutes = day.stress.get(..minutes).unwrap_or(&day.stress);
    let hours = f64::from(until) / 3600.0;
    serde_json::to_string(&Daily {
        user_id,
        summary_id: person.summary_id(day.start),
        calendar_date: date.to_string(),
        activity_type: "WALKING",
        active_kilocalories: energy.iter().sum::<f64>() as u32,
        bmr_kilocalories: (traits.basal_kilocalories * f64::from(until) / 86_400.0) as u32,
        steps: steps.iter().map(|steps| u32::from(*steps)).sum(),
        distance_in_meters: rounded(day.meters.iter().take(minutes).sum(), 1),
        duration_in_seconds: until,
        active_time_in_seconds: steps.iter().filter(|steps| **steps > 0).count() as u32 * 60,
        start_time_in_seconds: day.start,
        start_time_offset_in_seconds: person.offset_seconds,
        moderate_intensity_duration_in_seconds: seconds_with(3.0, 7.0),
        vigorous_intensity_duration_in_seconds: seconds_with(7.0, f64::MAX),
        floors_climbed: day.floors.iter().take(minutes).map(|floors| u32::from(*floors)).sum(),
        min_heart_rate_in_beats_per_minute: beats.iter().map(|(_, rate)| *rate).min(),
        max_heart_rate_in_beats_per_minute: beats.iter().map(|(_, rate)| *rate).max(),
        average_heart_rate_in_beats_per_minute: day.seven_day_average_heart_rate,
        resting_heart_rate_in_beats_per_minute: day.resting_heart_rate,
        time_offset_heart_rate_samples: OffsetMap(beats),
        stress: stress(stress_minutes),
        steps_goal: traits.steps_goal,
        intensity_duration_goal_in_seconds: 9000,
        floors_climbed_goal: 10,
        body_battery_charged_value: (hours.min(7.0) * 8.6) as u32,
        body_battery_drained_value: ((hours - 7.0).max(0.0) * 3.4) as u32,
    })
}
