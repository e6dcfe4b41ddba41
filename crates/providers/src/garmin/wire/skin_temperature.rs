//! `skinTemp`: how far a night's skin temperature was from the person's usual one.

use crate::json::wire;

wire! {
    /// An item of `skinTemp`.
    SkinTemperature {
        callback_url: String = "callbackURL",
        calendar_date: String = "calendarDate",
        start: f64 = "startTimeInSeconds",
        offset: f64 = "startTimeOffsetInSeconds",
        duration: f64 = "durationInSeconds",
        deviation: f64 = "avgDeviationCelsius",
    }
}
