//! Training load: exponentially weighted means of the days' impulses, acute and chronic, and their ratio.

use crate::algorithm::{Algorithm, Need, Part, Unit};
use crate::daily::{Days, by_day, window};
use crate::outcome::Component;
use crate::source::{IMPELLIZZERI_2020, MORTON_1990, WILLIAMS_2017};
use crate::{DayValue, Input, Missing, Outcome};
use model::LocalDate;

/// Training load.
pub static TRAINING_LOAD: Algorithm = Algorithm {
    name: "training_load",
    version: 1,
    meaning: "training of the last week beside that of the last four; 1 is as much as usual",
    formula: "EWMA over N days, λ = 2 / (N + 1): sum of (1 − λ)^i × impulse i days ago, divided by the sum of (1 − λ)^i, \
              over the known ones of 84 days; value = acute (N 7) / chronic (N 28)",
    category: None,
    unit: Unit::Ratio,
    least: 0.0,
    greatest: None,
    parts: &[
        Part::told("acute", Unit::Impulse, "mean daily impulse, N 7"),
        Part::told("chronic", Unit::Impulse, "mean daily impulse, N 28"),
        Part::told("chronic_42", Unit::Impulse, "mean daily impulse, N 42"),
        Part::told("balance", Unit::Impulse, "chronic_42 less acute: above 0 is rested"),
    ],
    needs: &[Need::required(Input::LoadDays, 21), Need::required(Input::ChronicLoad, 1)],
    reads_days_back: WINDOW_DAYS - 1,
    changes_days_forward: WINDOW_DAYS - 1,
    sources: &[WILLIAMS_2017, MORTON_1990, IMPELLIZZERI_2020],
};

const WINDOW_DAYS: u16 = 84;
const ACUTE_DAYS: u16 = 7;
const CHRONIC_DAYS: u16 = 28;
const LONG_CHRONIC_DAYS: u16 = 42;
/// Three of four days of a span must be known.
const KNOWN_SHARE: f64 = 0.75;

/// The load on a day, from the impulses of this and the 83 days before, all of one algorithm. A day that is known to
/// be without training has 0; a day of which nothing is known is not told, and does not count as rest.
#[must_use]
pub fn training_load(date: LocalDate, impulses: &[DayValue]) -> Outcome {
    let days = by_day(impulses, &(0.0..=100_000.0));
    let mut outcome = Outcome::new(&TRAINING_LOAD);
    let mut told = |name: &'static str, span: u16| match weighted_mean(&days, date, span) {
        Ok(mean) => {
            outcome.components.push(Component::told(name, mean));
            Some(mean)
        }
        Err(missing) => {
            outcome.missing.push(missing);
            None
        }
    };
    let acute = told("acute", ACUTE_DAYS);
    let chronic = told("chronic", CHRONIC_DAYS);
    let long = told("chronic_42", LONG_CHRONIC_DAYS);
    if let (Some(acute), Some(long)) = (acute, long) {
        outcome.components.push(Component::told("balance", long - acute));
    }
    match (acute, chronic) {
        (Some(acute), Some(chronic)) if chronic > 0.0 => outcome.value = Some(acute / chronic),
        (Some(_), Some(_)) => outcome.missing.push(Missing::one(Input::ChronicLoad)),
        _ => {}
    }
    outcome
}

fn weighted_mean(days: &Days, date: LocalDate, span: u16) -> Result<f64, Missing> {
    let known = window(days, date, i32::from(span)).len();
    let least = (f64::from(span) * KNOWN_SHARE).floor() as usize;
    if known < least {
        return Err(Missing::some(Input::LoadDays, least, known));
    }
    let kept = 1.0 - 2.0 / (f64::from(span) + 1.0);
    let (mut sum, mut weights) = (0.0, 0.0);
    for (day, impulse) in days.range(date.plus_days(1 - i32::from(WINDOW_DAYS))..=date) {
        let weight = kept.powi(date.as_days() - day.as_days());
        sum += weight * impulse;
        weights += weight;
    }
    Ok(sum / weights)
}
