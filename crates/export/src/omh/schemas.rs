//! Which schema of Open mHealth each series has, under which name its value lies there, and in which unit. The units
//! are those of the series but for their spelling.

use model::SeriesType;
use serde::Serialize;
use std::borrow::Cow;

/// Which schema a body keeps to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(super) struct SchemaId {
    pub(super) namespace: &'static str,
    pub(super) name: Cow<'static, str>,
    pub(super) version: &'static str,
}

impl SchemaId {
    pub(super) fn omh(name: &'static str, version: &'static str) -> Self {
        Self { namespace: "omh", name: Cow::Borrowed(name), version }
    }

    /// One of our own, for what Open mHealth has no schema for.
    pub(super) fn own(name: &str) -> Self {
        Self { namespace: "wearhouse", name: Cow::Owned(name.replace('_', "-")), version: "1.0" }
    }
}

/// How the value of a series is told.
pub(super) struct Schema {
    pub(super) id: SchemaId,
    /// The name of the value.
    pub(super) key: &'static str,
    pub(super) unit: &'static str,
    /// Whether it holds over a time, never at an instant.
    pub(super) is_amount: bool,
    /// What else is always said.
    pub(super) also: Option<(&'static str, &'static str)>,
}

const fn level(name: &'static str, version: &'static str, key: &'static str, unit: &'static str) -> Row {
    (name, version, key, unit, false)
}

type Row = (&'static str, &'static str, &'static str, &'static str, bool);

const SCHEMAS: &[(SeriesType, Row)] = &[
    (SeriesType::HEART_RATE, level("heart-rate", "2.0", "heart_rate", "beats/min")),
    (SeriesType::RESTING_HEART_RATE, level("heart-rate", "2.0", "heart_rate", "beats/min")),
    (SeriesType::RR_INTERVAL, level("rr-interval", "1.0", "rr_interval", "ms")),
    (SeriesType::RESPIRATORY_RATE, level("respiratory-rate", "2.0", "respiratory_rate", "breaths/min")),
    (SeriesType::OXYGEN_SATURATION, level("oxygen-saturation", "2.0", "oxygen_saturation", "%")),
    (SeriesType::BLOOD_GLUCOSE, level("blood-glucose", "3.0", "blood_glucose", "mg/dL")),
    (SeriesType::BODY_TEMPERATURE, level("body-temperature", "3.0", "body_temperature", "C")),
    (SeriesType::HEIGHT, level("body-height", "1.0", "body_height", "cm")),
    (SeriesType::WEIGHT, level("body-weight", "2.0", "body_weight", "kg")),
    (SeriesType::BODY_MASS_INDEX, level("body-mass-index", "2.0", "body_mass_index", "kg/m^2")),
    (SeriesType::BODY_FAT_PERCENTAGE, level("body-fat-percentage", "1.0", "body_fat_percentage", "%")),
    (SeriesType::STEPS, ("step-count", "3.0", "step_count", "steps", true)),
    (SeriesType::ENERGY, ("calories-burned", "2.0", "kcal_burned", "kcal", true)),
];

/// The schema of a series.
pub(super) fn of_series(series: SeriesType) -> Schema {
    let found = SCHEMAS.iter().find(|(known, _)| *known == series).map(|(_, row)| *row);
    let Some((name, version, key, unit, is_amount)) = found else {
        let (key, unit) = (series.as_str(), series.unit().as_str());
        return Schema { id: SchemaId::own(key), key, unit, is_amount: false, also: None };
    };
    let resting = ("temporal_relationship_to_physical_activity", "at rest");
    let also = (series == SeriesType::RESTING_HEART_RATE).then_some(resting);
    Schema { id: SchemaId::omh(name, version), key, unit, is_amount, also }
}
