//! A notice that a workout's file can be had.

use crate::json::wire;

wire! {
    /// An item of `activityFiles`.
    Ping {
        callback_url: String = "callbackURL",
        summary_id: String = "summaryId",
        activity_id: String = "activityId",
        file_type: String = "fileType",
        activity_type: String = "activityType",
        start: f64 = "startTimeInSeconds",
        name: String = "activityName",
        description: String = "activityDescription",
        manual: bool = "manual" | "Manual",
    }
}
