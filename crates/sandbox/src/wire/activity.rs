//! Activity summaries and details.

use super::{
    Json,
    measured::{Measured, degrees},
    rounded,
};
use crate::generator::{Origin, Person, Rhythm, Role, Sample, Sport, Workout};
use serde::Serialize;
use serde_json::value::to_raw_value;

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
    activity_name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    activity_description: Option<&'a str>,
    device_name: &'a str,
    #[serde(flatten)]
    measured: Measured,
    #[serde(skip_serializing_if = "Option::is_none")]
    is_parent: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    parent_summary_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    manual: Option<bool>,
    /// The same, as it is spelled once in a while.
    #[serde(rename = "Manual", skip_serializing_if = "Option::is_none")]
    capital_manual: Option<bool>,
    is_web_upload: bool,
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
    #[serde(skip_serializing_if = "Option::is_none")]
    moving_duration_in_seconds: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    power_in_watts: Option<f64>,
    #[serde(rename = "bikeCadenceInRPM", skip_serializing_if = "Option::is_none")]
    bike_cadence_in_rpm: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    direct_wheelchair_cadence: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    swim_cadence_in_strokes_per_minute: Option<f64>,
}

fn summary<'a>(person: &'a Person, workout: &Workout, user_id: Option<&'a str>, inside_details: bool) -> Summary<'a> {
    let plan = &workout.plan;
    let oddly_spelled = plan.is_manual() && plan.id.is_multiple_of(4);
    Summary {
        user_id,
        summary_id: (!inside_details).then(|| plan.id.to_string()),
        activity_id: (!inside_details && !plan.lacks_activity_id(person)).then_some(plan.id),
        start_time_in_seconds: plan.start,
        start_time_offset_in_seconds: person.offset_at(plan.start),
        duration_in_seconds: workout.totals.timer,
        activity_type: plan.sport.wire_name(),
        activity_name: plan.sport.title().to_owned(),
        activity_description: None,
        device_name: plan.device_name(person),
        measured: Measured::of(workout),
        is_parent: (!plan.is_manual()).then_some(plan.role == Role::Parent),
        parent_summary_id: match plan.role {
            Role::Child { parent } => Some(parent.to_string()),
            Role::Single | Role::Parent => None,
        },
        manual: (!oddly_spelled).then_some(plan.is_manual()),
        capital_manual: oddly_spelled.then_some(true),
        is_web_upload: plan.origin == Origin::WebUpload,
    }
}

fn wire_sample(workout: &Workout, sample: &Sample) -> WireSample {
    let sport = workout.plan.sport;
    let rhythm = sport.rhythm();
    let cadence = |of| sample.cadence.filter(|_| rhythm == Some(of)).map(f64::from);
    WireSample {
        start_time_in_seconds: workout.plan.start + i64::from(sample.clock),
        latitude_in_degree: sample.position.map(|(latitude, _)| degrees(latitude)),
        longitude_in_degree: sample.position.map(|(_, longitude)| degrees(longitude)),
        elevation_in_meters: sample.altitude_fifths.map(|fifths| f64::from(fifths) / 5.0),
        air_temperature_celcius: sample.temperature.map(f64::from),
        heart_rate: sample.heart_rate,
        speed_meters_per_second: sample.speed_mm.map(|mm| f64::from(mm) / 1000.0),
        steps_per_minute: cadence(Rhythm::Steps),
        total_distance_in_meters: sample.distance_cm.map(|cm| f64::from(cm) / 100.0),
        timer_duration_in_seconds: sample.timer,
        clock_duration_in_seconds: sample.clock,
        moving_duration_in_seconds: (sport != Sport::PoolSwim).then_some(sample.moving),
        power_in_watts: sample.power.map(f64::from),
        bike_cadence_in_rpm: cadence(Rhythm::Turns),
        direct_wheelchair_cadence: cadence(Rhythm::Pushes),
        swim_cadence_in_strokes_per_minute: cadence(Rhythm::Strokes),
    }
}

/// An item of `activities`, or of `manuallyUpdatedActivities` for what was typed in.
pub(crate) fn summary_json(person: &Person, workout: &Workout, user_id: Option<&str>) -> Json {
    to_raw_value(&summary(person, workout, user_id, false))
}

/// An item of `manuallyUpdatedActivities`: the person gave an activity another name and corrected its distance.
pub(crate) fn edited_json(person: &Person, workout: &Workout, user_id: Option<&str>) -> Json {
    let mut edited = summary(person, workout, user_id, false);
    edited.activity_name = format!("My {}", edited.activity_name.to_lowercase());
    edited.activity_description = Some("Corrected afterwards");
    let distance = edited.measured.distance_in_meters;
    edited.measured.distance_in_meters = distance.map(|meters| rounded(meters * 1.02, 2));
    to_raw_value(&edited)
}

/// An item of `activityDetails`.
pub(crate) fn details_json(person: &Person, workout: &Workout, user_id: Option<&str>) -> Json {
    let start = workout.plan.start;
    let laps = workout.laps.iter().map(|lap| WireLap { start_time_in_seconds: start + i64::from(lap.from) });
    to_raw_value(&Details {
        user_id,
        summary_id: format!("{}-detail", workout.plan.id),
        activity_id: workout.plan.id,
        summary: summary(person, workout, None, true),
        samples: workout.samples.iter().map(|sample| wire_sample(workout, sample)).collect(),
        laps: laps.collect(),
    })
}
