//! Stress of a day: the quiet heart rate and the heart-rate variability of the waking hours beside what is usual.

use crate::algorithm::{Algorithm, Need, Part, Unit};
use crate::baseline::{BASELINE_DAYS, BASELINE_LEAST, usual_heart_rate};
use crate::daily::{HEART_BPM, by_day, by_minute};
use crate::hrv_baseline::distance_of_the_day;
use crate::interval::{union, within};
use crate::outcome::{points, weigh};
use crate::source::{BOWLING_2009, KIM_2018, TASK_FORCE_1996};
use crate::statistics::{quantile, share_below};
use crate::{DayValue, HeartMinute, HrvValue, Input, Missing, Night, Outcome};
use model::{LocalDate, ScoreCategory};

/// Stress.
pub static STRESS: Algorithm = Algorithm {
    name: "stress",
    version: 1,
    meaning: "how strained the heart was at quiet moments of the day beside what is usual for this person; 50 is usual",
    formula: "0.50 × 100 Φ(z of quiet heart rate) + 0.50 × 100 Φ(−z of ln HRV by day); z from the 42 days before; quiet = \
              lower quartile of the waking minutes; a part not known is left out",
    category: Some(ScoreCategory::Stress),
    unit: Unit::Points,
    least: 0.0,
    greatest: Some(100.0),
    parts: &[
        Part::weighed("heart_rate", 0.50, "share of usual days with a lower quiet heart rate"),
        Part::weighed("hrv", 0.50, "share of usual days with more heart-rate variability"),
    ],
    needs: &[
        Need::required(Input::HeartByDay, 1),
        Need::helpful(Input::QuietHeartRateDays, BASELINE_LEAST as u32),
        Need::helpful(Input::HrvDays, BASELINE_LEAST as u32),
    ],
    reads_days_back: BASELINE_DAYS,
    changes_days_forward: BASELINE_DAYS,
    sources: &[KIM_2018, TASK_FORCE_1996, BOWLING_2009],
};

/// Two hours; less does not tell a day.
const LEAST_WAKING_MINUTES: usize = 120;

/// Stress of a day. Both inputs are of waking hours and reach 42 days back; `quiet` is what [`quiet_heart_rate`] gives.
#[must_use]
pub fn stress(date: LocalDate, quiet: &[DayValue], by_daylight: &[HrvValue]) -> Outcome {
    let mut missing = Vec::new();
    let quiet = quiet_distance(date, quiet).map_err(|lack| missing.push(lack)).ok();
    let (hrv_kind, hrv) = match distance_of_the_day(date, by_daylight) {
        Ok((kind, z)) => (Some(kind), Some(z)),
        Err(lack) => {
            missing.push(lack);
            (None, None)
        }
    };
    let (value, components) = weigh(&[
        ("heart_rate", quiet.map(|z| 100.0 * share_below(z)), 0.50),
        ("hrv", hrv.map(|z| 100.0 * share_below(-z)), 0.50),
    ]);
    if value.is_none() {
        missing.push(Missing::one(Input::HeartByDay));
    }
    Outcome { value: value.map(points), components, missing, hrv_kind, ..Outcome::new(&STRESS) }
}

/// The heart rate of the quiet quarter of the waking minutes of a day; none of less than two hours of them.
#[must_use]
pub fn quiet_heart_rate(minutes: &[HeartMinute], nights: &[Night]) -> Option<f64> {
    let asleep = union(nights.iter().filter_map(Night::span));
    let is_awake = |minute: i64| within(&asleep, (minute * 60, minute * 60 + 1)).is_empty();
    let waking: Vec<f64> =
        by_minute(minutes).into_iter().filter(|(minute, _)| is_awake(*minute)).map(|(_, bpm)| bpm).collect();
    quantile(&waking, 0.25).filter(|_| waking.len() >= LEAST_WAKING_MINUTES)
}

fn quiet_distance(date: LocalDate, quiet: &[DayValue]) -> Result<f64, Missing> {
    let days = by_day(quiet, &HEART_BPM);
    let today = days.get(&date).ok_or(Missing::one(Input::QuietHeartRateDays))?;
    Ok(usual_heart_rate(&days, date, Input::QuietHeartRateDays)?.distance(*today))
}
