//! Recovery: last night's heart-rate variability and resting heart rate beside what is usual, and the sleep.

use crate::algorithm::{Algorithm, Need, Part, Unit};
use crate::baseline::{BASELINE_DAYS, BASELINE_LEAST, usual_heart_rate};
use crate::daily::{RESTING_BPM, by_day};
use crate::hrv_baseline::distance_of_the_day;
use crate::outcome::{points, weigh};
use crate::source::{BOWLING_2009, BUCHHEIT_2014, OPEN_WEARABLES_2026, PLEWS_2013};
use crate::statistics::share_below;
use crate::{DayValue, HrvValue, Input, Missing, Night, Outcome, sleep};
use model::{LocalDate, ScoreCategory};

/// Recovery.
pub static RECOVERY: Algorithm = Algorithm {
    name: "recovery",
    version: 1,
    meaning: "how the body stands in the morning beside what is usual for this person; 50 is a usual heart",
    formula: "0.40 × 100 Φ(z of ln HRV) + 0.30 × 100 Φ(−z of resting heart rate) + 0.30 × sleep score; z from the 42 \
              days before; parts not known are left out and the rest is weighed anew",
    category: Some(ScoreCategory::Recovery),
    unit: Unit::Points,
    least: 0.0,
    greatest: Some(100.0),
    parts: &[
        Part::weighed("hrv", 0.40, "share of usual nights with less heart-rate variability"),
        Part::weighed("resting_heart_rate", 0.30, "share of usual days with a higher resting heart rate"),
        Part::weighed("sleep", 0.30, "the sleep score"),
    ],
    needs: &[
        Need::required(Input::HeartAtNight, 1),
        Need::helpful(Input::HrvDays, BASELINE_LEAST as u32),
        Need::helpful(Input::RestingHeartRateDays, BASELINE_LEAST as u32),
        Need::helpful(Input::Night, 1),
    ],
    reads_days_back: BASELINE_DAYS,
    changes_days_forward: BASELINE_DAYS,
    sources: &[PLEWS_2013, BUCHHEIT_2014, BOWLING_2009, OPEN_WEARABLES_2026],
};

/// Recovery on the morning of `date`; every input reaches 42 days back, nights 14.
#[must_use]
pub fn recovery(date: LocalDate, nightly: &[HrvValue], resting: &[DayValue], nights: &[Night]) -> Outcome {
    let mut missing = Vec::new();
    let (hrv_kind, hrv) = match distance_of_the_day(date, nightly) {
        Ok((kind, z)) => (Some(kind), Some(100.0 * share_below(z))),
        Err(lack) => {
            missing.push(lack);
            (None, None)
        }
    };
    let resting = resting_distance(date, resting).map_err(|lack| missing.push(lack)).ok();
    let resting = resting.map(|z| 100.0 * share_below(-z));
    let slept = sleep(date, nights);
    if slept.value.is_none() {
        missing.extend(slept.missing);
    }
    let heart = hrv.is_some() || resting.is_some();
    if !heart {
        missing.push(Missing::one(Input::HeartAtNight));
    }
    let (value, components) =
        weigh(&[("hrv", hrv, 0.40), ("resting_heart_rate", resting, 0.30), ("sleep", slept.value, 0.30)]);
    let value = value.filter(|_| heart).map(points);
    Outcome { value, components, missing, hrv_kind, ..Outcome::new(&RECOVERY) }
}

fn resting_distance(date: LocalDate, resting: &[DayValue]) -> Result<f64, Missing> {
    let days = by_day(resting, &RESTING_BPM);
    let today = days.get(&date).ok_or(Missing::one(Input::RestingHeartRate))?;
    Ok(usual_heart_rate(&days, date, Input::RestingHeartRateDays)?.distance(*today))
}
