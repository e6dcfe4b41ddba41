//! `allDayRespiration`: breaths a minute through a slice of a day.

use crate::json::{Offsets, wire};

wire! {
    /// An item of `allDayRespiration`.
    Respiration {
        callback_url: String = "callbackURL",
        calendar_date: String = "calendarDate",
        start: f64 = "startTimeInSeconds",
        offset: f64 = "startTimeOffsetInSeconds",
        duration: f64 = "durationInSeconds",
        waking_average: f64 = "avgWakingRespirationValue",
        values: Offsets = "timeOffsetEpochToBreaths",
    }
}
