//! Banister's training impulse of a day: minutes weighed by heart-rate reserve.

use crate::algorithm::{Algorithm, Need, Part, Unit};
use crate::daily::{RESTING_BPM, by_minute};
use crate::outcome::Component;
use crate::source::{ACSM_2018, BANISTER_1991, MORTON_1990, TANAKA_2001};
use crate::{HeartMinute, Input, Missing, Outcome, Person, Sex};
use model::{LocalDate, ScoreCategory};

/// Training impulse by heart-rate reserve.
pub static TRIMP_BANISTER: Algorithm = Algorithm {
    name: "trimp_banister",
    version: 1,
    meaning: "training of the day: minutes weighed by how much of the heart-rate reserve they took",
    formula: "r = (HR − rest) / (max − rest), at most 1; impulse = sum over minutes with r ≥ 0.30 of r × 0.64 e^(1.92 r) \
              for men, r × 0.86 e^(1.67 r) for women",
    category: Some(ScoreCategory::Strain),
    unit: Unit::Impulse,
    least: 0.0,
    greatest: None,
    parts: &[
        Part::told("training_min", Unit::Minutes, "minutes of at least 30 percent of the reserve"),
        Part::told("covered_min", Unit::Minutes, "minutes with a heart rate"),
        Part::told("max_heart_rate", Unit::BeatsPerMinute, "the greatest heart rate that was taken"),
    ],
    needs: &[
        Need::required(Input::HeartMinutes, 1),
        Need::required(Input::RestingHeartRate, 1),
        Need::required(Input::MaximumHeartRate, 1),
        Need::required(Input::Sex, 1),
    ],
    reads_days_back: 0,
    changes_days_forward: 0,
    sources: &[BANISTER_1991, MORTON_1990, TANAKA_2001, ACSM_2018],
};

/// Below light exercise a day is life, not training: whole days are summed here, not sessions.
const LEAST_RESERVE: f64 = 0.30;

/// The impulse of the minutes of a local day. `resting_bpm` is best the person's baseline.
#[must_use]
pub fn trimp_banister(date: LocalDate, person: &Person, resting_bpm: Option<f64>, minutes: &[HeartMinute]) -> Outcome {
    let minutes = by_minute(minutes);
    let resting = resting_bpm.filter(|bpm| RESTING_BPM.contains(bpm));
    let max = person.max_heart_rate_on(date).filter(|max| resting.is_none_or(|resting| resting < *max));
    let lacks = [
        (minutes.is_empty(), Input::HeartMinutes),
        (resting.is_none(), Input::RestingHeartRate),
        (max.is_none(), Input::MaximumHeartRate),
        (person.sex.is_none(), Input::Sex),
    ];
    let missing: Vec<Missing> =
        lacks.into_iter().filter(|(lacks, _)| *lacks).map(|(_, input)| Missing::one(input)).collect();
    let (Some(resting), Some(max), Some(sex), true) = (resting, max, person.sex, missing.is_empty()) else {
        return Outcome { missing, ..Outcome::new(&TRIMP_BANISTER) };
    };
    let reserves: Vec<f64> = minutes.iter().map(|(_, bpm)| ((bpm - resting) / (max - resting)).min(1.0)).collect();
    let training: Vec<f64> = reserves.into_iter().filter(|reserve| *reserve >= LEAST_RESERVE).collect();
    let components = vec![
        Component::told("training_min", training.len() as f64),
        Component::told("covered_min", minutes.len() as f64),
        Component::told("max_heart_rate", max),
    ];
    let value = training.into_iter().map(|reserve| impulse(sex, reserve)).sum();
    Outcome { value: Some(value), components, ..Outcome::new(&TRIMP_BANISTER) }
}

/// The impulse of one minute.
fn impulse(sex: Sex, reserve: f64) -> f64 {
    let (factor, exponent) = match sex {
        Sex::Male => (0.64, 1.92),
        Sex::Female => (0.86, 1.67),
    };
    reserve * factor * (exponent * reserve).exp()
}
