//! `dailies`: a whole day, as far as it has gone.

use crate::json::{Offsets, wire};

wire! {
    /// An item of `dailies`.
    Daily {
        callback_url: String = "callbackURL",
        calendar_date: String = "calendarDate",
        start: f64 = "startTimeInSeconds",
        offset: f64 = "startTimeOffsetInSeconds",
        duration: f64 = "durationInSeconds",
        steps: f64 = "steps",
        pushes: f64 = "pushes",
        distance: f64 = "distanceInMeters",
        push_distance: f64 = "pushDistanceInMeters",
        active_energy: f64 = "activeKilocalories",
        basal_energy: f64 = "bmrKilocalories",
        consumed_energy: f64 = "consumedCalories",
        floors: f64 = "floorsClimbed",
        active: f64 = "activeTimeInSeconds",
        moderate: f64 = "moderateIntensityDurationInSeconds",
        vigorous: f64 = "vigorousIntensityDurationInSeconds",
        heart_rate_min: f64 = "minHeartRateInBeatsPerMinute",
        heart_rate_avg: f64 = "averageHeartRateInBeatsPerMinute",
        heart_rate_max: f64 = "maxHeartRateInBeatsPerMinute",
        heart_rate_rest: f64 = "restingHeartRateInBeatsPerMinute",
        heart_rates: Offsets = "timeOffsetHeartRateSamples",
        stress_avg: f64 = "averageStressLevel" | "averageStresslevel",
        stress_max: f64 = "maxStressLevel" | "maxStresslevel",
        stress: f64 = "stressDurationInSeconds",
        rest_stress: f64 = "restStressDurationInSeconds",
        activity_stress: f64 = "activityStressDurationInSeconds",
        low_stress: f64 = "lowStressDurationInSeconds",
        medium_stress: f64 = "mediumStressDurationInSeconds",
        high_stress: f64 = "highStressDurationInSeconds",
        stress_qualifier: String = "stressQualifier",
        goal_steps: f64 = "stepsGoal",
        goal_pushes: f64 = "pushesGoal",
        goal_net_energy: f64 = "netKilocaloriesGoal",
        goal_intensity: f64 = "intensityDurationGoalInSeconds",
        goal_floors: f64 = "floorsClimbedGoal",
        body_battery_charged: f64 = "bodyBatteryChargedValue",
        body_battery_drained: f64 = "bodyBatteryDrainedValue",
    }
}
