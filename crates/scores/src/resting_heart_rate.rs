//! The resting heart rate that is usual for a person, and how far the day lies from it.

use crate::algorithm::{Algorithm, Need, Part, Unit};
use crate::baseline::{BASELINE_DAYS, BASELINE_LEAST, usual_heart_rate};
use crate::daily::{RESTING_BPM, by_day};
use crate::outcome::Component;
use crate::source::{BUCHHEIT_2014, LEYS_2013};
use crate::{DayValue, Input, Missing, Outcome};
use model::LocalDate;

/// The baseline of the resting heart rate.
pub static RESTING_HEART_RATE: Algorithm = Algorithm {
    name: "resting_heart_rate_baseline",
    version: 1,
    meaning: "the resting heart rate that is usual for this person, with its normal range",
    formula: "median of the 42 days before; spread = max(1 bpm, 1.4826 × median distance from it); normal range = \
              median ± spread; z = (day − median) / spread",
    category: None,
    unit: Unit::BeatsPerMinute,
    least: 20.0,
    greatest: Some(150.0),
    parts: &[
        Part::told("normal_low", Unit::BeatsPerMinute, "lower end of the normal range"),
        Part::told("normal_high", Unit::BeatsPerMinute, "upper end of the normal range"),
        Part::told("today", Unit::BeatsPerMinute, "the day's own"),
        Part::told("deviation", Unit::Deviations, "spreads that the day lies above the baseline"),
    ],
    needs: &[
        Need::required(Input::RestingHeartRateDays, BASELINE_LEAST as u32),
        Need::helpful(Input::RestingHeartRate, 1),
    ],
    reads_days_back: BASELINE_DAYS,
    changes_days_forward: BASELINE_DAYS,
    sources: &[BUCHHEIT_2014, LEYS_2013],
};

/// The baseline on a day, from the 42 days before it.
#[must_use]
pub fn resting_heart_rate(date: LocalDate, resting: &[DayValue]) -> Outcome {
    let days = by_day(resting, &RESTING_BPM);
    let usual = match usual_heart_rate(&days, date, Input::RestingHeartRateDays) {
        Ok(usual) => usual,
        Err(missing) => return Outcome::refused(&RESTING_HEART_RATE, missing),
    };
    let mut outcome = Outcome { value: Some(usual.centre), ..Outcome::new(&RESTING_HEART_RATE) };
    outcome.components.push(Component::told("normal_low", usual.centre - usual.spread));
    outcome.components.push(Component::told("normal_high", usual.centre + usual.spread));
    match days.get(&date) {
        Some(today) => {
            outcome.components.push(Component::told("today", *today));
            outcome.components.push(Component::told("deviation", usual.distance(*today)));
        }
        None => outcome.missing.push(Missing::one(Input::RestingHeartRate)),
    }
    outcome
}
