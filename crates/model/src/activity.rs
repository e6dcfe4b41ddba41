//! A span that a device recognised as an activity by itself. It labels time that days and epochs count
//! already: it is not a workout and adds to no total.

use crate::{LocalDate, WorkoutType, overlay::overlay};

overlay! {
    /// What is known of a recognised span.
    ActivityDetail {
        /// The unified type.
        workout_type: WorkoutType,
        /// The provider's own name of the type, kept as received.
        raw_type: String,
        /// The provider's finer name.
        raw_sub_type: String,
        /// The local date, if the provider says.
        calendar_date: LocalDate,
        /// How long it took, seconds.
        duration_s: f64,
    }
}
