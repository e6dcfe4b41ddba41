//! Stress and body battery on the wire.

use super::{Head, Json, OffsetMap};
use crate::generator::{Battery, Day, NightSpan, Person, Stress};
use serde::Serialize;
use serde_json::value::to_raw_value;

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct StressDetails<'a> {
    #[serde(flatten)]
    head: Head<'a>,
    calendar_date: String,
    time_offset_stress_level_values: OffsetMap<i8>,
    time_offset_body_battery_values: OffsetMap<u8>,
    #[serde(skip_serializing_if = "Option::is_none")]
    body_battery_dynamic_feedback_event: Option<Feedback>,
    body_battery_activity_events: Vec<Event>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Feedback {
    event_start_time_in_seconds: i64,
    body_battery_level: &'static str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Event {
    event_type: &'static str,
    event_start_time_in_seconds: i64,
    event_start_time_offset_in_seconds: i32,
    duration: u32,
    body_battery_impact: i32,
    #[serde(skip_serializing_if = "Option::is_none")]
    activity_name: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    activity_type: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    activity_id: Option<u64>,
}

/// Sleep that ended and workouts that were over at a second of the day.
fn events(person: &Person, day: &Day, battery: &Battery, until: u32) -> Vec<Event> {
    let now = day.start + i64::from(until);
    let event = |event_type, start: i64, end: i64| Event {
        event_type,
        event_start_time_in_seconds: start,
        event_start_time_offset_in_seconds: person.offset_at(start),
        duration: u32::try_from(end - start).unwrap_or(0),
        body_battery_impact: battery.change(start, end),
        activity_name: None,
        activity_type: None,
        activity_id: None,
    };
    let night = NightSpan::of(person, day.date);
    let slept = (night.end <= now).then(|| event("SLEEP", night.start, night.end));
    let workouts = day.plans.iter().filter(|plan| plan.start >= day.start && plan.end() <= now);
    let trained = workouts.map(|plan| Event {
        activity_name: Some(plan.sport.title()),
        activity_type: Some(plan.sport.wire_name()),
        activity_id: Some(plan.id),
        ..event("ACTIVITY", plan.start, plan.end())
    });
    slept.into_iter().chain(trained).collect()
}

/// An item of `stressDetails`: a day up to a second of it.
pub(crate) fn stress_json(person: &Person, day: &Day, until: u32, user_id: Option<&str>) -> Json {
    let stress = Stress::of(person, day, until);
    let battery = Battery::of(person, day);
    let levels = battery.levels(day, &stress);
    let feedback = levels.last().map(|(second, level)| Feedback {
        event_start_time_in_seconds: day.start + i64::from(*second),
        body_battery_level: match level {
            ..=25 => "VERY_LOW",
            26..=50 => "LOW",
            51..=75 => "MODERATE",
            _ => "HIGH",
        },
    });
    to_raw_value(&StressDetails {
        head: Head::new(person, user_id, day.start, until),
        calendar_date: day.date.to_string(),
        body_battery_activity_events: events(person, day, &battery, until),
        time_offset_stress_level_values: OffsetMap(stress.levels),
        time_offset_body_battery_values: OffsetMap(levels),
        body_battery_dynamic_feedback_event: feedback,
    })
}
