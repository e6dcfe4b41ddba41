//! A workout second by second, kept in the device's own units (semicircles, centimetres, millimetres a second),
//! so that summary, details and file say exactly the same.

use super::{
    Person, Role, Sport, WorkoutPlan,
    pool::{self, Length},
    recording::{Breaks, laps, record},
    sets::{self, Set},
    totals::{Totals, totals},
};

/// What the device wrote at one second.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Sample {
    /// Seconds since the start, pause included.
    pub(crate) clock: u32,
    /// Seconds in which the timer ran.
    pub(crate) timer: u32,
    /// Seconds in which the person moved.
    pub(crate) moving: u32,
    /// Latitude and longitude in semicircles.
    pub(crate) position: Option<(i32, i32)>,
    /// Fifths of a meter above the sea.
    pub(crate) altitude_fifths: Option<i32>,
    /// Centimetres since the start.
    pub(crate) distance_cm: Option<u32>,
    /// Millimetres a second.
    pub(crate) speed_mm: Option<u32>,
    pub(crate) heart_rate: u8,
    /// Steps, turns, pushes or strokes a minute.
    pub(crate) cadence: Option<u16>,
    pub(crate) power: Option<u16>,
    pub(crate) temperature: Option<i8>,
}

/// A lap: from a clock second to another (excluded), with the samples in it.
#[derive(Clone, Debug)]
pub(crate) struct Lap {
    pub(crate) from: u32,
    pub(crate) to: u32,
    /// Indices of the samples: first, and one past the last.
    pub(crate) samples: (usize, usize),
}

/// A finished workout.
#[derive(Clone, Debug)]
pub(crate) struct Workout {
    pub(crate) plan: WorkoutPlan,
    pub(crate) samples: Vec<Sample>,
    pub(crate) laps: Vec<Lap>,
    /// Clock seconds at which the timer was stopped and started again.
    pub(crate) pause: Option<(u32, u32)>,
    pub(crate) totals: Totals,
    /// Of a pool swim: each way across, and each rest at the wall.
    pub(crate) lengths: Vec<Length>,
    /// Of strength training.
    pub(crate) sets: Vec<Set>,
    /// Of a multisport activity, in order.
    pub(crate) legs: Vec<Workout>,
}

impl Workout {
    /// The workout of a plan.
    pub(crate) fn of(person: &Person, plan: &WorkoutPlan) -> Self {
        if plan.is_manual() {
            return Self::by_hand(person, plan);
        }
        if plan.role == Role::Parent {
            return Self::of_legs(plan, plan.legs(person).iter().map(|leg| Workout::of(person, leg)).collect());
        }
        let lengths = if plan.sport == Sport::PoolSwim { pool::lengths(person, plan) } else { Vec::new() };
        let breaks = Breaks::of(person, plan);
        let samples = record(person, plan, &breaks, &lengths);
        let laps = laps(plan, &samples);
        let weight = person.persona.traits().weight_kg;
        let totals = totals(plan, weight, &samples, (0, samples.len()), 0, plan.clock_seconds, breaks.pause);
        let sets = if plan.sport == Sport::Strength { sets::sets(person, plan) } else { Vec::new() };
        Self { plan: *plan, samples, laps, pause: breaks.pause, totals, lengths, sets, legs: Vec::new() }
    }

    fn by_hand(person: &Person, plan: &WorkoutPlan) -> Self {
        let clock = plan.clock_seconds;
        let kilocalories = (person.persona.traits().weight_kg * 2.6 * f64::from(clock) / 3600.0) as u16;
        let totals = Totals { clock, timer: clock, moving: clock, kilocalories, ..Totals::default() };
        Self { totals, ..Self::empty(plan) }
    }

    fn empty(plan: &WorkoutPlan) -> Self {
        Self {
            plan: *plan,
            samples: Vec::new(),
            laps: Vec::new(),
            pause: None,
            totals: Totals::default(),
            lengths: Vec::new(),
            sets: Vec::new(),
            legs: Vec::new(),
        }
    }

