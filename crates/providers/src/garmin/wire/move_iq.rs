//! `moveIQActivities`: a span that the watch took for an activity.

use crate::json::wire;

wire! {
    /// An item of `moveIQActivities`.
    MoveIq {
        callback_url: String = "callbackURL",
        summary_id: String = "summaryId",
        calendar_date: String = "calendarDate",
        start: f64 = "startTimeInSeconds",
        offset: f64 = "offsetInSeconds" | "startTimeOffsetInSeconds",
        duration: f64 = "durationInSeconds",
        activity_type: String = "activityType",
        activity_sub_type: String = "activitySubType",
    }
}
