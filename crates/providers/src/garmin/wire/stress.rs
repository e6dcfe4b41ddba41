//! `stressDetails`: stress and body battery through a day, and what moved the battery.

use crate::json::{List, Offsets, wire};

wire! {
    /// An item of `stressDetails`.
    Stress {
        callback_url: String = "callbackURL",
        calendar_date: String = "calendarDate",
        start: f64 = "startTimeInSeconds",
        offset: f64 = "startTimeOffsetInSeconds",
        duration: f64 = "durationInSeconds",
        levels: Offsets = "timeOffsetStressLevelValues",
        body_battery: Offsets = "timeOffsetBodyBatteryValues",
        feedback: BatteryFeedback = "bodyBatteryDynamicFeedbackEvent",
        events: List<BatteryEvent> = "bodyBatteryActivityEvents",
    }
    /// Garmin's word for the body battery.
    BatteryFeedback {
        level: String = "bodyBatteryLevel",
    }
    /// What charged or drained the body battery.
    BatteryEvent {
        kind: String = "eventType",
        activity: String = "activityType",
        impact: f64 = "bodyBatteryImpact",
    }
}
