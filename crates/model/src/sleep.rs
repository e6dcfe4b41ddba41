//! A night or a nap: its stages, its minutes, how final it is.

use crate::{Context, LocalDate, Timestamp, overlay::overlay};

crate::text::codes! {
    /// What the sleeper did; codes of the Open Wearables API. Their order is stored: add at the end.
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

impl SleepStage {
    /// Its value in the series `sleep_stage`, where stages that are told one by one are kept.
    #[must_use]
    pub fn as_value(self) -> f64 {
        f64::from(self as u8)
    }

    /// The stage of a value of that series.
    #[must_use]
    pub fn of_value(value: f64) -> Option<Self> {
        Self::ALL.iter().copied().find(|stage| stage.as_value() == value)
    }

    /// Where its intervals are kept in that series.
    #[must_use]
    pub fn context(self) -> Context {
        if self == Self::InBed { Context::IN_BED } else { Context::SLEEP_STAGES }
    }

    /// Whether one sleeps.
    #[must_use]
    pub fn is_asleep(self) -> bool {
        matches!(self, Self::Sleeping | Self::Light | Self::Deep | Self::Rem)
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
