//! An estimate of the greatest oxygen uptake, from steady runs or from the ratio of two heart rates.

use crate::algorithm::{Algorithm, Need, Part, Unit};
use crate::daily::{HEART_BPM, RESTING_BPM};
use crate::outcome::Component;
use crate::source::{ACSM_2018, SWAIN_2004, TANAKA_2001, UTH_2004};
use crate::statistics::median;
use crate::{Input, Missing, Outcome, Person, RunSegment};
use model::LocalDate;

/// The estimate of the greatest oxygen uptake.
pub static VO2MAX: Algorithm = Algorithm {
    name: "vo2max_estimate",
    version: 1,
    meaning: "estimate of the greatest oxygen uptake; by runs where there are three, else by heart rates alone",
    formula: "runs: v in m/min, VO2 = 3.5 + 0.2 v + 0.9 v × grade; r = (HR − rest) / (max − rest); median over the runs of \
              3.5 + (VO2 − 3.5) / r. Without runs: 15.3 × max / rest",
    category: None,
    unit: Unit::OxygenUptake,
    least: 10.0,
    greatest: Some(100.0),
    parts: &[
        Part::told("by_runs", Unit::OxygenUptake, "median of the runs of 42 days"),
        Part::told("runs_counted", Unit::Count, "runs that could be used"),
        Part::told("by_heart_rate_ratio", Unit::OxygenUptake, "15.3 × max / rest"),
        Part::told("max_heart_rate", Unit::BeatsPerMinute, "the greatest heart rate that was taken"),
    ],
    needs: &[
        Need::required(Input::RestingHeartRate, 1),
        Need::required(Input::MaximumHeartRate, 1),
        Need::helpful(Input::Runs, LEAST_RUNS as u32),
    ],
    reads_days_back: WINDOW_DAYS,
    changes_days_forward: WINDOW_DAYS,
    sources: &[ACSM_2018, SWAIN_2004, UTH_2004, TANAKA_2001],
};

const WINDOW_DAYS: u16 = 42;
const LEAST_RUNS: usize = 3;
const LEAST_RUN_S: f64 = 600.0;
const LONGEST_RUN_S: f64 = 86_400.0;
const PLAUSIBLE: std::ops::RangeInclusive<f64> = 10.0..=100.0;

/// The estimate on a day, from the runs of this and the 42 days before. `resting_bpm` is best the baseline.
#[must_use]
pub fn vo2max(date: LocalDate, person: &Person, resting_bpm: Option<f64>, runs: &[RunSegment]) -> Outcome {
    let resting = resting_bpm.filter(|bpm| RESTING_BPM.contains(bpm));
    let max = person.max_heart_rate_on(date).filter(|max| resting.is_none_or(|resting| resting < *max));
    let (Some(resting), Some(max)) = (resting, max) else {
        let lacks = [(resting.is_none(), Input::RestingHeartRate), (max.is_none(), Input::MaximumHeartRate)];
        let missing = lacks.into_iter().filter(|(lacks, _)| *lacks).map(|(_, input)| Missing::one(input)).collect();
        return Outcome { missing, ..Outcome::new(&VO2MAX) };
    };
    let first = date.plus_days(-i32::from(WINDOW_DAYS));
    let recent = runs.iter().filter(|run| (first..=date).contains(&run.date));
    let by_run: Vec<f64> = recent.filter_map(|run| of_run(run, resting, max)).collect();
    let by_runs = median(&by_run).filter(|_| by_run.len() >= LEAST_RUNS);
    let by_ratio = Some(15.3 * max / resting).filter(|estimate| PLAUSIBLE.contains(estimate));
    let mut outcome = Outcome { value: by_runs.or(by_ratio), ..Outcome::new(&VO2MAX) };
    outcome.components.extend(by_runs.map(|estimate| Component::told("by_runs", estimate)));
    outcome.components.push(Component::told("runs_counted", by_run.len() as f64));
    outcome.components.extend(by_ratio.map(|estimate| Component::told("by_heart_rate_ratio", estimate)));
    outcome.components.push(Component::told("max_heart_rate", max));
    if by_runs.is_none() {
        outcome.missing.push(Missing::some(Input::Runs, LEAST_RUNS, by_run.len()));
    }
    if outcome.value.is_none() {
        outcome.missing.push(Missing::one(Input::PlausibleEstimate));
    }
    outcome
}

/// What one run says, if it was steady enough for the equation: at least ten minutes, running speed, level ground,
/// half to nineteen twentieths of the heart-rate reserve.
fn of_run(run: &RunSegment, resting: f64, max: f64) -> Option<f64> {
    let metres_a_minute = run.speed_mps * 60.0;
    let grade = run.grade.unwrap_or(0.0);
    let reserve = (run.heart_rate_bpm - resting) / (max - resting);
    let usable = (LEAST_RUN_S..=LONGEST_RUN_S).contains(&run.duration_s)
        && (134.0..=400.0).contains(&metres_a_minute)
        && (-0.01..=0.01).contains(&grade)
        && HEART_BPM.contains(&run.heart_rate_bpm)
        && (0.50..=0.95).contains(&reserve);
    let above_rest = 0.2 * metres_a_minute + 0.9 * metres_a_minute * grade;
    usable.then(|| 3.5 + above_rest / reserve).filter(|estimate| PLAUSIBLE.contains(estimate))
}
