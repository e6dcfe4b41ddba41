//! The JSON that the stand-in sends, as documented; written with its own types so that a mistake elsewhere
//! cannot hide by being made twice.

mod activity;
mod body;
mod daily;
mod epoch;
mod mct;
mod measured;
mod move_iq;
mod notice;
mod sleep;
mod snapshot;
mod stress;
mod vitals;

pub(crate) use activity::{details_json, edited_json, summary_json};
pub(crate) use body::{blood_pressure_json, body_composition_json, user_metrics_json};
pub(crate) use daily::daily_json;
pub(crate) use epoch::{epoch_id, epochs_json};
pub(crate) use mct::mct_json;
pub(crate) use move_iq::move_iq_json;
pub(crate) use notice::{Deregistration, FilePing, PermissionsChange, Ping};
pub(crate) use sleep::sleep_json;
pub(crate) use snapshot::snapshot_json;
pub(crate) use stress::stress_json;
pub(crate) use vitals::{all_day_oxygen_json, hrv_json, respiration_json, skin_temp_json, spot_oxygen_json};

use crate::generator::Person;
use serde::ser::{Serialize, Serializer};
use serde_json::value::RawValue;

/// A summary in JSON.
pub(crate) type Json = serde_json::Result<Box<RawValue>>;

/// A map from seconds after the start to a value, in order.
struct OffsetMap<T>(Vec<(u32, T)>);

impl<T: Serialize> Serialize for OffsetMap<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().map(|(offset, value)| (offset, value)))
    }
}

/// How most summaries begin.
#[derive(serde::Serialize)]
#[serde(rename_all = "camelCase")]
struct Head<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    user_id: Option<&'a str>,
    summary_id: String,
    start_time_in_seconds: i64,
    start_time_offset_in_seconds: i32,
    duration_in_seconds: u32,
}

impl<'a> Head<'a> {
    fn new(person: &Person, user_id: Option<&'a str>, start: i64, seconds: u32) -> Self {
        Self {
            user_id,
            summary_id: person.summary_id(start),
            start_time_in_seconds: start,
            start_time_offset_in_seconds: person.offset_at(start),
            duration_in_seconds: seconds,
        }
    }
}

/// A value with this many digits after the point.
fn rounded(value: f64, digits: i32) -> f64 {
    let factor = 10f64.powi(digits);
    (value * factor).round() / factor
}
