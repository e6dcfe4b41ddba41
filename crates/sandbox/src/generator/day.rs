//! A day from local midnight to midnight: movement, heart rate, stress. A running day is read up to a second
//! and shows exactly what the finished day shows up to there.

use super::{
    Night, NightSpan, Person, WorkoutPlan, heart::Surroundings, movement::Movement, schedule::planned_workouts,
    workout::Workout,
};
use model::LocalDate;

/// A whole day.
pub(crate) struct Day {
    pub(crate) date: LocalDate,
    /// UTC seconds.
    pub(crate) start: i64,
    /// Seconds: 86,400 unless the clock changes.
    pub(crate) length: u32,
    pub(crate) resting_heart_rate: u8,
    pub(crate) seven_day_average_heart_rate: u8,
    pub(crate) movement: Movement,
    /// The night that ends on the date and the one that begins in its evening.
    pub(super) nights: [Night; 2],
    /// The workouts that count for the day, in order.
    pub(crate) plans: Vec<WorkoutPlan>,
    /// The same, second by second; not in an outline.
    workouts: Vec<Workout>,
    resting: f64,
}

impl Day {
    /// The day of a person; `extras` are workouts beyond the planned ones.
    pub(crate) fn of(person: &Person, date: LocalDate, extras: &[WorkoutPlan]) -> Self {
        let plans = plans_touching(person, date, extras);
        let workouts = plans.iter().map(|plan| Workout::of(person, plan)).collect();
        Self::with(person, date, plans, workouts)
    }

    /// The day without what its workouts count and without heart rate: enough for stress, breathing and oxygen.
    pub(crate) fn outline(person: &Person, date: LocalDate, extras: &[WorkoutPlan]) -> Self {
        Self::with(person, date, plans_touching(person, date, extras), Vec::new())
    }

    fn with(person: &Person, date: LocalDate, plans: Vec<WorkoutPlan>, workouts: Vec<Workout>) -> Self {
        let start = person.midnight(date);
        let length = person.day_seconds(date);
        let nights = [Night::of(person, date), Night::of(person, date.plus_days(1))];
        let asleep = [-1, 0, 1].map(|days| NightSpan::of(person, date.plus_days(days))).to_vec();
        let resting = person.dice(date, "resting").around(person.persona.traits().resting_heart_rate, 1.4);
        Self {
            date,
            start,
            length,
            resting_heart_rate: resting.round() as u8,
            seven_day_average_heart_rate: seven_day_average(person, date),
            movement: Movement::of(person, (start, length), asleep, &plans, &workouts),
            nights,
            plans,
            workouts,
            resting,
        }
    }

    /// (second of the day, beats a minute), up to a second.
    pub(crate) fn heart_rate(&self, person: &Person, until: u32) -> Vec<(u32, u8)> {
        let traits = person.traits();
        let around = Surroundings {
            traits: &traits,
            midnight: self.start,
            nights: &self.nights,
            workouts: &self.workouts,
            movement: &self.movement,
            resting: self.resting,
        };
        let dice = person.dice(self.date, "heart");
        let mut level = around.target(0);
        let mut beats = Vec::with_capacity((until / traits.sample_step) as usize + 1);
        for second in (0..until.min(self.length)).step_by(traits.sample_step as usize) {
            let noise = dice.around(0.0, 0.9);
            if let Some(recorded) = around.recorded(second) {
                level = f64::from(recorded);
            } else {
                level += (around.target(second) - level) * (f64::from(traits.sample_step) / 70.0).min(0.7) + noise;
            }
            beats.push((second, level.round().clamp(38.0, 210.0) as u8));
        }
        beats
    }

    /// Is the person in bed at a second of the day?
    pub(super) fn is_asleep(&self, second: u32) -> bool {
        let at = self.start + i64::from(second);
        self.nights.iter().any(|night| (night.start..night.end()).contains(&at))
    }

    /// Breaths a minute up to a second: (second of the day, value); -2 where movement hides them.
    pub(crate) fn breaths(&self, person: &Person, until: u32) -> Vec<(u32, f64)> {
        let dice = person.dice(self.date, "breaths");
        let step = if person.style.sparse { super::SLOT } else { 60 };
        let mut level = 14.0;
        let seconds = (0..until.min(self.length)).step_by(step as usize);
        seconds
            .map(|second| {
                let target = if self.is_asleep(second) { 13.4 } else { 15.2 };
                level += 0.2 * (target - level) + dice.around(0.0, 0.25);
                let value = if self.movement.is_moving(second) { -2.0 } else { (level * 100.0).round() / 100.0 };
                (second, value)
            })
            .collect()
    }

