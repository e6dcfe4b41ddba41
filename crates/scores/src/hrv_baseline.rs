//! The heart-rate variability that is usual for a person: the week's level beside the normal range of six weeks.
//! RMSSD and SDNN each have their own; neither is read for the other.

use crate::algorithm::{Algorithm, Need, Part, Unit};
use crate::baseline::{BASELINE_DAYS, BASELINE_LEAST, usual_hrv};
use crate::daily::{hrv_by_day, window};
use crate::outcome::Component;
use crate::source::{BUCHHEIT_2014, PLEWS_2013, PLEWS_2014, TASK_FORCE_1996};
use crate::statistics::mean;
use crate::{HrvKind, HrvValue, Input, Missing, Outcome};
use model::LocalDate;

/// The baseline of heart-rate variability.
pub static HRV_BASELINE: Algorithm = Algorithm {
    name: "hrv_baseline",
    version: 1,
    meaning: "the level of heart-rate variability over the last seven nights, with the range that is normal for this person",
    formula: "x = ln(ms); value = exp(mean x of the last 7 nights, at least 3); m, s = mean and sample deviation (at \
              least 0.05) of x over the 42 days before; normal range = exp(m ± 0.5 s); z = (x of the night − m) / s",
    category: None,
    unit: Unit::Milliseconds,
    least: 1.0,
    greatest: Some(400.0),
    parts: &[
        Part::told("baseline", Unit::Milliseconds, "geometric mean of the 42 days before"),
        Part::told("normal_low", Unit::Milliseconds, "lower end of the normal range of the weekly level"),
        Part::told("normal_high", Unit::Milliseconds, "upper end of the normal range of the weekly level"),
        Part::told("last_night", Unit::Milliseconds, "the night that ended on the day"),
        Part::told("deviation", Unit::Deviations, "standard deviations that it lies above the baseline"),
    ],
    needs: &[Need::required(Input::HrvDays, BASELINE_LEAST as u32), Need::helpful(Input::HrvOfTheDay, 1)],
    reads_days_back: BASELINE_DAYS,
    changes_days_forward: BASELINE_DAYS,
    sources: &[PLEWS_2013, PLEWS_2014, BUCHHEIT_2014, TASK_FORCE_1996],
};

const WEEK_DAYS: i32 = 7;
/// A week with fewer nights does not tell its level (Plews and others 2014).
const LEAST_OF_WEEK: usize = 3;

/// The baseline of one kind on a day, from the nights that ended on it and on the 42 days before.
#[must_use]
pub fn hrv_baseline(date: LocalDate, kind: HrvKind, nightly: &[HrvValue]) -> Outcome {
    let days = hrv_by_day(nightly, kind);
    let usual = match usual_hrv(&days, date) {
        Ok(usual) => usual,
        Err(missing) => return Outcome::refused(&HRV_BASELINE, missing),
    };
    let mut outcome = Outcome { hrv_kind: Some(kind), ..Outcome::new(&HRV_BASELINE) };
    let week: Vec<f64> = window(&days, date, WEEK_DAYS).into_iter().map(f64::ln).collect();
    if week.len() >= LEAST_OF_WEEK {
        outcome.value = mean(&week).map(f64::exp);
    } else {
        outcome.missing.push(Missing::some(Input::HrvDays, LEAST_OF_WEEK, week.len()));
    }
    outcome.components.push(Component::told("baseline", usual.centre.exp()));
    outcome.components.push(Component::told("normal_low", (usual.centre - 0.5 * usual.spread).exp()));
    outcome.components.push(Component::told("normal_high", (usual.centre + 0.5 * usual.spread).exp()));
    match days.get(&date) {
        Some(last) => {
            outcome.components.push(Component::told("last_night", *last));
            outcome.components.push(Component::told("deviation", usual.distance(last.ln())));
        }
        None => outcome.missing.push(Missing::one(Input::HrvOfTheDay)),
    }
    outcome
}

/// How many deviations the day lies above the usual, by the first kind that can say so.
pub(crate) fn distance_of_the_day(date: LocalDate, values: &[HrvValue]) -> Result<(HrvKind, f64), Missing> {
    let mut lack = Missing::one(Input::HrvOfTheDay);
    for kind in HrvKind::ALL {
        let days = hrv_by_day(values, *kind);
        let Some(today) = days.get(&date) else { continue };
        match usual_hrv(&days, date) {
            Ok(usual) => return Ok((*kind, usual.distance(today.ln()))),
            Err(missing) if missing.found >= lack.found => lack = missing,
            Err(_) => {}
        }
    }
    Err(lack)
}
