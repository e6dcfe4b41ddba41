//! What is usual for a person: centre and spread of the six weeks before a day, and how far a day lies from it.

use crate::daily::{Days, window};
use crate::statistics::{mean, median, median_deviation, sample_deviation};
use crate::{Input, Missing};
use model::LocalDate;

/// Days before the day that a baseline reads.
pub(crate) const BASELINE_DAYS: u16 = 42;
/// How many of them must have a value.
pub(crate) const BASELINE_LEAST: usize = 14;
/// Heart rates come in whole beats, so less spread than this is rounding.
const LEAST_SPREAD_BPM: f64 = 1.0;
/// Five percent: nights of one person vary by more, so less is a coarse or smoothing device.
const LEAST_SPREAD_LN: f64 = 0.05;

/// The usual value and its spread.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Usual {
    pub(crate) centre: f64,
    pub(crate) spread: f64,
}

impl Usual {
    /// How many spreads a value lies above the usual.
    pub(crate) fn distance(self, value: f64) -> f64 {
        (value - self.centre) / self.spread
    }
}

/// The usual heart rate: median and median deviation, which single odd days do not move.
pub(crate) fn usual_heart_rate(days: &Days, date: LocalDate, input: Input) -> Result<Usual, Missing> {
    let values = before(days, date, input)?;
    let centre = median(&values).ok_or(Missing::one(input))?;
    let spread = median_deviation(&values).unwrap_or_default().max(LEAST_SPREAD_BPM);
    Ok(Usual { centre, spread })
}

/// The usual natural logarithm of heart-rate variability: mean and standard deviation.
pub(crate) fn usual_hrv(days: &Days, date: LocalDate) -> Result<Usual, Missing> {
    let logarithms: Vec<f64> = before(days, date, Input::HrvDays)?.into_iter().map(f64::ln).collect();
    let centre = mean(&logarithms).ok_or(Missing::one(Input::HrvDays))?;
    let spread = sample_deviation(&logarithms).unwrap_or_default().max(LEAST_SPREAD_LN);
    Ok(Usual { centre, spread })
}

fn before(days: &Days, date: LocalDate, input: Input) -> Result<Vec<f64>, Missing> {
    let values = window(days, date.plus_days(-1), i32::from(BASELINE_DAYS));
    if values.len() < BASELINE_LEAST {
        return Err(Missing::some(input, BASELINE_LEAST, values.len()));
    }
    Ok(values)
}
