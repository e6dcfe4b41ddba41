//! Resilience: how little the heart-rate variability of the nights varies over a week.
//!
//! The constants are those that the Open Wearables project publishes. Otherwise than there, days are local
//! days, and the value is the score itself; the coefficient of variation is a component.

use crate::algorithm::{Algorithm, Need, Part, Unit};
use crate::daily::{hrv_by_day, window};
use crate::outcome::{Component, points};
use crate::source::{OPEN_WEARABLES_2026, PLEWS_2012, TASK_FORCE_1996};
use crate::statistics::{mean, sample_deviation};
use crate::{HrvKind, HrvValue, Input, Missing, Outcome};
use model::{LocalDate, ScoreCategory};

/// Resilience.
pub static RESILIENCE: Algorithm = Algorithm {
    name: "resilience",
    version: 1,
    meaning: "how steady heart-rate variability at night was over the seven days before",
    formula: "CV = sample standard deviation / mean of the nights; 100 up to a CV of 0.07, 0 from 0.40 on, linear between",
    category: Some(ScoreCategory::Resilience),
    unit: Unit::Points,
    least: 0.0,
    greatest: Some(100.0),
    parts: &[
        Part::told("coefficient_of_variation", Unit::Ratio, "standard deviation divided by mean"),
        Part::told("mean_ms", Unit::Milliseconds, "mean of the nights"),
        Part::told("days_counted", Unit::Count, "nights that had a value"),
    ],
    needs: &[Need::required(Input::HrvDays, LEAST_DAYS as u32)],
    reads_days_back: WINDOW_DAYS,
    changes_days_forward: WINDOW_DAYS,
    sources: &[OPEN_WEARABLES_2026, PLEWS_2012, TASK_FORCE_1996],
};

const WINDOW_DAYS: u16 = 7;
const LEAST_DAYS: usize = 5;
const STEADY: f64 = 0.07;
const UNSTEADY: f64 = 0.40;

/// Resilience on a day, from the nights that ended on the seven days before it. RMSSD where it suffices, else SDNN.
#[must_use]
pub fn resilience(date: LocalDate, nightly: &[HrvValue]) -> Outcome {
    let mut found = 0;
    for kind in HrvKind::ALL {
        let days = window(&hrv_by_day(nightly, *kind), date.plus_days(-1), i32::from(WINDOW_DAYS));
        found = found.max(days.len());
        if days.len() >= LEAST_DAYS
            && let (Some(mean), Some(deviation)) = (mean(&days), sample_deviation(&days))
        {
            return judged(*kind, mean, deviation / mean, days.len());
        }
    }
    Outcome::refused(&RESILIENCE, Missing::some(Input::HrvDays, LEAST_DAYS, found))
}

fn judged(kind: HrvKind, mean: f64, variation: f64, days: usize) -> Outcome {
    let value = points((UNSTEADY - variation) / (UNSTEADY - STEADY) * 100.0);
    let components = vec![
        Component {
            value: (variation * 10_000.0).round() / 10_000.0,
            ..Component::told("coefficient_of_variation", 0.0)
        },
        Component::told("mean_ms", mean),
        Component::told("days_counted", days as f64),
    ];
    Outcome { value: Some(value), components, hrv_kind: Some(kind), ..Outcome::new(&RESILIENCE) }
}
