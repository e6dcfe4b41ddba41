//! A day from local midnight to midnight: steps, floors, heart rate, stress, energy. A running day is read
//! up to a second and shows exactly what the finished day shows up to there.

use super::{Night, Person, Persona, WorkoutPlan, dice::Dice, heart::Surroundings, planned_workouts, workout::Workout};
use model::LocalDate;

/// How a minute felt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum StressLevel {
    /// Asleep or resting, with its level.
    Rest(u8),
    Low(u8),
    Medium(u8),
    High(u8),
    /// Moving too much to tell.
    Activity,
}

/// A whole day, minute by minute.
pub(crate) struct Day {
    pub(crate) start: i64,
    pub(crate) resting_heart_rate: u8,
    pub(crate) seven_day_average_heart_rate: u8,
    /// (second of the day, beats a minute).
    pub(crate) heart_rate: Vec<(u32, u8)>,
    pub(crate) steps: Vec<u16>,
    /// Meters in each minute.
    pub(crate) meters: Vec<f64>,
    pub(crate) floors: Vec<u8>,
    pub(crate) stress: Vec<StressLevel>,
    /// Kilocalories above the basal rate, each minute.
    pub(crate) active_energy: Vec<f64>,
}

/// How much somebody tends to walk at each hour of being awake, in walking minutes.
fn walking_habit(persona: Persona, hour: u32) -> f64 {
    match (persona, hour) {
        (Persona::Runner | Persona::Cyclist, 7 | 8 | 17) => 9.0,
        (Persona::Runner | Persona::Cyclist, 12 | 13) => 8.0,
        (Persona::Runner, _) => 3.6,
        (Persona::Cyclist, _) => 2.8,
        (Persona::ShiftWorker, hour) if hour % 4 == 1 => 11.0,
        (Persona::ShiftWorker, _) => 5.0,
    }
}

impl Day {
    /// The day of a person; `extras` are workouts beyond the planned ones.
    pub(crate) fn of(person: &Person, date: LocalDate, extras: &[WorkoutPlan]) -> Self {
        let midnight = person.midnight(date);
        let traits = person.persona.traits();
        let nights = [Night::of(person, date), Night::of(person, date.plus_days(1))];
        let workouts = workouts_touching(person, date, extras);
        let resting = person.dice(date, "resting").around(traits.resting_heart_rate, 1.4);
        let mut day = Self {
            start: midnight,
            resting_heart_rate: resting.round() as u8,
            seven_day_average_heart_rate: seven_day_average(person, date),
            heart_rate: Vec::with_capacity(5760),
            steps: vec![0; 1440],
            meters: vec![0.0; 1440],
            floors: vec![0; 1440],
            stress: Vec::with_capacity(1440),
            active_energy: vec![0.0; 1440],
        };
        day.walk(person, date, &nights, &workouts);
        day.add_workouts(&workouts);
        let steps = day.steps.clone();
        let around =
            Surroundings { traits: &traits, midnight, nights: &nights, workouts: &workouts, steps: &steps, resting };
        day.beat(&around, &person.dice(date, "heart"));
        day.feel(&around, &person.dice(date, "stress"));
        day
    }

    /// Everyday walking in short bouts while awake.
    fn walk(&mut self, person: &Person, date: LocalDate, nights: &[Night], workouts: &[Workout]) {
        let dice = person.dice(date, "walking");
        let liveliness = dice.around(1.0, 0.22);
        let mut bout = 0.0;
        for minute in 0..1440u32 {
            let at = self.start + i64::from(minute) * 60;
            let (begin, pace, stairs) = (dice.unit(), dice.around(82.0, 16.0), dice.unit());
            let busy = nights.iter().any(|night| night.stage_at(at).is_some())
                || workouts.iter().any(|workout| (workout.plan.start - 60..workout.plan.end() + 60).contains(&at));
            if busy {
                bout = 0.0;
                continue;
            }
            if bout <= 0.0 && begin < walking_habit(person.persona, minute / 60) * liveliness / 60.0 / 4.0 {
                bout = 1.0 + 6.0 * stairs;
            }
            if bout > 0.0 {
                bout -= 1.0;
                let steps = pace.clamp(12.0, 128.0);
                set(&mut self.steps, minute, steps as u16);
                set(&mut self.meters, minute, steps * 0.74);
                set(&mut self.floors, minute, u8::from(stairs > 0.965));
                set(&mut self.active_energy, minute, steps * 0.038);
            }
        }
    }

