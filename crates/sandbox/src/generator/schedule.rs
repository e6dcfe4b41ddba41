//! What a person does on a date: which workouts, and when.

use super::{FileType, NightSpan, Person, Persona, Role, Sport, WorkoutPlan, dice::Dice};
use model::LocalDate;

/// A date of one person, as workouts are put on it.
struct Diary<'a> {
    person: &'a Person,
    midnight: i64,
    /// When the person woke.
    woke: i64,
    dice: Dice,
}

impl Diary<'_> {
    /// At about this hour after midnight.
    fn at(&self, hour: f64, sport: Sport, minutes: f64, effort: f64) -> WorkoutPlan {
        let start = self.midnight + (self.dice.around(hour, 0.25) * 3600.0) as i64;
        WorkoutPlan::new(self.person, sport, start, minutes, effort)
    }

    /// So many hours after waking.
    fn awake(&self, hours: f64, sport: Sport, minutes: f64, effort: f64) -> WorkoutPlan {
        WorkoutPlan::new(self.person, sport, self.woke + (hours * 3600.0) as i64, minutes, effort)
    }

    fn minutes(&self, mean: f64, spread: f64) -> f64 {
        self.dice.around(mean, spread)
    }
}

/// The workouts that start on a date, in order of their starts. Legs of a multisport activity follow the whole.
pub(crate) fn planned_workouts(person: &Person, date: LocalDate) -> Vec<WorkoutPlan> {
    // Whoever travels does not train that day.
    if person.day_seconds(date).abs_diff(86_400) > 2 * 3600 {
        return Vec::new();
    }
    let diary = Diary {
        person,
        midnight: person.midnight(date),
        woke: NightSpan::of(person, date).end,
        dice: person.dice(date, "plan"),
    };
    let weekday = weekday(date);
    match person.persona {
        Persona::Runner => runner(&diary, weekday),
        Persona::Cyclist => cyclist(&diary, weekday),
        Persona::ShiftWorker => shift_worker(&diary, weekday),
        Persona::Athlete => athlete(&diary, date, weekday),
        Persona::Traveller => traveller(&diary, weekday),
        Persona::WheelchairUser => wheelchair_user(&diary, weekday),
        Persona::Swimmer => swimmer(&diary, weekday),
        Persona::Triathlete => triathlete(&diary, date, weekday),
        Persona::NeverSyncs => Vec::new(),
    }
}

/// 0 is Sunday.
pub(super) fn weekday(date: LocalDate) -> i32 {
    (date.as_days() + 4).rem_euclid(7)
}

fn runner(diary: &Diary<'_>, weekday: i32) -> Vec<WorkoutPlan> {
    match weekday {
        0 => vec![diary.at(9.2, Sport::Running, diary.minutes(92.0, 9.0), 0.7)],
        2 => vec![diary.at(18.1, Sport::Running, diary.minutes(48.0, 5.0), 0.92)],
        4 | 6 => vec![diary.at(7.4, Sport::Running, diary.minutes(41.0, 6.0), 0.74)],
        5 => vec![diary.at(17.6, Sport::Strength, diary.minutes(38.0, 4.0), 0.6)],
        1 if diary.dice.chance(0.5) => vec![diary.at(19.5, Sport::Yoga, 30.0, 0.5).by_hand()],
        _ => Vec::new(),
    }
}

fn cyclist(diary: &Diary<'_>, weekday: i32) -> Vec<WorkoutPlan> {
    match weekday {
        0 => vec![diary.at(9.8, Sport::RoadCycling, diary.minutes(150.0, 20.0), 0.72)],
        6 => vec![diary.at(10.3, Sport::RoadCycling, diary.minutes(95.0, 15.0), 0.76)],
        2 => vec![diary.at(19.0, Sport::IndoorCycling, diary.minutes(55.0, 6.0), 0.85)],
        4 => vec![diary.at(17.7, Sport::RoadCycling, diary.minutes(64.0, 8.0), 0.8)],
        _ => Vec::new(),
    }
}

