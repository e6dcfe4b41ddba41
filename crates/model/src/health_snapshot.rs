//! A health snapshot: several values measured at once over a minute or two, because a person asked.

use crate::{LocalDate, overlay::overlay};

overlay! {
    /// One value over the time of a snapshot.
    SnapshotReading {
        /// What was measured, by the code of its series; the provider's name where there is none.
        series: String,
        /// Lowest, in the series' unit.
        min: f64,
        /// Highest.
        max: f64,
        /// Average.
        avg: f64,
    }
}

overlay! {
    /// What is known of a snapshot.
    HealthSnapshotDetail {
        /// The local date, if the provider says.
        calendar_date: LocalDate,
        /// How long it took, seconds.
        duration_s: f64,
        ;
        /// What was measured, in the provider's order.
        readings: Vec<SnapshotReading>,
    }
}
