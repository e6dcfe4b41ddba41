//! `healthSnapshot`: several values measured at once over two minutes.

use crate::json::{List, Offsets, wire};

wire! {
    /// An item of `healthSnapshot`.
    HealthSnapshot {
        callback_url: String = "callbackURL",
        summary_id: String = "summaryId",
        calendar_date: String = "calendarDate",
        start: f64 = "startTimeInSeconds",
        offset: f64 = "offsetStartTimeInSeconds" | "startTimeOffsetInSeconds",
        duration: f64 = "durationInSeconds",
        summaries: List<Reading> = "summaries",
    }
    /// An item of its `summaries`.
    Reading {
        kind: String = "summaryType",
        min: f64 = "minValue",
        max: f64 = "maxValue",
        avg: f64 = "avgValue",
        values: Offsets = "epochSummaries",
    }
}
