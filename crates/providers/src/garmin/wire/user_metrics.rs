//! `userMetrics`: what Garmin computes of a person's fitness, by date.

use crate::json::wire;

wire! {
    /// An item of `userMetrics`.
    UserMetrics {
        callback_url: String = "callbackURL",
        calendar_date: String = "calendarDate",
        offset: f64 = "startTimeOffsetInSeconds",
        vo2_max: f64 = "vo2Max",
        vo2_max_cycling: f64 = "vo2MaxCycling",
        fitness_age: f64 = "fitnessAge",
    }
}
