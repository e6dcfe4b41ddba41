//! `bloodPressures`: one reading of a cuff, or one that a person typed in.

use crate::json::wire;

wire! {
    /// An item of `bloodPressures`.
    BloodPressure {
        callback_url: String = "callbackURL",
        measured: f64 = "measurementTimeInSeconds",
        start: f64 = "startTimeInSeconds",
        offset: f64 = "measurementTimeOffsetInSeconds" | "startTimeOffsetInSeconds",
        systolic: f64 = "systolic",
        diastolic: f64 = "diastolic",
        pulse: f64 = "pulse",
        source_type: String = "sourceType",
    }
}
