//! `hrv`: heart-rate variability of a night.

use crate::json::{Offsets, wire};

wire! {
    /// An item of `hrv`.
    Hrv {
        callback_url: String = "callbackURL",
        calendar_date: String = "calendarDate",
        start: f64 = "startTimeInSeconds",
        offset: f64 = "startTimeOffsetInSeconds",
        duration: f64 = "durationInSeconds",
        average: f64 = "lastNightAvg",
        highest: f64 = "lastNight5MinHigh",
        values: Offsets = "hrvValues",
    }
}
