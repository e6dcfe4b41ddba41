//! Weight, blood pressure and fitness on the wire.

use super::Json;
use crate::generator::{BloodPressure, BodyComposition, Person, UserMetrics};
use model::LocalDate;
use serde::Serialize;
use serde_json::value::to_raw_value;

/// How measurements of one instant begin.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Measured<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    user_id: Option<&'a str>,
    summary_id: String,
    measurement_time_in_seconds: i64,
    measurement_time_offset_in_seconds: i32,
}

impl<'a> Measured<'a> {
    fn new(person: &Person, user_id: Option<&'a str>, at: i64) -> Self {
        Self {
            user_id,
            summary_id: person.summary_id(at),
            measurement_time_in_seconds: at,
            measurement_time_offset_in_seconds: person.offset_at(at),
        }
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct BodyComp<'a> {
    #[serde(flatten)]
    head: Measured<'a>,
    weight_in_grams: u32,
    muscle_mass_in_grams: u32,
    bone_mass_in_grams: u32,
    body_water_in_percent: f64,
    body_fat_in_percent: f64,
    body_mass_index: f64,
}

/// An item of `bodyComps`.
pub(crate) fn body_composition_json(person: &Person, body: &BodyComposition, user_id: Option<&str>) -> Json {
    to_raw_value(&BodyComp {
        head: Measured::new(person, user_id, body.at),
        weight_in_grams: body.weight_g,
        muscle_mass_in_grams: body.muscle_g,
        bone_mass_in_grams: body.bone_g,
        body_water_in_percent: body.water_percent,
        body_fat_in_percent: body.fat_percent,
        body_mass_index: body.mass_index,
    })
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct WireBloodPressure<'a> {
    #[serde(flatten)]
    head: Measured<'a>,
    systolic: u16,
    diastolic: u16,
    pulse: u16,
    source_type: &'static str,
}

/// An item of `bloodPressures`.
pub(crate) fn blood_pressure_json(person: &Person, pressure: &BloodPressure, user_id: Option<&str>) -> Json {
    to_raw_value(&WireBloodPressure {
        head: Measured::new(person, user_id, pressure.at),
        systolic: pressure.systolic,
        diastolic: pressure.diastolic,
        pulse: pressure.pulse,
        source_type: if pressure.by_hand { "MANUAL" } else { "DEVICE" },
    })
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct WireMetrics<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    user_id: Option<&'a str>,
    summary_id: String,
    calendar_date: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    vo2_max: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    vo2_max_cycling: Option<f64>,
    fitness_age: u16,
    enhanced: bool,
}

/// An item of `userMetrics`; it has a date and no time.
pub(crate) fn user_metrics_json(
    person: &Person,
    date: LocalDate,
    metrics: &UserMetrics,
    user_id: Option<&str>,
) -> Json {
    to_raw_value(&WireMetrics {
        user_id,
        summary_id: person.summary_id(person.midnight(date)),
        calendar_date: date.to_string(),
        vo2_max: metrics.vo2_max,
        vo2_max_cycling: metrics.vo2_max_cycling,
        fitness_age: metrics.fitness_age,
        enhanced: metrics.enhanced,
    })
}