fn shift_worker(diary: &Diary<'_>, weekday: i32) -> Vec<WorkoutPlan> {
    let mut plans = Vec::new();
    if weekday % 2 == 0 || diary.dice.chance(0.4) {
        plans.push(diary.awake(diary.dice.range(1.5, 3.0), Sport::Walking, diary.minutes(36.0, 8.0), 0.6));
    }
    if weekday == 3 {
        plans.push(diary.awake(diary.dice.range(4.0, 5.0), Sport::Strength, diary.minutes(35.0, 5.0), 0.6));
    }
    plans
}

fn athlete(diary: &Diary<'_>, date: LocalDate, weekday: i32) -> Vec<WorkoutPlan> {
    // About three times a year: out in the mountains from one morning to the next.
    if date.as_days().rem_euclid(119) == 17 {
        return vec![diary.at(6.5, Sport::Hiking, 60.0 * diary.dice.range(25.0, 27.0), 0.6)];
    }
    if date.as_days().rem_euclid(119) == 18 {
        return Vec::new();
    }
    match weekday {
        0 => {
            let run = diary.at(8.0, Sport::Running, diary.minutes(96.0, 8.0), 0.74);
            vec![run, run.on_second_watch(diary.person)]
        }
        1 => vec![diary.at(7.0, Sport::Treadmill, diary.minutes(40.0, 5.0), 0.7)],
        2 => vec![diary.at(17.5, Sport::Running, diary.minutes(56.0, 5.0), 0.93)],
        3 => vec![diary.at(17.0, Sport::Strength, diary.minutes(45.0, 4.0), 0.6)],
        4 => vec![diary.at(7.0, Sport::RoadCycling, diary.minutes(70.0, 8.0), 0.75).uploaded(FileType::Gpx)],
        5 => vec![diary.at(12.5, Sport::Yoga, 40.0, 0.5).by_hand()],
        _ => vec![diary.at(9.5, Sport::Walking, diary.minutes(60.0, 8.0), 0.62).uploaded(FileType::Tcx)],
    }
}

fn traveller(diary: &Diary<'_>, weekday: i32) -> Vec<WorkoutPlan> {
    match weekday {
        1 | 4 => vec![diary.awake(0.8, Sport::Running, diary.minutes(35.0, 5.0), 0.7)],
        3 => vec![diary.awake(1.0, Sport::Treadmill, diary.minutes(32.0, 4.0), 0.68)],
        0 | 6 => vec![diary.awake(3.0, Sport::Walking, diary.minutes(55.0, 10.0), 0.58)],
        _ => Vec::new(),
    }
}

fn wheelchair_user(diary: &Diary<'_>, weekday: i32) -> Vec<WorkoutPlan> {
    match weekday {
        1 | 3 | 6 => vec![diary.at(17.0, Sport::WheelchairWalk, diary.minutes(40.0, 6.0), 0.6)],
        2 | 0 => vec![diary.at(8.5, Sport::WheelchairRun, diary.minutes(52.0, 6.0), 0.8)],
        _ => Vec::new(),
    }
}

fn swimmer(diary: &Diary<'_>, weekday: i32) -> Vec<WorkoutPlan> {
    match weekday {
        1 | 3 | 5 => vec![diary.at(6.6, Sport::PoolSwim, diary.minutes(54.0, 6.0), 0.78)],
        6 => vec![diary.at(8.4, Sport::OpenWaterSwim, diary.minutes(44.0, 6.0), 0.72)],
        _ => Vec::new(),
    }
}

fn triathlete(diary: &Diary<'_>, date: LocalDate, weekday: i32) -> Vec<WorkoutPlan> {
    match weekday {
        0 if date.as_days().div_euclid(7) % 2 == 0 => {
            let mut whole = diary.at(8.5, Sport::Combined, diary.minutes(128.0, 8.0), 0.85);
            whole.role = Role::Parent;
            let legs = whole.legs(diary.person);
            std::iter::once(whole).chain(legs).collect()
        }
        0 => vec![diary.at(8.5, Sport::RoadCycling, diary.minutes(140.0, 15.0), 0.72)],
        2 | 5 => vec![diary.at(6.8, Sport::PoolSwim, diary.minutes(48.0, 5.0), 0.78)],
        3 => vec![diary.at(18.0, Sport::IndoorCycling, diary.minutes(60.0, 6.0), 0.85)],
        4 | 6 => vec![diary.at(7.0, Sport::Running, diary.minutes(50.0, 6.0), 0.78)],
        _ => Vec::new(),
    }
}

