//! `epochs`: one activity within a slot of fifteen minutes.

use crate::json::wire;

wire! {
    /// An item of `epochs`.
    Epoch {
        callback_url: String = "callbackURL",
        activity_type: String = "activityType",
        start: f64 = "startTimeInSeconds",
        offset: f64 = "startTimeOffsetInSeconds",
        duration: f64 = "durationInSeconds",
        steps: f64 = "steps",
        pushes: f64 = "pushes",
        distance: f64 = "distanceInMeters",
        active_energy: f64 = "activeKilocalories",
        active: f64 = "activeTimeInSeconds",
        met: f64 = "met",
        motion_mean: f64 = "meanMotionIntensity",
        motion_max: f64 = "maxMotionIntensity",
        heart_rate: f64 = "meanHeartRateInBeatsPerMinute",
    }
}