    fn add_workouts(&mut self, workouts: &[Workout]) {
        for workout in workouts {
            let minutes = (workout.totals.clock / 60).max(1);
            let share = |total: f64| total / f64::from(minutes);
            let steps = share(workout.totals.steps.map_or(0.0, f64::from));
            let walked = workout.plan.sport.is_on_foot();
            let meters = share(workout.totals.distance_cm.filter(|_| walked).map_or(0.0, |cm| f64::from(cm) / 100.0));
            let energy = share(f64::from(workout.totals.kilocalories)) - 1.1;
            for minute in 0..minutes {
                let at = (workout.plan.start - self.start) / 60 + i64::from(minute);
                let Ok(at) = u32::try_from(at) else { continue };
                set(&mut self.steps, at, steps as u16);
                set(&mut self.meters, at, meters);
                set(&mut self.active_energy, at, energy.max(0.0));
            }
        }
    }

    fn beat(&mut self, around: &Surroundings<'_>, dice: &Dice) {
        let step = around.traits.sample_step;
        let mut level = around.target(0);
        for second in (0..86_400).step_by(step as usize) {
            let noise = dice.around(0.0, 0.9);
            if let Some(recorded) = around.recorded(second) {
                level = f64::from(recorded);
            } else {
                level += (around.target(second) - level) * (f64::from(step) / 70.0).min(0.7) + noise;
            }
            self.heart_rate.push((second, level.round().clamp(38.0, 210.0) as u8));
        }
    }

    fn feel(&mut self, around: &Surroundings<'_>, dice: &Dice) {
        let mut level = around.traits.stress;
        for minute in 0..1440u32 {
            let second = minute * 60;
            let noise = dice.around(0.0, 3.0);
            let asleep = around.nights.iter().any(|night| night.stage_at(self.start + i64::from(second)).is_some());
            let hour = f64::from(minute) / 60.0;
            let habit = if asleep { 13.0 } else { around.traits.stress * (1.15 + 0.25 * ((hour - 11.0) / 12.0).sin()) };
            level = (level + 0.08 * (habit - level) + noise).clamp(2.0, 98.0);
            let moving = self.steps.get(minute as usize).is_some_and(|steps| *steps > 40);
            let value = level as u8;
            self.stress.push(match value {
                _ if moving || around.recorded(second).is_some() => StressLevel::Activity,
                0..=25 => StressLevel::Rest(value),
                26..=50 => StressLevel::Low(value),
                51..=75 => StressLevel::Medium(value),
                _ => StressLevel::High(value),
            });
        }
    }
}

fn set<T>(column: &mut [T], minute: u32, value: T) {
    if let Some(slot) = column.get_mut(minute as usize) {
        *slot = value;
    }
}

/// Planned and extra workouts that overlap the date, also those that began the evening before.
fn workouts_touching(person: &Person, date: LocalDate, extras: &[WorkoutPlan]) -> Vec<Workout> {
    let midnight = person.midnight(date);
    let planned = [date.plus_days(-1), date].into_iter().flat_map(|date| planned_workouts(person, date));
    planned
        .chain(extras.iter().copied())
        .filter(|plan| !plan.sport.is_manual() && plan.end() + 7200 > midnight && plan.start < midnight + 86_400)
        .map(|plan| Workout::of(person, &plan))
        .collect()
}

fn seven_day_average(person: &Person, date: LocalDate) -> u8 {
    let resting = person.persona.traits().resting_heart_rate;
    let days = (0..7).map(|back| person.dice(date.plus_days(-back), "resting").around(resting, 1.4) + 16.5);
    (days.sum::<f64>() / 7.0).round() as u8
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(persona: Persona, text: &str) -> Day {
        Day::of(&Person::new(5, "somebody", persona, None), LocalDate::parse(text).unwrap(), &[])
    }

    #[test]
    fn days_are_plausible_for_every_persona() {
        for persona in Persona::ALL {
            for date in ["2026-02-03", "2026-02-07", "2026-02-08", "2026-02-19"] {
                let day = day(persona, date);
                let steps: u32 = day.steps.iter().map(|steps| u32::from(*steps)).sum();
                assert!((2_500..32_000).contains(&steps), "{persona:?} {date} {steps}");
                let lowest = day.heart_rate.iter().map(|(_, beats)| *beats).min().unwrap();
                let highest = day.heart_rate.iter().map(|(_, beats)| *beats).max().unwrap();
                assert!(lowest >= 40 && highest <= 190, "{persona:?} {lowest} {highest}");
                assert_eq!(day.stress.len(), 1440);
            }
        }
    }

    #[test]
    fn the_heart_is_slower_at_night_than_by_day() {
        let day = day(Persona::Runner, "2026-02-02");
        let mean = |from: u32, to: u32| {
            let part: Vec<_> = day.heart_rate.iter().filter(|(at, _)| (from..to).contains(at)).collect();
            part.iter().map(|(_, beats)| f64::from(*beats)).sum::<f64>() / part.len() as f64
        };
        assert!(mean(2 * 3600, 5 * 3600) + 8.0 < mean(13 * 3600, 16 * 3600));
    }
}
