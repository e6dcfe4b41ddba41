//! What a person does on a date: which workouts, when and how long. Small and copyable; the workout itself
//! is computed from it when somebody asks.

use super::{Night, Person, Persona};
use model::LocalDate;

/// The kinds of activity that the sandbox's people do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Sport {
    Running,
    RoadCycling,
    IndoorCycling,
    Walking,
    Strength,
    /// Entered by hand: no device, no samples, no file.
    Yoga,
}

impl Sport {
    /// The activity type on the wire.
    pub(crate) fn wire_name(self) -> &'static str {
        match self {
            Sport::Running => "RUNNING",
            Sport::RoadCycling => "ROAD_BIKING",
            Sport::IndoorCycling => "INDOOR_CYCLING",
            Sport::Walking => "WALKING",
            Sport::Strength => "STRENGTH_TRAINING",
            Sport::Yoga => "YOGA",
        }
    }

    /// The name that the device gives an activity.
    pub(crate) fn title(self) -> &'static str {
        match self {
            Sport::Running => "Running",
            Sport::RoadCycling => "Road Cycling",
            Sport::IndoorCycling => "Indoor Cycling",
            Sport::Walking => "Walking",
            Sport::Strength => "Strength",
            Sport::Yoga => "Yoga",
        }
    }

    pub(crate) fn has_track(self) -> bool {
        matches!(self, Sport::Running | Sport::RoadCycling | Sport::Walking)
    }

    pub(crate) fn is_cycling(self) -> bool {
        matches!(self, Sport::RoadCycling | Sport::IndoorCycling)
    }

    pub(crate) fn is_on_foot(self) -> bool {
        matches!(self, Sport::Running | Sport::Walking)
    }

    /// Was it entered by hand?
    pub(crate) fn is_manual(self) -> bool {
        self == Sport::Yoga
    }
}

/// A workout in a nutshell.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct WorkoutPlan {
    /// The activity id, eleven digits.
    pub(crate) id: u64,
    pub(crate) sport: Sport,
    /// UTC seconds.
    pub(crate) start: i64,
    /// From the first to the last second, pause included.
    pub(crate) clock_seconds: u32,
    /// How hard, 0.5 (very easy) to 1 (race).
    pub(crate) effort: f64,
}

impl WorkoutPlan {
    fn new(person: &Person, sport: Sport, start: i64, minutes: f64, effort: f64) -> Self {
        let dice = person.dice_at(start, "activity-id");
        let clock_seconds = (minutes * 60.0 + dice.range(0.0, 60.0)) as u32;
        let id = 20_000_000_000 + dice.whole(0, 9_999_999_999).unsigned_abs();
        Self { id, sport, start, clock_seconds, effort }
    }

    pub(crate) fn end(&self) -> i64 {
        self.start + i64::from(self.clock_seconds)
    }
}

/// The workouts that start on a date, in order.
pub(crate) fn planned_workouts(person: &Person, date: LocalDate) -> Vec<WorkoutPlan> {
    let dice = person.dice(date, "plan");
    let weekday = (date.as_days() + 4).rem_euclid(7); // 0 is Sunday
    let midnight = person.midnight(date);
    let at = |hour: f64| midnight + (dice.around(hour, 0.25) * 3600.0) as i64;
    let plan = |sport, start, minutes, effort| WorkoutPlan::new(person, sport, start, minutes, effort);
    match person.persona {
        Persona::Runner => match weekday {
            0 => vec![plan(Sport::Running, at(9.2), dice.around(92.0, 9.0), 0.7)],
            2 => vec![plan(Sport::Running, at(18.1), dice.around(48.0, 5.0), 0.92)],
            4 | 6 => vec![plan(Sport::Running, at(7.4), dice.around(41.0, 6.0), 0.74)],
            5 => vec![plan(Sport::Strength, at(17.6), dice.around(38.0, 4.0), 0.6)],
            1 if dice.chance(0.5) => vec![plan(Sport::Yoga, at(19.5), 30.0, 0.5)],
            _ => Vec::new(),
        },
        Persona::Cyclist => match weekday {
            0 => vec![plan(Sport::RoadCycling, at(9.8), dice.around(150.0, 20.0), 0.72)],
            6 => vec![plan(Sport::RoadCycling, at(10.3), dice.around(95.0, 15.0), 0.76)],
            2 => vec![plan(Sport::IndoorCycling, at(19.0), dice.around(55.0, 6.0), 0.85)],
            4 => vec![plan(Sport::RoadCycling, at(17.7), dice.around(64.0, 8.0), 0.8)],
            _ => Vec::new(),
        },
        Persona::ShiftWorker => {
            let mut plans = Vec::new();
            if weekday % 2 == 0 || dice.chance(0.4) {
                let start = Night::of(person, date).end() + (dice.range(1.5, 3.0) * 3600.0) as i64;
                plans.push(plan(Sport::Walking, start, dice.around(36.0, 8.0), 0.6));
            }
            if weekday == 3 {
                let start = Night::of(person, date).end() + (dice.range(4.0, 5.0) * 3600.0) as i64;
                plans.push(plan(Sport::Strength, start, dice.around(35.0, 5.0), 0.6));
            }
            plans
        }
    }
}

/// A short unplanned workout that ends at `end`, for demonstrations.
pub(crate) fn extra_workout(person: &Person, end: i64) -> WorkoutPlan {
    let dice = person.dice_at(end, "extra");
    let sport = match person.persona {
        Persona::Runner => Sport::Running,
        Persona::Cyclist => Sport::RoadCycling,
        Persona::ShiftWorker => Sport::Walking,
    };
    let minutes = dice.range(9.0, 14.0);
    let mut plan = WorkoutPlan::new(person, sport, end - (minutes * 60.0) as i64, minutes, dice.range(0.65, 0.9));
    plan.start = end - i64::from(plan.clock_seconds);
    plan
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_month_has_a_believable_number_of_workouts_that_never_overlap() {
        for persona in Persona::ALL {
            let person = Person::new(7, "someone", persona, None);
            let first = LocalDate::parse("2026-03-01").unwrap();
            let all: Vec<_> = (0..30).flat_map(|day| planned_workouts(&person, first.plus_days(day))).collect();
            assert!((12..=30).contains(&all.len()), "{persona:?} has {}", all.len());
            assert!(all.windows(2).all(|pair| pair[0].end() < pair[1].start), "{persona:?}");
        }
    }

    #[test]
    fn an_extra_workout_ends_when_asked() {
        let person = Person::new(7, "someone", Persona::Cyclist, None);
        assert_eq!(extra_workout(&person, 1_800_000_000).end(), 1_800_000_000);
    }
}
