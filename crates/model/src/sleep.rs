//! A night or a nap: its stages, its minutes, how final it is.

use crate::{LocalDate, Timestamp, overlay::overlay};

crate::text::codes! {
    /// What the sleeper did; codes of the Open Wearables API.
    SleepStage {
        /// In bed, not known whether asleep.
        InBed = "in_bed",
        /// Awake in bed.
        Awake = "awake",
        /// Asleep, stage not told.
        Sleeping = "sleeping",
        /// Light sleep.
        Light = "light",
        /// Deep sleep.
        Deep = "deep",
        /// REM sleep.
        Rem = "rem",
        /// Not measurable.
        Unknown = "unknown",
    }
}

/// A stage from one instant to another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct StageInterval {
    /// The stage.
    pub stage: SleepStage,
    /// When it began.
    pub start_time: Timestamp,
    /// When it ended.
    pub end_time: Timestamp,
}

overlay! {
    /// What is known of a sleep. Durations are those the provider states, not sums of the stages.
    SleepDetail {
        /// The local date of waking, if the provider says.
        calendar_date: LocalDate,
        /// Whether this is a nap.
        is_nap: bool,
        /// Time asleep as the provider counts it.
        asleep_s: f64,
        /// Time in bed.
        in_bed_s: f64,
        /// Deep sleep.
        deep_s: f64,
        /// Light sleep.
        light_s: f64,
        /// REM sleep.
        rem_s: f64,
        /// Awake.
        awake_s: f64,
        /// Not measurable.
        unmeasurable_s: f64,
        /// Time asleep of the time in bed, percent.
        efficiency_percent: f64,
        /// How the provider arrived at it, and how final that is; its own word.
        validation: String,
        /// Respiration, average.
        respiration_avg_brpm: f64,
        /// Blood oxygen, average.
        spo2_avg_percent: f64,
        /// Heart rate, average.
        heart_rate_avg_bpm: f64,
        ;
        /// The stages in order.
        stages: Vec<StageInterval>,
    }
}
