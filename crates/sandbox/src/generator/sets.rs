//! Strength training: sets of repetitions, and the rests between them.

use super::{
    Person, WorkoutPlan,
    motion::{REST_SECONDS, SET_SECONDS},
};

/// An exercise, as FIT numbers its category.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Exercise {
    BenchPress = 0,
    Deadlift = 8,
    Row = 23,
    Squat = 28,
}

/// A set, or the rest after it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Set {
    /// Clock seconds.
    pub(crate) from: u32,
    pub(crate) seconds: u32,
    /// What was lifted: exercise, repetitions, sixteenths of a kilogram; none in a rest.
    pub(crate) lifted: Option<(Exercise, u16, u16)>,
}

/// Sets and rests in turn, as long as the training lasts; four sets of each exercise.
pub(super) fn sets(person: &Person, plan: &WorkoutPlan) -> Vec<Set> {
    let dice = person.dice_at(plan.start, "sets");
    let round = SET_SECONDS + REST_SECONDS;
    let mut sets = Vec::new();
    for (number, from) in (0..plan.clock_seconds).step_by(round as usize).enumerate() {
        let exercise = match number / 4 % 4 {
            0 => Exercise::Squat,
            1 => Exercise::BenchPress,
            2 => Exercise::Row,
            _ => Exercise::Deadlift,
        };
        let weight = (dice.whole(8, 28) * 5 / 2 * 16) as u16;
        let repetitions = dice.whole(6, 13) as u16;
        let seconds = SET_SECONDS.min(plan.clock_seconds - from);
        sets.push(Set { from, seconds, lifted: Some((exercise, repetitions, weight)) });
        let rest = REST_SECONDS.min(plan.clock_seconds - from - seconds);
        if rest > 0 {
            sets.push(Set { from: from + seconds, seconds: rest, lifted: None });
        }
    }
    sets
}
