//! A menstrual cycle as a person's tracking tells it, refreshed day by day.

use crate::{LocalDate, Timestamp, overlay::overlay};

overlay! {
    /// What is known of a cycle. Lengths are whole days; days of the cycle count from 1.
    MenstrualCycleDetail {
        /// The local date on which the period began.
        period_start_date: LocalDate,
        /// The day of the cycle it was told on.
        day_in_cycle: i32,
        /// Days of the period.
        period_length_days: i32,
        /// The number of the phase, as the provider counts phases.
        current_phase: i32,
        /// The provider's name of the phase.
        current_phase_type: String,
        /// Days of the phase.
        length_of_current_phase_days: i32,
        /// Days until the next phase.
        days_until_next_phase: i32,
        /// Days of the cycle as foreseen.
        predicted_cycle_length_days: i32,
        /// Whether the cycle is only foreseen.
        is_predicted_cycle: bool,
        /// Days of the cycle.
        cycle_length_days: i32,
        /// Whether the person stated the cycle's length.
        has_specified_cycle_length: bool,
        /// Whether the person stated the period's length.
        has_specified_period_length: bool,
        /// The day of the cycle on which the fertile window opens.
        fertile_window_start: i32,
        /// Days of the fertile window.
        length_of_fertile_window_days: i32,
        /// When the person or the provider last changed it.
        last_updated: Timestamp,
        /// What the provider tells of a pregnancy: a JSON array of its objects, as received.
        pregnancy_snapshot: String,
    }
}
