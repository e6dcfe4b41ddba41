//! What an algorithm says of itself: name, version, formula, range, needs and sources.

use crate::{Input, Source};
use model::ScoreCategory;

/// The unit of a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    /// Points of 100.
    Points,
    /// Beats a minute.
    BeatsPerMinute,
    /// Milliseconds.
    Milliseconds,
    /// Training impulse, in the scale of its algorithm.
    Impulse,
    /// One number divided by another of the same unit.
    Ratio,
    /// Millilitres of oxygen a kilogram and minute.
    OxygenUptake,
    /// Minutes.
    Minutes,
    /// Standard deviations from what is usual.
    Deviations,
    /// A count.
    Count,
}

impl Unit {
    /// How it is written.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Points => "points",
            Self::BeatsPerMinute => "bpm",
            Self::Milliseconds => "ms",
            Self::Impulse => "impulse",
            Self::Ratio => "ratio",
            Self::OxygenUptake => "ml/kg/min",
            Self::Minutes => "min",
            Self::Deviations => "sd",
            Self::Count => "count",
        }
    }
}

/// One component that an algorithm may answer with.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Part {
    /// Its name in the answer.
    pub name: &'static str,
    /// Its unit.
    pub unit: Unit,
    /// Its share of the value when nothing is missing; none for what only explains.
    pub weight: Option<f64>,
    /// What it is.
    pub meaning: &'static str,
}

impl Part {
    pub(crate) const fn weighed(name: &'static str, weight: f64, meaning: &'static str) -> Self {
        Self { name, unit: Unit::Points, weight: Some(weight), meaning }
    }

    pub(crate) const fn told(name: &'static str, unit: Unit, meaning: &'static str) -> Self {
        Self { name, unit, weight: None, meaning }
    }
}

/// What an algorithm cannot do without, or does better with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Need {
    /// What it reads.
    pub input: Input,
    /// How many of it at least, where more than one is needed.
    pub least: u32,
    /// Whether there is no value without it.
    pub required: bool,
}

impl Need {
    pub(crate) const fn required(input: Input, least: u32) -> Self {
        Self { input, least, required: true }
    }

    pub(crate) const fn helpful(input: Input, least: u32) -> Self {
        Self { input, least, required: false }
    }
}

/// One algorithm. A change that changes values raises `version`.
#[derive(Debug, PartialEq)]
pub struct Algorithm {
    /// Its name, which stays.
    pub name: &'static str,
    /// Raised when the same inputs give another value.
    pub version: u32,
    /// What the value means, in a sentence.
    pub meaning: &'static str,
    /// The formula in a few lines; `docs/scores.md` has it at length.
    pub formula: &'static str,
    /// The category of the API under which values are kept, where there is one.
    pub category: Option<ScoreCategory>,
    /// The unit of the value.
    pub unit: Unit,
    /// The least value that it can have.
    pub least: f64,
    /// The greatest value, where there is one.
    pub greatest: Option<f64>,
    /// The components of the answer.
    pub parts: &'static [Part],
    /// What it reads.
    pub needs: &'static [Need],
    /// How many days before its own day it reads.
    pub reads_days_back: u16,
    /// How many days after a late datum's own day may change.
    pub changes_days_forward: u16,
    /// Where the formula comes from.
    pub sources: &'static [Source],
}

/// All algorithms, in the order of the documentation.
pub static ALGORITHMS: &[&Algorithm] = &[
    &crate::SLEEP,
    &crate::RESILIENCE,
    &crate::RECOVERY,
    &crate::RESTING_HEART_RATE,
    &crate::HRV_BASELINE,
    &crate::TRIMP_BANISTER,
    &crate::TRIMP_EDWARDS,
    &crate::TRAINING_LOAD,
    &crate::VO2MAX,
    &crate::ENERGY,
    &crate::STRESS,
];
