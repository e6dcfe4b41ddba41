//! How somebody moves through a day: short everyday bouts in each quarter of an hour, and the efforts of
//! workouts. The quarters are the only source of a day's steps, distance, energy and floors, so that sums agree.

use super::{NightSpan, Person, Persona, SLOT, Sport, WorkoutPlan, workout::Workout};

const MINUTE: u32 = 60;

/// A walk within a quarter of an hour, or a push where others walk.
#[derive(Clone, Copy, Debug)]
struct Bout {
    /// Minutes of the quarter: first, and one past the last.
    from: u32,
    to: u32,
    /// Steps or pushes a minute.
    pace: f64,
    floors: u32,
}

/// What a workout adds to the day, evenly over its length.
#[derive(Clone, Copy, Debug)]
struct Effort {
    sport: Sport,
    /// Seconds from the start of the day.
    from: i64,
    clock: u32,
    steps: u32,
    pushes: u32,
    centimetres: u32,
    /// Above the basal rate, in thousandths.
    energy: u32,
}

impl Effort {
    /// The share of a total that falls into a span of seconds; shares of all spans make up the total.
    fn share(&self, total: u32, from: u32, to: u32) -> u32 {
        let passed = |second: u32| (i64::from(second) - self.from).clamp(0, i64::from(self.clock));
        let until = |second| i64::from(total) * passed(second) / i64::from(self.clock.max(1));
        u32::try_from(until(to) - until(from)).unwrap_or(0)
    }

    fn covers(&self, from: u32, to: u32) -> bool {
        i64::from(to) > self.from && i64::from(from) < self.from + i64::from(self.clock)
    }
}

/// One activity type within a quarter of an hour.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Epoch {
    /// Seconds from the start of the day.
    pub(crate) from: u32,
    /// How much of the quarter has passed.
    pub(crate) duration: u32,
    pub(crate) activity: &'static str,
    /// Seconds spent in this activity.
    pub(crate) active: u32,
    pub(crate) steps: u32,
    pub(crate) pushes: u32,
    pub(crate) centimetres: u32,
    /// Above the basal rate, in thousandths.
    energy: u32,
    pub(crate) floors: u32,
    pub(crate) moderate: u32,
    pub(crate) vigorous: u32,
}

pub(crate) const SEDENTARY: &str = "SEDENTARY";

impl Epoch {
    pub(crate) fn kilocalories(&self) -> u32 {
        self.energy / 1000
    }

    pub(crate) fn is_sedentary(&self) -> bool {
        self.activity == SEDENTARY
    }

    /// Multiples of the basal rate.
    pub(crate) fn met(&self, basal_kilocalories: f64) -> f64 {
        let basal = basal_kilocalories * f64::from(self.active.max(1)) / 86_400.0;
        1.0 + f64::from(self.energy) / 1000.0 / basal.max(0.1)
    }
}

/// How somebody moves through one day.
pub(crate) struct Movement {
    /// UTC seconds.
    start: i64,
    length: u32,
    wheels: bool,
    bouts: Vec<Option<Bout>>,
    /// Seconds of the day in which workouts begin and end.
    busy: Vec<(i64, i64)>,
    /// What those workouts count, if anybody asks for it.
    efforts: Vec<Effort>,
    asleep: Vec<NightSpan>,
}

/// How much somebody tends to walk at each hour of being awake, in walking minutes.
fn walking_habit(persona: Persona, hour: u32) -> f64 {
    match (persona, hour) {
        (Persona::Runner | Persona::Cyclist, 7 | 8 | 17) => 9.0,
        (Persona::Runner | Persona::Cyclist, 12 | 13) => 8.0,
        (Persona::Runner | Persona::Athlete, _) => 3.6,
        (Persona::Cyclist | Persona::Triathlete, _) => 3.0,
        (Persona::ShiftWorker, hour) if hour % 4 == 1 => 11.0,
        (Persona::Traveller, 10..=18) => 6.5,
        (Persona::WheelchairUser, _) => 5.5,
        _ => 4.4,
    }
}

impl Movement {
    /// A day from `start` on, with the nights and workouts that touch it.
    pub(crate) fn of(
        person: &Person,
        (start, length): (i64, u32),
        asleep: Vec<NightSpan>,
        plans: &[WorkoutPlan],
        workouts: &[Workout],
    ) -> Self {
        let liveliness = person.dice_at(start, "liveliness").around(1.0, 0.22);
        let basal = person.persona.traits().basal_kilocalories;
        Self {
            start,
            length,
            wheels: person.persona.wheels(),
            bouts: (0..length.div_ceil(SLOT)).map(|slot| bout(person, start, slot, liveliness)).collect(),
            busy: plans.iter().map(|plan| (plan.start - start, plan.end() - start)).collect(),
            efforts: workouts.iter().map(|workout| effort(start, basal, workout)).collect(),
            asleep,
        }
    }

    /// Steps or pushes a minute at a second of the day, outside workouts.
    pub(crate) fn pace_at(&self, second: u32) -> f64 {
        self.bout_at(second / MINUTE * MINUTE).map_or(0.0, |bout| bout.pace)
    }