    /// Oxygen saturation once an hour up to a second: (second of the day, percent).
    pub(crate) fn oxygen(&self, person: &Person, until: u32) -> Vec<(u32, u8)> {
        let dice = person.dice(self.date, "day-oxygen");
        let seconds = (1800..until.min(self.length)).step_by(3600);
        seconds.map(|second| (second, dice.around(96.4, 0.9).clamp(89.0, 100.0).round() as u8)).collect()
    }
}

/// Planned and extra workouts that overlap the date, also those that began the evening before.
fn plans_touching(person: &Person, date: LocalDate, extras: &[WorkoutPlan]) -> Vec<WorkoutPlan> {
    let (start, end) = (person.midnight(date), person.midnight(date.plus_days(1)));
    let planned = [date.plus_days(-1), date].into_iter().flat_map(|date| planned_workouts(person, date));
    planned
        .chain(extras.iter().copied())
        .filter(|plan| plan.counts() && plan.end() + 7200 > start && plan.start < end)
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
    use crate::generator::Persona;

    fn day(persona: Persona, text: &str) -> (Person, Day) {
        let person = Person::plain(5, "somebody", persona);
        let day = Day::of(&person, LocalDate::parse(text).unwrap(), &[]);
        (person, day)
    }

    #[test]
    fn days_are_plausible_for_every_persona() {
        for persona in Persona::ALL {
            for date in ["2026-02-03", "2026-02-07", "2026-02-08", "2026-02-19"] {
                let (person, day) = day(persona, date);
                let epochs = day.movement.epochs(0, day.length);
                let steps: u32 = epochs.iter().map(|epoch| epoch.steps).sum();
                let pushes: u32 = epochs.iter().map(|epoch| epoch.pushes).sum();
                if persona.wheels() {
                    assert!(steps == 0 && (700..9_000).contains(&pushes), "{persona:?} {date} {pushes}");
                } else {
                    assert!((2_000..34_000).contains(&steps), "{persona:?} {date} {steps}");
                }
                let beats = day.heart_rate(&person, day.length);
                let lowest = beats.iter().map(|(_, beats)| *beats).min().unwrap();
                let highest = beats.iter().map(|(_, beats)| *beats).max().unwrap();
                assert!(lowest >= 38 && highest <= 195, "{persona:?} {lowest} {highest}");
            }
        }
    }

    #[test]
    fn the_heart_is_slower_at_night_than_by_day() {
        let (person, day) = day(Persona::Runner, "2026-02-02");
        let beats = day.heart_rate(&person, day.length);
        let mean = |from: u32, to: u32| {
            let part: Vec<_> = beats.iter().filter(|(at, _)| (from..to).contains(at)).collect();
            part.iter().map(|(_, beats)| f64::from(*beats)).sum::<f64>() / part.len() as f64
        };
        assert!(mean(2 * 3600, 5 * 3600) + 8.0 < mean(13 * 3600, 16 * 3600));
    }

    #[test]
    fn quarters_fill_the_day_and_a_running_one_is_completed_later() {
        for (text, length) in [("2026-03-29", 82_800), ("2026-10-25", 90_000), ("2026-03-12", 144_000)] {
            let (_, day) = day(Persona::Traveller, text);
            assert_eq!(day.length, length);
            let epochs = day.movement.epochs(0, day.length);
            assert_eq!(epochs.iter().map(|epoch| epoch.active).sum::<u32>(), length);
            assert!(epochs.iter().all(|epoch| epoch.duration == 900 && epoch.from % 900 == 0));
        }
        let (_, day) = day(Persona::Runner, "2026-02-03");
        let whole = day.movement.epochs(0, day.length);
        for until in [3600, 40_000, 65_400, 66_060] {
            let running = day.movement.epochs(0, until);
            let last = running.last().unwrap();
            assert_eq!(last.from + last.duration, until / 60 * 60);
            for epoch in running.iter().filter(|epoch| epoch.duration == 900) {
                assert!(whole.contains(epoch), "a full quarter stays as it is");
            }
        }
        let since = day.movement.epochs(40_000, 43_200);
        assert_eq!(since.first().unwrap().from, 39_600);
    }

    #[test]
    fn what_a_workout_counts_is_in_its_day() {
        let (person, day) = day(Persona::Runner, "2026-02-03");
        let run = &day.workouts[0];
        let within = |epoch: &&super::super::movement::Epoch| epoch.activity == "RUNNING";
        let epochs = day.movement.epochs(0, day.length);
        let steps: u32 = epochs.iter().filter(within).map(|epoch| epoch.steps).sum();
        assert_eq!(Some(steps), run.totals.steps, "{}", person.name);
    }
}