/// A short unplanned workout that ends at `end`, for demonstrations.
pub(crate) fn extra_workout(person: &Person, end: i64) -> WorkoutPlan {
    let dice = person.dice_at(end, "extra");
    let sport = match person.persona {
        Persona::Runner | Persona::Athlete | Persona::Triathlete => Sport::Running,
        Persona::Cyclist => Sport::RoadCycling,
        Persona::WheelchairUser => Sport::WheelchairWalk,
        Persona::Swimmer => Sport::PoolSwim,
        Persona::ShiftWorker | Persona::Traveller | Persona::NeverSyncs => Sport::Walking,
    };
    let minutes = dice.range(9.0, 14.0);
    let mut plan = WorkoutPlan::new(person, sport, end - (minutes * 60.0) as i64, minutes, dice.range(0.65, 0.9));
    plan.start = end - i64::from(plan.clock_seconds);
    plan
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::generator::Origin;

    fn month(persona: Persona) -> Vec<WorkoutPlan> {
        let person = Person::plain(7, "someone", persona);
        let first = LocalDate::parse("2026-03-01").unwrap();
        (0..30).flat_map(|day| planned_workouts(&person, first.plus_days(day))).collect()
    }

    #[test]
    fn a_month_has_a_believable_number_of_workouts_that_never_overlap() {
        for persona in Persona::ALL.into_iter().filter(|persona| *persona != Persona::NeverSyncs) {
            let mut all = month(persona);
            assert!((12..=45).contains(&all.len()), "{persona:?} has {}", all.len());
            all.retain(WorkoutPlan::counts);
            assert!(all.windows(2).all(|pair| pair[0].end() <= pair[1].start), "{persona:?}");
        }
        assert!(month(Persona::NeverSyncs).is_empty());
    }

    #[test]
    fn legs_share_out_the_whole_and_name_it() {
        let all = month(Persona::Triathlete);
        let whole = all.iter().find(|plan| plan.role == Role::Parent).unwrap();
        let legs: Vec<_> = all.iter().filter(|plan| plan.role == Role::Child { parent: whole.id }).collect();
        assert_eq!(legs.len(), 5);
        assert_eq!(legs.iter().map(|leg| leg.clock_seconds).sum::<u32>(), whole.clock_seconds);
        assert!(legs.windows(2).all(|pair| pair[0].end() == pair[1].start));
        assert!(whole.has_file() && legs.iter().all(|leg| !leg.has_file() && leg.has_details()));
    }

    #[test]
    fn two_watches_record_one_effort_as_two_activities() {
        let all = month(Persona::Athlete);
        let second = all.iter().find(|plan| plan.origin == Origin::SecondWatch).unwrap();
        let first = all.iter().find(|plan| plan.counts() && plan.end().abs_diff(second.end()) < 60).unwrap();
        let person = Person::plain(7, "someone", Persona::Athlete);
        assert_ne!((first.id, first.device_name(&person)), (second.id, second.device_name(&person)));
    }

    #[test]
    fn a_hike_of_more_than_a_day_has_a_file_and_no_details() {
        let person = Person::plain(7, "someone", Persona::Athlete);
        let first = LocalDate::parse("2026-01-01").unwrap();
        let year = (0..365).flat_map(|day| planned_workouts(&person, first.plus_days(day)));
        let long: Vec<_> = year.filter(|plan| plan.clock_seconds > 86_400).collect();
        assert!((2..=4).contains(&long.len()));
        assert!(long.iter().all(|plan| plan.has_file() && !plan.has_details()));
    }

    #[test]
    fn an_extra_workout_ends_when_asked() {
        let person = Person::plain(7, "someone", Persona::Cyclist);
        assert_eq!(extra_workout(&person, 1_800_000_000).end(), 1_800_000_000);
    }
}
