//! Tables whose rows are measurements: which column is which series, in which unit.

use super::{Rows, source};
use crate::{
    gathered::Base,
    glucose,
    table::{self, Row},
};
use model::{Context, IssueCode, Mapped, Point, SeriesType};

/// A column, its series, and what a value of it can be in the column's own unit, which is the series' own but where
/// [`converted`] says otherwise. Zero stands for none but where something is counted.
pub(super) type Column = (&'static str, SeriesType, f64);

const HEART_RATE: &[Column] = &[("heart_rate", SeriesType::HEART_RATE, 300.0)];
const OXYGEN: &[Column] =
    &[("spo2", SeriesType::OXYGEN_SATURATION, 100.0), ("heart_rate", SeriesType::HEART_RATE, 300.0)];
const RESPIRATION: &[Column] = &[("average", SeriesType::RESPIRATORY_RATE, 120.0)];
const SKIN: &[Column] = &[("temperature", SeriesType::SKIN_TEMPERATURE, 50.0)];
const BODY_TEMPERATURE: &[Column] = &[("temperature", SeriesType::BODY_TEMPERATURE, 50.0)];
const HEIGHT: &[Column] = &[("height", SeriesType::HEIGHT, 300.0)];
const FLOORS: &[Column] = &[("floor", SeriesType::FLIGHTS_CLIMBED, 1e5)];
const WATER: &[Column] = &[("amount", SeriesType::HYDRATION, 2e4)];
const CAFFEINE: &[Column] = &[("amount", SeriesType::DIETARY_CAFFEINE, 1e5)];
const GLUCOSE: &[Column] = &[("glucose", SeriesType::BLOOD_GLUCOSE, 83.0)];
const STEPS: &[Column] = &[("count", SeriesType::STEPS, 1e6), ("distance", SeriesType::DISTANCE_WALKING_RUNNING, 1e7)];
const PRESSURE: &[Column] = &[
    ("systolic", SeriesType::BLOOD_PRESSURE_SYSTOLIC, 400.0),
    ("diastolic", SeriesType::BLOOD_PRESSURE_DIASTOLIC, 400.0),
    ("pulse", SeriesType::HEART_RATE, 300.0),
];
const WEIGHT: &[Column] = &[
    ("weight", SeriesType::WEIGHT, 1000.0),
    ("height", SeriesType::HEIGHT, 300.0),
    ("body_fat", SeriesType::BODY_FAT_PERCENTAGE, 100.0),
    ("body_fat_mass", SeriesType::BODY_FAT_MASS, 1000.0),
    ("muscle_mass", SeriesType::MUSCLE_MASS, 1000.0),
    ("skeletal_muscle_mass", SeriesType::SKELETAL_MUSCLE_MASS, 1000.0),
    ("fat_free_mass", SeriesType::LEAN_BODY_MASS, 1000.0),
    ("basal_metabolic_rate", SeriesType::BASAL_METABOLIC_RATE, 20_000.0),
];
const NUTRITION: &[Column] = &[
    ("calorie", SeriesType::CONSUMED_ENERGY, 1e5),
    ("carbohydrate", SeriesType::DIETARY_CARBOHYDRATES, 1e5),
    ("protein", SeriesType::DIETARY_PROTEIN, 1e5),
    ("total_fat", SeriesType::DIETARY_FAT_TOTAL, 1e5),
    ("saturated_fat", SeriesType::DIETARY_FAT_SATURATED, 1e5),
    ("dietary_fiber", SeriesType::DIETARY_FIBER, 1e5),
    ("sugar", SeriesType::DIETARY_SUGAR, 1e5),
    ("cholesterol", SeriesType::DIETARY_CHOLESTEROL, 1e6),
    ("sodium", SeriesType::DIETARY_SODIUM, 1e6),
    ("potassium", SeriesType::DIETARY_POTASSIUM, 1e6),
];

/// The columns of a table of measurements.
pub(super) fn columns(table: &str) -> Option<&'static [Column]> {
    Some(match table {
        "heart_rate" => HEART_RATE,
        "oxygen_saturation" => OXYGEN,
        "respiratory_rate" => RESPIRATION,
        "skin_temperature" => SKIN,
        "body_temperature" => BODY_TEMPERATURE,
        "height" => HEIGHT,
        "weight" => WEIGHT,
        "blood_pressure" => PRESSURE,
        "blood_glucose" => GLUCOSE,
        "floors_climbed" => FLOORS,
        "pedometer_step_count" | "step_count" => STEPS,
        "water_intake" => WATER,
        "caffeine_intake" => CAFFEINE,
        "nutrition" => NUTRITION,
        _ => return None,
    })
}

impl Rows {
    /// Points that last from a row's start to its end.
    pub(super) fn points(&mut self, columns: &[Column], row: &Row<'_>, mapped: &mut Mapped) {
        let Some((at, offset)) = self.clock.start(row, mapped) else { return };
        let base = Base { at, offset, source: source(row) };
        let duration_us = self.clock.span(row, at);
        let mut found = false;
        for column in columns {
            let Some(value) = value(column, row, mapped) else { continue };
            found = true;
            self.gathered.add_point(&base, column.1, Context::SAMPLES, Point { start: at, duration_us, value });
        }
        if !found {
            self.unmapped.count("row without a measurement");
        }
    }
}

/// The value of a column in the unit of its series.
pub(super) fn value((column, series, most): &Column, row: &Row<'_>, mapped: &mut Mapped) -> Option<f64> {
    let text = row.text(column)?;
    let value = table::number(&text).filter(|value| (0.0..=*most).contains(value));
    let Some(value) = value else {
        row.notes(mapped).add(IssueCode::Invalid, column, "not a number in range");
        return None;
    };
    let counts = [SeriesType::STEPS, SeriesType::FLIGHTS_CLIMBED].contains(series);
    if value == 0.0 && !counts {
        return None;
    }
    converted(*series, value)
}

/// Glucose stands in millimoles a litre.
fn converted(series: SeriesType, value: f64) -> Option<f64> {
    if series == SeriesType::BLOOD_GLUCOSE { glucose::milligrams(value, true) } else { Some(value) }
}
