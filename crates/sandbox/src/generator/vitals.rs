//! What the body does while asleep, minute by minute or in five minutes: breathing, oxygen saturation,
//! variability of the heart, warmth of the skin.

use super::{Night, NightSpan, Person, Stage, schedule::weekday};
use crate::kind::Kind;
use model::LocalDate;

/// Seconds between two values of breathing and oxygen in a night.
fn minute_step(person: &Person) -> u32 {
    if person.style.sparse { super::SLOT } else { 60 }
}

/// Breaths a minute: (seconds from the start of the night, value).
pub(crate) fn respiration(person: &Person, night: &Night) -> Vec<(u32, f64)> {
    let dice = person.dice(night.date, "respiration");
    let base = dice.around(13.6, 0.6);
    let mut level = base;
    let seconds = (0..night.length()).step_by(minute_step(person) as usize);
    seconds
        .map(|second| {
            let target = match night.stage_at(night.start + i64::from(second)) {
                Some(Stage::Deep) => base - 0.6,
                Some(Stage::Rem) => base + 1.1,
                Some(Stage::Awake) => base + 1.8,
                _ => base,
            };
            level += 0.25 * (target - level) + dice.around(0.0, 0.18);
            (second, (level * 100.0).round() / 100.0)
        })
        .collect()
}

/// Percent: (seconds from the start of the night, value).
pub(crate) fn oxygen(person: &Person, night: &Night) -> Vec<(u32, u8)> {
    let dice = person.dice(night.date, "oxygen");
    let mut level = 95.8;
    let seconds = (0..night.length()).step_by(minute_step(person) as usize);
    seconds
        .map(|second| {
            level += 0.15 * (95.6 - level) + dice.around(0.0, 0.45);
            (second, level.clamp(88.0, 99.0).round() as u8)
        })
        .collect()
}

/// Root mean square of successive differences, milliseconds, each five minutes.
pub(crate) fn heart_variability(person: &Person, night: &Night) -> Vec<(u32, u16)> {
    let dice = person.dice(night.date, "variability");
    let usual = dice.around(person.persona.traits().hrv, 6.0).max(18.0);
    let step = if person.style.sparse { 1800 } else { 300 };
    let values = (step..=night.length()).step_by(step as usize).map(|second| {
        let stage = night.stage_at(night.start + i64::from(second) - 1);
        let share = if stage == Some(Stage::Deep) { 1.12 } else { 0.97 };
        (second, dice.around(usual * share, usual * 0.12).clamp(10.0, 220.0).round() as u16)
    });
    values.collect()
}

/// Degrees Celsius against the person's own usual.
pub(crate) fn skin_deviation(person: &Person, night: &Night) -> f64 {
    let dice = person.dice(night.date, "skin");
    (dice.around(0.05, 0.35) * 10.0).round() / 10.0
}

/// Oxygen saturation that the person asked for, on Thursdays: (second of the day, percent).
pub(crate) fn spot_oxygen(person: &Person, date: LocalDate) -> Option<(u32, u8)> {
    if !person.persona.makes(Kind::Pulseox) || weekday(date) != 4 {
        return None;
    }
    let dice = person.dice(date, "spot-oxygen");
    let second = NightSpan::of(person, date).end - person.midnight(date) + dice.whole(3600, 7200);
    let percent = dice.around(96.8, 0.7).clamp(90.0, 100.0).round() as u8;
    Some((u32::try_from(second / 60 * 60).ok()?, percent))
}
