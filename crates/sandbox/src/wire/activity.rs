//! Activity summaries and details.

use super::rounded;
use crate::generator::{Person, Sample, Workout};
use serde::Serialize;

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Summary<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    user_id: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    summary_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    activity_id: Option<u64>,
    start_time_in_seconds: i64,
    start_time_offset_in_seconds: i32,
    duration_in_seconds: u32,
    activity_type: &'a str,
    activity_name: &'a str,
    device_name: &'a str,
    #[serde(flatten)]
    measured: Measured,
    manual: bool,
    is_web_upload: bool,
}

/// What a device adds; nothing of it when an activity was entered by hand.
#[derive(Default, Serialize)]
#[serde(rename_all = "camelCase")]
struct Measured {
    active_kilocalories: u16,
    #[serde(skip_serializing_if = "Option::is_none")]
    average_heart_rate_in_beats_per_minute: Option<u8>,
    #[serde(skip_serializing_if = "Option::is_none")]
    max_heart_rate_in_beats_per_minute: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    distance_in_meters: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    steps: Option<u32>,
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
    starting_latitude_in_degree: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    starting_longitude_in_degree: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    total_elevation_gain_in_meters: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    total_elevation_loss_in_meters: Option<f64>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Details<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    user_id: Option<&'a str>,
    summary_id: String,
    activity_id: u64,
    summary: Summary<'a>,
    samples: Vec<WireSample>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    laps: Vec<WireLap>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct WireLap {
    start_time_in_seconds: i64,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct WireSample {
    start_time_in_seconds: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    latitude_in_degree: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    longitude_in_degree: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    elevation_in_meters: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    air_temperature_celcius: Option<f64>,
    heart_rate: u8,
    #[serde(skip_serializing_if = "Option::is_none")]
    speed_meters_per_second: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    steps_per_minute: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    total_distance_in_meters: Option<f64>,
    timer_duration_in_seconds: u32,
    clock_duration_in_seconds: u32,
    moving_duration_in_seconds: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    power_in_watts: Option<f64>,
    #[serde(rename = "bikeCadenceInRPM", skip_serializing_if = "Option::is_none")]
    bike_cadence_in_rpm: Option<f64>,
}

/// Degrees as a service writes them: enough digits to tell every semicircle apart.
fn degrees(semicircles: i32) -> f64 {
    rounded(f64::from(semicircles) * (180.0 / 2f64.powi(31)), 9)
}

/// Minutes for a kilometre.
fn pace(speed_mm: u32) -> Option<f64> {
    (speed_mm > 0).then(|| rounded(1_000_000.0 / 60.0 / f64::from(speed_mm), 6))
}

fn measured(workout: &Workout) -> Measured {
    let totals = &workout.totals;
    let sport = workout.plan.sport;
    if sport.is_manual() {
        return Measured { active_kilocalories: totals.kilocalories, ..Measured::default() };
    }
    let speed = |mm: Option<u32>| mm.map(|mm| f64::from(mm) / 1000.0);
    let walking = |value: Option<u16>| value.filter(|_| sport.is_on_foot()).map(f64::from);
    let pedalling = |value: Option<u16>| value.filter(|_| sport.is_cycling()).map(f64::from);
    let start = workout.samples.first().and_then(|sample| sample.position);
    Measured {
        active_kilocalories: totals.kilocalories,
        average_heart_rate_in_beats_per_minute: Some(totals.average_heart_rate),
        max_heart_rate_in_beats_per_minute: Some(f64::from(totals.max_heart_rate)),
        distance_in_meters: totals.distance_cm.map(|cm| f64::from(cm) / 100.0),
        steps: totals.steps,
        average_speed_in_meters_per_second: speed(totals.average_speed_mm),
        max_speed_in_meters_per_second: speed(totals.max_speed_mm),
        average_pace_in_minutes_per_kilometer: totals.average_speed_mm.and_then(pace),
        max_pace_in_minutes_per_kilometer: totals.max_speed_mm.and_then(pace),
        average_run_cadence_in_steps_per_minute: walking(totals.average_cadence),
        max_run_cadence_in_steps_per_minute: walking(totals.max_cadence),
        average_bike_cadence_in_rounds_per_minute: pedalling(totals.average_cadence),
        max_bike_cadence_in_rounds_per_minute: pedalling(totals.max_cadence),
        starting_latitude_in_degree: start.map(|(latitude, _)| degrees(latitude)),
        starting_longitude_in_degree: start.map(|(_, longitude)| degrees(longitude)),
        total_elevation_gain_in_meters: totals.ascent.map(f64::from),
        total_elevation_loss_in_meters: totals.descent.map(f64::from),
    }
}

fn summary<'a>(person: &'a Person, workout: &Workout, user_id: Option<&'a str>, inside_details: bool) -> Summary<'a> {
    let sport = workout.plan.sport;
    Summary {
        user_id,
        summary_id: (!inside_details).then(|| workout.plan.id.to_string()),
        activity_id: (!inside_details).then_some(workout.plan.id),
        start_time_in_seconds: workout.plan.start,
        start_time_offset_in_seconds: person.offset_seconds,
        duration_in_seconds: workout.totals.timer,
        activity_type: sport.wire_name(),
        activity_name: sport.title(),
        device_name: if sport.is_manual() { "unknown" } else { person.persona.traits().device_name },
        measured: measured(workout),
        manual: sport.is_manual(),
        is_web_upload: false,
    }
}

fn wire_sample(workout: &Workout, sample: &Sample) -> WireSample {
    let sport = workout.plan.sport;
    let cadence = sample.cadence.map(f64::from);
    WireSample {
        start_time_in_seconds: workout.plan.start + i64::from(sample.clock),
        latitude_in_degree: sample.position.map(|(latitude, _)| degrees(latitude)),
        longitude_in_degree: sample.position.map(|(_, longitude)| degrees(longitude)),
        elevation_in_meters: sample.altitude_fifths.map(|fifths| f64::from(fifths) / 5.0),
        air_temperature_celcius: sample.temperature.map(f64::from),
        heart_rate: sample.heart_rate,
        speed_meters_per_second: sample.speed_mm.map(|mm| f64::from(mm) / 1000.0),
        steps_per_minute: cadence.filter(|_| sport.is_on_foot()),
        total_distance_in_meters: sample.distance_cm.map(|cm| f64::from(cm) / 100.0),
        timer_duration_in_seconds: sample.timer,
        clock_duration_in_seconds: sample.clock,
        moving_duration_in_seconds: sample.moving,
        power_in_watts: sample.power.map(f64::from),
        bike_cadence_in_rpm: cadence.filter(|_| sport.is_cycling()),
    }
}

/// An item of `activities` or `manuallyUpdatedActivities`.
pub(crate) fn summary_json(person: &Person, workout: &Workout, user_id: Option<&str>) -> serde_json::Result<String> {
    serde_json::to_string(&summary(person, workout, user_id, false))
}

/// An item of `activityDetails`.
pub(crate) fn details_json(person: &Person, workout: &Workout, user_id: Option<&str>) -> serde_json::Result<String> {
    serde_json::to_string(&Details {
        user_id,
        summary_id: format!("{}-detail", workout.plan.id),
        activity_id: workout.plan.id,
        summary: summary(person, workout, None, true),
        samples: workout.samples.iter().map(|sample| wire_sample(workout, sample)).collect(),
        laps: workout
            .laps
            .iter()
            .map(|lap| WireLap { start_time_in_seconds: workout.plan.start + i64::from(lap.from) })
            .collect(),
    })
}
