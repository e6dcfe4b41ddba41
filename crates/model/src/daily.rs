//! A provider's own record of a whole day. What has a series goes there too; this keeps the rest.

use crate::overlay::overlay;

overlay! {
    /// What a provider says of a day as a whole, as far as it has gone.
    DailyDetail {
        /// How much of the day is covered so far.
        covered_s: f64,
        /// Steps.
        steps: f64,
        /// Pushes of a wheelchair.
        pushes: f64,
        /// Distance covered on foot.
        distance_m: f64,
        /// Distance covered in a wheelchair.
        push_distance_m: f64,
        /// Energy used beyond rest.
        active_energy_kcal: f64,
        /// Energy used at rest.
        basal_energy_kcal: f64,
        /// Energy eaten.
        consumed_energy_kcal: f64,
        /// Floors climbed.
        floors_climbed: f64,
        /// Time in motion.
        active_s: f64,
        /// Time in moderate activity.
        moderate_intensity_s: f64,
        /// Time in vigorous activity.
        vigorous_intensity_s: f64,
        /// Heart rate, lowest.
        heart_rate_min_bpm: f64,
        /// Heart rate, average as the provider defines it (Garmin: over seven days).
        heart_rate_avg_bpm: f64,
        /// Heart rate, highest.
        heart_rate_max_bpm: f64,
        /// Heart rate at rest.
        resting_heart_rate_bpm: f64,
        /// Stress, average, 1 to 100.
        stress_avg: f64,
        /// Stress, highest, 1 to 100.
        stress_max: f64,
        /// Time under stress.
        stress_s: f64,
        /// Time at rest.
        rest_stress_s: f64,
        /// Time in activity, in which stress is not measured.
        activity_stress_s: f64,
        /// Time under low stress.
        low_stress_s: f64,
        /// Time under medium stress.
        medium_stress_s: f64,
        /// Time under high stress.
        high_stress_s: f64,
        /// The provider's word for the day's stress.
        stress_qualifier: String,
        /// Goal: steps.
        goal_steps: f64,
        /// Goal: pushes.
        goal_pushes: f64,
        /// Goal: net energy.
        goal_net_energy_kcal: f64,
        /// Goal: time of intensity.
        goal_intensity_s: f64,
        /// Goal: floors.
        goal_floors: f64,
        /// Energy reserve gained, percent.
        body_battery_charged: f64,
        /// Energy reserve spent, percent.
        body_battery_drained: f64,
    }
}
