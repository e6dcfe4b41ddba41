//! Pool swims: each way across the pool, and the rests at the wall.

use super::{Person, WorkoutPlan};

/// Length of the pool, meters.
pub(crate) const POOL_M: u32 = 25;
/// Ways across before a rest.
const SET: u32 = 8;
const REST_SECONDS: u32 = 25;

/// A swimming style, as FIT numbers it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Stroke {
    Freestyle = 0,
    Backstroke = 1,
    Breaststroke = 2,
}

/// One way across, or a rest (no strokes).
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Length {
    /// Clock seconds.
    pub(crate) from: u32,
    pub(crate) to: u32,
    pub(crate) stroke: Stroke,
    pub(crate) strokes: u16,
}

impl Length {
    pub(crate) fn is_active(&self) -> bool {
        self.strokes > 0
    }

    /// Meters a second.
    pub(crate) fn speed(&self) -> f64 {
        if self.is_active() { f64::from(POOL_M) / f64::from(self.to - self.from) } else { 0.0 }
    }

    pub(crate) fn strokes_per_minute(&self) -> f64 {
        f64::from(self.strokes) * 60.0 / f64::from(self.to - self.from)
    }
}

/// The lengths of a swim; together they last as long as it does.
pub(super) fn lengths(person: &Person, plan: &WorkoutPlan) -> Vec<Length> {
    let dice = person.dice_at(plan.start, "lengths");
    let mut lengths: Vec<Length> = Vec::new();
    let (mut at, mut swum) = (0, 0);
    while at < plan.clock_seconds {
        let resting = swum > 0 && swum % SET == 0 && lengths.last().is_some_and(Length::is_active);
        let stroke = match swum / SET % 4 {
            1 => Stroke::Breaststroke,
            3 => Stroke::Backstroke,
            _ => Stroke::Freestyle,
        };
        let slower = if stroke == Stroke::Freestyle { 1.0 } else { 1.25 };
        let seconds = (dice.around(17.0, 1.2) / plan.effort * slower) as u32;
        let left = plan.clock_seconds - at;
        // What remains and is too short for one more way is spent at the wall.
        let rests = resting || left < seconds;
        let to = at + if rests { REST_SECONDS.min(left) } else { seconds };
        let strokes = if rests { 0 } else { dice.around(13.0, 1.5).round() as u16 };
        lengths.push(Length { from: at, to, stroke, strokes });
        swum += u32::from(!rests);
        at = to;
    }
    lengths
}

/// The length at a second of the clock; the last one at the end.
pub(super) fn at(lengths: &[Length], clock: u32) -> Option<&Length> {
    let begun = lengths.partition_point(|length| length.from <= clock);
    lengths.get(begun.checked_sub(1)?)
}

/// Meters swum at a second of the clock: whole lengths only.
pub(super) fn meters(lengths: &[Length], clock: u32) -> f64 {
    let done = lengths.partition_point(|length| length.to <= clock);
    let ways = lengths.iter().take(done).filter(|length| length.is_active()).count();
    ways as f64 * f64::from(POOL_M)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::generator::{Persona, Sport, Workout};

    #[test]
    fn lengths_fill_the_swim_and_make_up_its_distance() {
        let person = Person::plain(4, "swimmer", Persona::Swimmer);
        let plan = WorkoutPlan::new(&person, Sport::PoolSwim, 1_800_000_000, 50.0, 0.8);
        let swim = Workout::of(&person, &plan);
        assert!(swim.lengths.windows(2).all(|pair| pair[0].to == pair[1].from));
        assert_eq!(swim.lengths.last().unwrap().to, plan.clock_seconds);
        let active = swim.lengths.iter().filter(|length| length.is_active()).count() as u32;
        assert_eq!(swim.totals.distance_cm, Some(active * POOL_M * 100));
        assert!((80..160).contains(&active), "{active}");
        assert!(swim.lengths.iter().any(|length| !length.is_active()));
        assert!(swim.samples.iter().all(|sample| sample.position.is_none()));
    }
}
