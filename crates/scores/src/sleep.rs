//! The sleep score: duration, stages, consistency and interruptions of the main sleep of a day.
//!
//! The constants are those that the Open Wearables project publishes, so that its clients see the same
//! points. Otherwise than there, a part that cannot be known is left out and the others weigh more (there a
//! missing history costs 20 points), bedtimes are compared on the clock's circle and by the local clock of
//! each night, and whole points are rounded, not cut off.

use crate::algorithm::{Algorithm, Need, Part, Unit};
use crate::night::{Awakenings, Night, main_nights};
use crate::outcome::{Component, points, weigh};
use crate::source::{HIRSHKOWITZ_2015, OHAYON_2017, OPEN_WEARABLES_2026, WINDRED_2024};
use crate::statistics::median;
use crate::{Input, Missing, Outcome};
use model::{LocalDate, ScoreCategory};

/// The sleep score.
pub static SLEEP: Algorithm = Algorithm {
    name: "sleep",
    version: 1,
    meaning: "how long, how deep, how regular and how undisturbed the main sleep of the day was",
    formula: "0.40 duration + 0.20 stages + 0.20 consistency + 0.20 interruptions; parts not known are left out and \
              the rest is weighed anew",
    category: Some(ScoreCategory::Sleep),
    unit: Unit::Points,
    least: 0.0,
    greatest: Some(100.0),
    parts: &[
        Part::weighed("duration", 0.40, "time asleep: 100 from 7 to 9 hours, logistic below and above"),
        Part::weighed("stages", 0.20, "deep and REM sleep, each in proportion up to 90 minutes"),
        Part::weighed("consistency", 0.20, "bedtime by the local clock beside that of the 14 days before"),
        Part::weighed("interruptions", 0.20, "time awake after falling asleep, and awakenings of over five minutes"),
        Part::told("asleep_min", Unit::Minutes, "time asleep"),
    ],
    needs: &[
        Need::required(Input::Night, 1),
        Need::required(Input::Parts, 2),
        Need::helpful(Input::SleepStages, 1),
        Need::helpful(Input::Awakenings, 1),
        Need::helpful(Input::Bedtimes, LEAST_BEDTIMES as u32),
    ],
    reads_days_back: HISTORY_DAYS,
    changes_days_forward: HISTORY_DAYS,
    sources: &[OPEN_WEARABLES_2026, HIRSHKOWITZ_2015, OHAYON_2017, WINDRED_2024],
};

const HISTORY_DAYS: u16 = 14;
/// A median of fewer is one odd evening's.
const LEAST_BEDTIMES: usize = 3;
const PHASE_GOAL_S: f64 = 90.0 * 60.0;

/// The score of the main sleep that ended on `date`; `nights` reach 14 days back.
#[must_use]
pub fn sleep(date: LocalDate, nights: &[Night]) -> Outcome {
    let main = main_nights(nights);
    let Some((night, asleep_s)) = main.get(&date).copied() else {
        return Outcome::refused(&SLEEP, Missing::one(Input::Night));
    };
    let bedtimes = main.range(date.plus_days(-i32::from(HISTORY_DAYS))..date);
    let bedtimes: Vec<i64> = bedtimes.filter_map(|(_, (night, _))| night.bedtime_s()).collect();
    let unknown = match night.bedtime_s() {
        Some(_) => Missing::some(Input::Bedtimes, LEAST_BEDTIMES, bedtimes.len()),
        None => Missing::one(Input::Bedtimes), // that of this very night
    };
    let mut missing = Vec::new();
    let mut known = |value: Option<f64>, lack: Missing| {
        missing.extend(value.is_none().then_some(lack));
        value
    };
    let parts = [
        ("duration", Some(duration(asleep_s / 3600.0)), 0.40),
        ("stages", known(stages(night), Missing::one(Input::SleepStages)), 0.20),
        ("consistency", known(night.bedtime_s().and_then(|bedtime| consistency(bedtime, &bedtimes)), unknown), 0.20),
        ("interruptions", known(night.awakenings().map(interruptions), Missing::one(Input::Awakenings)), 0.20),
    ];
    let (value, mut components) = weigh(&parts);
    let value = value.filter(|_| components.len() > 1).map(points);
    if value.is_none() {
        // duration alone would only be the duration under another name
        missing.push(Missing::some(Input::Parts, 2, components.len()));
    }
    components.push(Component::told("asleep_min", asleep_s / 60.0));
    Outcome { value, components, missing, ..Outcome::new(&SLEEP) }
}

fn duration(hours: f64) -> f64 {
    match hours {
        hours if hours < 7.0 => scaled_logistic(hours, -1.5, 5.0, 7.0),
        hours if hours <= 9.0 => 100.0,
        hours => scaled_logistic(hours, 0.8, 11.0, 9.0).max(50.0),
    }
}

/// A logistic curve that is 100 at the anchor.
fn scaled_logistic(x: f64, steepness: f64, middle: f64, anchor: f64) -> f64 {
    100.0 * (1.0 + (steepness * (anchor - middle)).exp()) / (1.0 + (steepness * (x - middle)).exp())
}

fn stages(night: &Night) -> Option<f64> {
    let part = |phase: Option<f64>| phase.map(|phase| (phase / PHASE_GOAL_S).min(1.0) * 100.0);
    match (part(night.deep_s()), part(night.rem_s())) {
        (Some(deep), Some(rem)) => Some(0.5 * deep + 0.5 * rem),
        // some sources know only one of them
        (deep, rem) => deep.or(rem),
    }
}

/// Minutes late or early beside the median of the bedtimes, on the circle of the clock.
fn consistency(bedtime_s: i64, history: &[i64]) -> Option<f64> {
    let half_day = 43_200;
    let late = |earlier: &i64| (bedtime_s - earlier + half_day).rem_euclid(2 * half_day) - half_day;
    let late: Vec<f64> = history.iter().map(|earlier| late(earlier) as f64 / 60.0).collect();
    let late = median(&late).filter(|_| history.len() >= LEAST_BEDTIMES)?;
    let penalty = ((late.abs() - 15.0) / 105.0 * 100.0).max(0.0);
    Some(100.0 - penalty.min(if late < 0.0 { 20.0 } else { 100.0 }))
}

fn interruptions(awakenings: Awakenings) -> f64 {
    let excess_min = (awakenings.total_s / 60.0 - 20.0).max(0.0);
    let by_time = (80.0 - excess_min * 80.0 / 70.0).max(0.0);
    let by_count = match awakenings.long {
        0 | 1 => 1.0,
        2 => 0.75,
        3 => 0.5,
        _ => 0.0,
    };
    by_time + 20.0 * by_count
}
