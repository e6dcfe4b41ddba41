//! `pulseox`: blood oxygen through a day, or once because a person asked.

use crate::json::{Offsets, wire};

wire! {
    /// An item of `pulseox`.
    PulseOx {
        callback_url: String = "callbackURL",
        calendar_date: String = "calendarDate",
        start: f64 = "startTimeInSeconds",
        offset: f64 = "startTimeOffsetInSeconds",
        duration: f64 = "durationInSeconds",
        average: f64 = "avgSpo2",
        values: Offsets = "timeOffsetSpo2Values",
        on_demand: bool = "onDemand",
    }
}
