//! The answer of an algorithm: a value or the reason why there is none, and what it was made from.

use crate::{Algorithm, HrvKind};

/// What an algorithm reads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Input {
    /// The main sleep of the day, with the time asleep.
    Night,
    /// Sleep stages, which tell light, deep and REM sleep apart.
    SleepStages,
    /// Stages that tell awake from asleep.
    Awakenings,
    /// Earlier nights whose local time of falling asleep is known.
    Bedtimes,
    /// Enough parts to weigh one against another.
    Parts,
    /// Days with heart-rate variability.
    HrvDays,
    /// Heart-rate variability of the day itself.
    HrvOfTheDay,
    /// Days with a resting heart rate.
    RestingHeartRateDays,
    /// The resting heart rate of the day itself.
    RestingHeartRate,
    /// Either of heart-rate variability and resting heart rate, with what is usual for the person.
    HeartAtNight,
    /// Minutes of heart rate.
    HeartMinutes,
    /// The greatest heart rate, measured or estimated from the birth date of an adult.
    MaximumHeartRate,
    /// The person's sex, where a formula has constants for each.
    Sex,
    /// Days whose training load is known.
    LoadDays,
    /// Any training in the weeks before.
    ChronicLoad,
    /// Steady runs on level ground with pace and heart rate.
    Runs,
    /// An estimate that a person can have.
    PlausibleEstimate,
    /// Sleep of the last days, without a night left out.
    RecentSleep,
    /// Days with a quiet heart rate of the waking hours.
    QuietHeartRateDays,
    /// Heart rate or its variability in the waking hours, with what is usual for the person.
    HeartByDay,
}

impl Input {
    /// How it is written.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Night => "night",
            Self::SleepStages => "sleep_stages",
            Self::Awakenings => "awakenings",
            Self::Bedtimes => "bedtimes",
            Self::Parts => "parts",
            Self::HrvDays => "hrv_days",
            Self::HrvOfTheDay => "hrv_of_the_day",
            Self::RestingHeartRateDays => "resting_heart_rate_days",
            Self::RestingHeartRate => "resting_heart_rate",
            Self::HeartAtNight => "heart_at_night",
            Self::HeartMinutes => "heart_minutes",
            Self::MaximumHeartRate => "maximum_heart_rate",
            Self::Sex => "sex",
            Self::LoadDays => "load_days",
            Self::ChronicLoad => "chronic_load",
            Self::Runs => "runs",
            Self::PlausibleEstimate => "plausible_estimate",
            Self::RecentSleep => "recent_sleep",
            Self::QuietHeartRateDays => "quiet_heart_rate_days",
            Self::HeartByDay => "heart_by_day",
        }
    }
}

/// Something that was not there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Missing {
    /// What.
    pub input: Input,
    /// How many were needed.
    pub needed: u32,
    /// How many there were.
    pub found: u32,
}

impl Missing {
    pub(crate) fn one(input: Input) -> Self {
        Self { input, needed: 1, found: 0 }
    }

    pub(crate) fn some(input: Input, needed: usize, found: usize) -> Self {
        let count = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
        Self { input, needed: count(needed), found: count(found) }
    }
}

/// One part of an answer.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Component {
    /// Its name, one of the algorithm's parts.
    pub name: &'static str,
    /// Its value, in the unit of the part, rounded to hundredths.
    pub value: f64,
    /// Its share of this very value: what is missing is left out and the rest weighs more.
    pub weight: Option<f64>,
}

impl Component {
    pub(crate) fn told(name: &'static str, value: f64) -> Self {
        Self { name, value: hundredths(value), weight: None }
    }

    pub(crate) fn weighed(name: &'static str, value: f64, weight: f64) -> Self {
        Self { name, value: hundredths(value), weight: Some(weight) }
    }
}

/// What an algorithm answers.
#[derive(Clone, Debug, PartialEq)]
pub struct Outcome {
    /// Whose answer it is.
    pub algorithm: &'static Algorithm,
    /// The value, if what is there carries one.
    pub value: Option<f64>,
    /// What it was made from; also there when the value is not.
    pub components: Vec<Component>,
    /// What was not there. Without a value, this is why; with one, it would have made the value better.
    pub missing: Vec<Missing>,
    /// Which measure of heart-rate variability was used; they are never mixed.
    pub hrv_kind: Option<HrvKind>,
}

impl Outcome {
    pub(crate) fn new(algorithm: &'static Algorithm) -> Self {
        Self { algorithm, value: None, components: Vec::new(), missing: Vec::new(), hrv_kind: None }
    }

    pub(crate) fn refused(algorithm: &'static Algorithm, missing: Missing) -> Self {
        Self { missing: vec![missing], ..Self::new(algorithm) }
    }

    /// The component of that name.
    #[must_use]
    pub fn component(&self, name: &str) -> Option<f64> {
        self.components.iter().find(|component| component.name == name).map(|component| component.value)
    }
}

/// The mean of the parts that are known by their weights, and the components with the weights that they had.
pub(crate) fn weigh(parts: &[(&'static str, Option<f64>, f64)]) -> (Option<f64>, Vec<Component>) {
    let known: Vec<_> = parts.iter().filter_map(|(name, value, weight)| Some((*name, (*value)?, *weight))).collect();
    let total: f64 = known.iter().map(|(_, _, weight)| weight).sum();
    if total <= 0.0 {
        return (None, Vec::new());
    }
    let value = known.iter().map(|(_, value, weight)| value * weight).sum::<f64>() / total;
    let components = known.iter().map(|(name, value, weight)| Component::weighed(name, *value, weight / total));
    (Some(value), components.collect())
}

/// Whole points within 0 to 100.
pub(crate) fn points(value: f64) -> f64 {
    value.clamp(0.0, 100.0).round()
}

fn hundredths(value: f64) -> f64 {
    (value * 100.0).round() / 100.0
}