    /// The whole of several: their samples and laps one after the other, and the sums of what they counted.
    fn of_legs(plan: &WorkoutPlan, legs: Vec<Workout>) -> Self {
        let mut whole = Self::empty(plan);
        let mut beats = 0.0;
        for leg in &legs {
            let before = whole.totals.clone();
            let first = whole.samples.len();
            // The last second of one leg is the first of the next.
            let twice = usize::from(first > 0);
            whole.samples.extend(leg.samples.iter().skip(twice).map(|sample| after(sample, &before)));
            whole.laps.extend(leg.laps.iter().map(|lap| Lap {
                from: lap.from + before.clock,
                to: lap.to + before.clock,
                samples: ((lap.samples.0 + first).saturating_sub(twice).max(first), lap.samples.1 + first - twice),
            }));
            beats += f64::from(leg.totals.average_heart_rate) * f64::from(leg.totals.timer);
            whole.totals.add(&leg.totals);
        }
        let timer = f64::from(whole.totals.timer.max(1));
        whole.totals.average_heart_rate = (beats / timer).round() as u8;
        let speed = |cm: u32| (f64::from(cm) * 10.0 / timer).round() as u32;
        whole.totals.average_speed_mm = whole.totals.distance_cm.map(speed);
        whole.legs = legs;
        whole
    }

    /// The totals of one lap.
    pub(crate) fn lap_totals(&self, person: &Person, lap: &Lap) -> Totals {
        let weight = person.persona.traits().weight_kg;
        totals(&self.plan, weight, &self.samples, lap.samples, lap.from, lap.to, self.pause)
    }
}

/// A sample of a leg, as the whole has it.
fn after(sample: &Sample, before: &Totals) -> Sample {
    Sample {
        clock: sample.clock + before.clock,
        timer: sample.timer + before.timer,
        moving: sample.moving + before.moving,
        distance_cm: sample.distance_cm.map(|cm| cm + before.distance_cm.unwrap_or(0)),
        ..*sample
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::generator::{Persona, planned_workouts, recording::within};
    use model::LocalDate;

    fn workouts(persona: Persona) -> Vec<(Person, Workout)> {
        let person = Person::plain(11, "athlete", persona);
        let first = LocalDate::parse("2026-06-01").unwrap();
        let plans = (0..14).flat_map(|day| planned_workouts(&person, first.plus_days(day)));
        plans.map(|plan| (person.clone(), Workout::of(&person, &plan))).collect()
    }

    #[test]
    fn the_three_clocks_are_ordered_and_the_pause_is_between_clock_and_timer() {
        for persona in Persona::ALL {
            for (_, workout) in workouts(persona) {
                for sample in &workout.samples {
                    assert!(sample.moving <= sample.timer && sample.timer <= sample.clock);
                    assert!(!within(workout.pause, sample.clock));
                }
                let paused = workout.pause.map_or(0, |(from, to)| to - from);
                if !workout.plan.is_manual() {
                    assert_eq!(workout.totals.clock, workout.totals.timer + paused);
                    assert_eq!(workout.samples.last().unwrap().timer, workout.totals.timer);
                    assert_eq!(workout.samples.last().unwrap().moving, workout.totals.moving);
                }
            }
        }
    }

    #[test]
    fn laps_share_out_the_whole_workout() {
        for (person, workout) in Persona::ALL.into_iter().flat_map(workouts) {
            let laps: Vec<_> = workout.laps.iter().map(|lap| workout.lap_totals(&person, lap)).collect();
            if laps.is_empty() {
                continue;
            }
            let plan = &workout.plan;
            assert_eq!(
                laps.iter().filter_map(|lap| lap.distance_cm).sum::<u32>(),
                workout.totals.distance_cm.unwrap_or(0),
                "{plan:?}"
            );
            if workout.plan.sport == Sport::Running {
                assert_eq!(laps.iter().map(|lap| lap.clock).sum::<u32>(), workout.totals.clock);
                assert_eq!(laps.iter().map(|lap| lap.timer).sum::<u32>(), workout.totals.timer);
            }
        }
    }

    #[test]
    fn runs_are_runs() {
        for (_, workout) in workouts(Persona::Runner) {
            if workout.plan.sport != Sport::Running {
                continue;
            }
            let totals = &workout.totals;
            assert!((2000..4500).contains(&totals.average_speed_mm.unwrap()), "{totals:?}");
            assert!((115..185).contains(&totals.average_heart_rate), "{totals:?}");
            assert!((155..190).contains(&totals.average_cadence.unwrap()), "{totals:?}");
            assert!(totals.ascent.unwrap() > 5, "{totals:?}");
            assert!((200..1500).contains(&totals.kilocalories), "{totals:?}");
        }
    }
}
