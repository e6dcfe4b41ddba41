//! What the SDKs write: records, stages of sleep and workouts, each with its source. Every field may be absent.

use super::read::{Number, Objects, Text};
use serde::Deserialize;
use serde_json::value::RawValue;

/// A measured value.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Record<'a> {
    #[serde(borrow, default)]
    pub(super) id: Text<'a>,
    #[serde(borrow, default)]
    pub(super) parent_id: Text<'a>,
    #[serde(borrow, default, rename = "type")]
    pub(super) kind: Text<'a>,
    #[serde(borrow, default)]
    pub(super) start_date: Text<'a>,
    #[serde(borrow, default)]
    pub(super) end_date: Text<'a>,
    #[serde(borrow, default)]
    pub(super) zone_offset: Text<'a>,
    /// Read only where it differs from the record before.
    #[serde(borrow, default)]
    pub(super) source: Option<&'a RawValue>,
    #[serde(default)]
    pub(super) value: Number,
    #[serde(borrow, default)]
    pub(super) unit: Text<'a>,
    #[serde(borrow, default)]
    pub(super) metadata: Option<&'a RawValue>,
}

/// An interval of one stage of sleep.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Sleep<'a> {
    #[serde(borrow, default)]
    pub(super) id: Text<'a>,
    #[serde(borrow, default)]
    pub(super) parent_id: Text<'a>,
    #[serde(borrow, default)]
    pub(super) stage: Text<'a>,
    #[serde(borrow, default)]
    pub(super) start_date: Text<'a>,
    #[serde(borrow, default)]
    pub(super) end_date: Text<'a>,
    #[serde(borrow, default)]
    pub(super) zone_offset: Text<'a>,
    #[serde(borrow, default)]
    pub(super) source: Option<&'a RawValue>,
    #[serde(borrow, default)]
    pub(super) values: Objects<Value<'a>>,
}

/// A workout.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Workout<'a> {
    #[serde(borrow, default)]
    pub(super) id: Text<'a>,
    #[serde(borrow, default, rename = "type")]
    pub(super) kind: Text<'a>,
    #[serde(borrow, default)]
    pub(super) start_date: Text<'a>,
    #[serde(borrow, default)]
    pub(super) end_date: Text<'a>,
    #[serde(borrow, default)]
    pub(super) zone_offset: Text<'a>,
    #[serde(borrow, default)]
    pub(super) source: Option<&'a RawValue>,
    #[serde(borrow, default)]
    pub(super) title: Text<'a>,
    #[serde(borrow, default)]
    pub(super) notes: Text<'a>,
    #[serde(borrow, default)]
    pub(super) values: Objects<Value<'a>>,
    #[serde(borrow, default)]
    pub(super) segments: Objects<Segment<'a>>,
    #[serde(borrow, default)]
    pub(super) laps: Objects<Lap<'a>>,
    #[serde(borrow, default)]
    pub(super) route: Objects<Place<'a>>,
    #[serde(borrow, default)]
    pub(super) samples: Objects<Sample<'a>>,
}

/// A record that the phone no longer has; one that is written as its id alone is read without this.
#[derive(Debug, Deserialize)]
pub(super) struct Deleted<'a> {
    #[serde(borrow, default)]
    pub(super) id: Text<'a>,
}

/// A number that was made of a workout or a night.
#[derive(Debug, Deserialize)]
pub(super) struct Value<'a> {
    #[serde(borrow, default, rename = "type")]
    pub(super) kind: Text<'a>,
    #[serde(default)]
    pub(super) value: Number,
    #[serde(borrow, default)]
    pub(super) unit: Text<'a>,
}

/// A part of a workout in which one thing was done.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Segment<'a> {
    #[serde(borrow, default)]
    pub(super) start_date: Text<'a>,
    #[serde(borrow, default)]
    pub(super) end_date: Text<'a>,
    #[serde(borrow, default, rename = "type")]
    pub(super) kind: Text<'a>,
    #[serde(default)]
    pub(super) repetitions: Number,
}

/// A lap.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Lap<'a> {
    #[serde(borrow, default)]
    pub(super) start_date: Text<'a>,
    #[serde(borrow, default)]
    pub(super) end_date: Text<'a>,
    #[serde(default)]
    pub(super) distance_m: Number,
}

/// Where someone was.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Place<'a> {
    #[serde(borrow, default)]
    pub(super) timestamp: Text<'a>,
    #[serde(default)]
    pub(super) latitude: Number,
    #[serde(default)]
    pub(super) longitude: Number,
    #[serde(default)]
    pub(super) altitude_m: Number,
    #[serde(default)]
    pub(super) horizontal_accuracy_m: Number,
}

/// A value measured during a workout.
#[derive(Debug, Deserialize)]
pub(super) struct Sample<'a> {
    #[serde(borrow, default)]
    pub(super) timestamp: Text<'a>,
    #[serde(borrow, default, rename = "type")]
    pub(super) kind: Text<'a>,
    #[serde(default)]
    pub(super) value: Number,
    #[serde(borrow, default)]
    pub(super) unit: Text<'a>,
}

/// Who measured.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Source<'a> {
    #[serde(borrow, default)]
    pub(super) app_id: Text<'a>,
    #[serde(borrow, default)]
    pub(super) bundle_identifier: Text<'a>,
    #[serde(borrow, default)]
    pub(super) name: Text<'a>,
    #[serde(borrow, default)]
    pub(super) version: Text<'a>,
    #[serde(borrow, default)]
    pub(super) product_type: Text<'a>,
    #[serde(borrow, default)]
    pub(super) device_name: Text<'a>,
    #[serde(borrow, default)]
    pub(super) device_model: Text<'a>,
    #[serde(borrow, default)]
    pub(super) device_type: Text<'a>,
    #[serde(borrow, default)]
    pub(super) device_software_version: Text<'a>,
    #[serde(borrow, default)]
    pub(super) device_id: Text<'a>,
    #[serde(borrow, default)]
    pub(super) recording_method: Text<'a>,
}