    /// Is somebody moving so much that nothing else can be measured?
    pub(crate) fn is_moving(&self, second: u32) -> bool {
        self.pace_at(second) > 0.0 || self.is_busy(second)
    }

    /// Is a workout on in the minute from a second on?
    fn is_busy(&self, second: u32) -> bool {
        let (from, to) = (i64::from(second), i64::from(second + MINUTE));
        self.busy.iter().any(|(begin, end)| to > *begin && from < *end)
    }

    fn bout_at(&self, second: u32) -> Option<Bout> {
        let bout = (*self.bouts.get((second / SLOT) as usize)?)?;
        let minute = second % SLOT / MINUTE;
        let at = self.start + i64::from(second);
        let awake = !self.asleep.iter().any(|night| night.contains(at));
        ((bout.from..bout.to).contains(&minute) && awake && !self.is_busy(second)).then_some(bout)
    }

    /// The day in quarters of an hour and activity types, from the quarter of one second to another second.
    pub(crate) fn epochs(&self, from: u32, until: u32) -> Vec<Epoch> {
        let until = until.min(self.length) / MINUTE * MINUTE;
        let mut epochs = Vec::new();
        for quarter in (from / SLOT * SLOT..until).step_by(SLOT as usize) {
            let end = (quarter + SLOT).min(until);
            let begun = epochs.len();
            for minute in (quarter..end).step_by(MINUTE as usize) {
                let part = self.minute(minute, quarter, end - quarter);
                let same = epochs.iter_mut().skip(begun).find(|epoch: &&mut Epoch| epoch.activity == part.activity);
                match same {
                    Some(epoch) => epoch.add(&part),
                    None => epochs.push(part),
                }
            }
        }
        epochs
    }

    fn minute(&self, second: u32, quarter: u32, duration: u32) -> Epoch {
        let end = second + MINUTE;
        let mut minute = Epoch {
            from: quarter,
            duration,
            activity: SEDENTARY,
            active: MINUTE,
            steps: 0,
            pushes: 0,
            centimetres: 0,
            energy: 0,
            floors: 0,
            moderate: 0,
            vigorous: 0,
        };
        for effort in self.efforts.iter().filter(|effort| effort.covers(second, end)) {
            if minute.activity == SEDENTARY {
                minute.activity = effort.sport.epoch_name();
            }
            minute.steps += effort.share(effort.steps, second, end);
            minute.pushes += effort.share(effort.pushes, second, end);
            minute.centimetres += effort.share(effort.centimetres, second, end);
            minute.energy += effort.share(effort.energy, second, end);
        }
        if let Some(bout) = self.bout_at(second) {
            let beats = bout.pace as u32;
            minute.activity = if self.wheels { "WHEELCHAIR_PUSH_WALK" } else { "WALKING" };
            *(if self.wheels { &mut minute.pushes } else { &mut minute.steps }) = beats;
            minute.centimetres = beats * if self.wheels { 110 } else { 74 };
            minute.energy = beats * 38;
            minute.floors = if second % SLOT / MINUTE == bout.from { bout.floors } else { 0 };
        }
        match minute.energy {
            3000..7000 => minute.moderate = MINUTE,
            7000.. => minute.vigorous = MINUTE,
            _ => {}
        }
        minute
    }
}

impl Epoch {
    fn add(&mut self, other: &Epoch) {
        self.active += other.active;
        self.steps += other.steps;
        self.pushes += other.pushes;
        self.centimetres += other.centimetres;
        self.energy += other.energy;
        self.floors += other.floors;
        self.moderate += other.moderate;
        self.vigorous += other.vigorous;
    }
}

fn bout(person: &Person, start: i64, slot: u32, liveliness: f64) -> Option<Bout> {
    let dice = person.dice_at(start + i64::from(slot * SLOT), "bout");
    let habit = walking_habit(person.persona, slot * SLOT / 3600 % 24);
    if !dice.chance((habit * liveliness / 16.0).min(0.95)) {
        return None;
    }
    let from = dice.whole(0, 14).unsigned_abs() as u32;
    let to = (from + dice.whole(1, 8).unsigned_abs() as u32).min(SLOT / MINUTE);
    let pace = if person.persona.wheels() { dice.around(38.0, 8.0) } else { dice.around(82.0, 16.0) };
    let climbs = !person.persona.wheels() && dice.chance(0.16);
    Some(Bout { from, to, pace: pace.clamp(12.0, 128.0), floors: u32::from(climbs) })
}

fn effort(start: i64, basal: f64, workout: &Workout) -> Effort {
    let totals = &workout.totals;
    let sport = workout.plan.sport;
    let travels = sport.is_on_foot() || totals.pushes.is_some();
    let at_rest = basal * f64::from(totals.clock) / 86_400.0;
    Effort {
        sport,
        from: workout.plan.start - start,
        clock: totals.clock,
        steps: totals.steps.unwrap_or(0),
        pushes: totals.pushes.unwrap_or(0),
        centimetres: totals.distance_cm.filter(|_| travels).unwrap_or(0),
        energy: ((f64::from(totals.kilocalories) - at_rest).max(0.0) * 1000.0) as u32,
    }
}
