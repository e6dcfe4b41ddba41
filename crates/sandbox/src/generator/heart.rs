//! Heart rate over a day: a circadian curve, sleep stages, walking, and workouts with their recovery.

use super::{Night, Stage, movement::Movement, traits::Traits, workout::Workout};
use std::f64::consts::TAU;

/// What the heart reacts to outside workouts.
pub(crate) struct Surroundings<'a> {
    pub(crate) traits: &'a Traits,
    /// UTC seconds of local midnight.
    pub(crate) midnight: i64,
    pub(crate) nights: &'a [Night],
    pub(crate) workouts: &'a [Workout],
    pub(crate) movement: &'a Movement,
    /// The resting heart rate of the day.
    pub(crate) resting: f64,
}

impl Surroundings<'_> {
    /// Where the heart would settle at a second of the day.
    pub(crate) fn target(&self, second: u32) -> f64 {
        let at = self.midnight + i64::from(second);
        let hour = f64::from(second) / 3600.0;
        let circadian = ((hour - 16.0) / 24.0 * TAU).cos();
        if let Some(stage) = self.nights.iter().find_map(|night| night.stage_at(at)) {
            let lift = match stage {
                Stage::Deep => -1.0,
                Stage::Light => 1.5,
                Stage::Rem => 5.0,
                Stage::Awake => 9.0,
            };
            return self.resting + 1.5 + lift + 1.2 * circadian;
        }
        let pace = self.movement.pace_at(second);
        let awake = self.resting + 14.0 + 5.0 * circadian + 0.32 * pace;
        (awake + self.recovery(at)).min(self.traits.max_heart_rate)
    }

    /// What is left of an effort: halves about every five minutes.
    fn recovery(&self, at: i64) -> f64 {
        let left = self.workouts.iter().map(|workout| {
            let since = at - workout.plan.start - i64::from(workout.totals.clock);
            let height = f64::from(workout.totals.average_heart_rate) - self.resting - 20.0;
            if (0..7200).contains(&since) { height.max(0.0) * (-(since as f64) / 430.0).exp() } else { 0.0 }
        });
        left.fold(0.0, f64::max)
    }

    /// The heart rate that a workout recorded at this second; in a pause, the last one before it.
    pub(crate) fn recorded(&self, second: u32) -> Option<u8> {
        let at = self.midnight + i64::from(second);
        self.workouts.iter().find_map(|workout| {
            let clock = u32::try_from(at - workout.plan.start).ok().filter(|clock| *clock <= workout.totals.clock)?;
            let next = workout.samples.partition_point(|sample| sample.clock <= clock);
            workout.samples.get(next.checked_sub(1)?).map(|sample| sample.heart_rate)
        })
    }
}
