//! The JSON that the stand-in sends, as documented; written with its own types so that a mistake elsewhere
//! cannot hide by being made twice.

mod activity;
mod daily;
mod notice;
mod sleep;

pub(crate) use activity::{details_json, summary_json};
pub(crate) use daily::daily_json;
pub(crate) use notice::{Deregistration, FilePing, PermissionsChange, Ping};
pub(crate) use sleep::sleep_json;

use serde::ser::{Serialize, Serializer};

/// A map from seconds after the start to a value, in order.
pub(crate) struct OffsetMap<T>(pub(crate) Vec<(u32, T)>);

impl<T: Serialize> Serialize for OffsetMap<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().map(|(offset, value)| (offset, value)))
    }
}

/// A value with this many digits after the point.
fn rounded(value: f64, digits: i32) -> f64 {
    let factor = 10f64.powi(digits);
    (value * factor).round() / factor
}
