//! Menstrual cycles, one after the other, and what is known of one on a date.

use super::{Person, dice::Dice};
use crate::kind::Kind;
use model::LocalDate;
use serde::{Deserialize, Serialize};

/// A phase of a cycle.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Phase {
    Menstrual,
    Follicular,
    Ovulation,
    Luteal,
}

impl Phase {
    pub(crate) fn wire_name(self) -> &'static str {
        match self {
            Phase::Menstrual => "MENSTRUAL_PHASE",
            Phase::Follicular => "FOLLICULAR_PHASE",
            Phase::Ovulation => "OVULATION_PHASE",
            Phase::Luteal => "LUTEAL_PHASE",
        }
    }
}

/// One cycle.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Cycle {
    pub(crate) start: LocalDate,
    /// Days.
    pub(crate) length: i32,
    pub(crate) period: i32,
}

/// Days within which as many cycles begin as there are places; each begins near its place.
const PLACE: i32 = 28;

impl Cycle {
    /// The cycle that holds a date; none for people who do not track any.
    pub(crate) fn of(person: &Person, date: LocalDate) -> Option<Self> {
        if !person.persona.makes(Kind::Mct) {
            return None;
        }
        let here = date.as_days().div_euclid(PLACE);
        let start = |place: i32| {
            let wobble = Self::dice(person, place).whole(-2, 3) as i32;
            LocalDate::from_days(place * PLACE + 6 + wobble)
        };
        let place = (here - 1..=here).rev().find(|place| start(*place) <= date)?;
        let length = start(place + 1).as_days() - start(place).as_days();
        let period = Self::dice(person, -place).whole(4, 7) as i32;
        Some(Self { start: start(place), length, period })
    }

    fn dice(person: &Person, place: i32) -> Dice {
        person.dice_at(i64::from(place), "cycle")
    }

    /// The first day of the fertile window, and its length in days.
    pub(crate) fn fertile_window(&self) -> (LocalDate, i32) {
        (self.start.plus_days(self.length - 19), 6)
    }

    /// The phases: first day within the cycle (from 1), and length.
    fn phases(&self) -> [(Phase, i32, i32); 4] {
        let ovulation = self.length - 14;
        [
            (Phase::Menstrual, 1, self.period),
            (Phase::Follicular, self.period + 1, ovulation - self.period - 1),
            (Phase::Ovulation, ovulation, 2),
            (Phase::Luteal, ovulation + 2, self.length - ovulation - 1),
        ]
    }

    /// The phase on a date: which of four (from 1), which it is, how many days it lasts, how many are left.
    pub(crate) fn phase_on(&self, date: LocalDate) -> (i32, Phase, i32, i32) {
        let day = date.as_days() - self.start.as_days() + 1;
        let phases = self.phases();
        let numbered = (1..=4).zip(phases).filter(|(_, (_, from, _))| *from <= day).last();
        let (number, (phase, from, length)) = numbered.unwrap_or((1, phases[0]));
        (number, phase, length, from + length - day)
    }

    /// The latest date up to this one on which a phase began: then the service tells of the cycle again.
    pub(crate) fn told_on(&self, date: LocalDate) -> LocalDate {
        let day = date.as_days() - self.start.as_days() + 1;
        let begun = self.phases().into_iter().map(|(_, from, _)| from).filter(|from| *from <= day).max();
        self.start.plus_days(begun.unwrap_or(1) - 1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::generator::Persona;

    #[test]
    fn cycles_follow_each_other_and_their_phases_fill_them() {
        let person = Person::plain(3, "Mira", Persona::Runner);
        let mut date = LocalDate::parse("2026-01-01").unwrap();
        for _ in 0..20 {
            let cycle = Cycle::of(&person, date).unwrap();
            assert!(cycle.start <= date && (23..=33).contains(&cycle.length), "{cycle:?}");
            assert_eq!(cycle.phases().iter().map(|(.., length)| length).sum::<i32>(), cycle.length);
            let last = cycle.start.plus_days(cycle.length - 1);
            assert_eq!(Cycle::of(&person, last), Some(cycle));
            assert_eq!(cycle.phase_on(last).1, Phase::Luteal);
            assert_eq!(cycle.phase_on(last).3, 1);
            assert_eq!(cycle.told_on(cycle.start.plus_days(1)), cycle.start);
            date = last.plus_days(1);
        }
    }

    #[test]
    fn whoever_tracks_no_cycle_has_none() {
        let person = Person::plain(3, "Jonas", Persona::Cyclist);
        assert_eq!(Cycle::of(&person, LocalDate::parse("2026-01-01").unwrap()), None);
    }
}
