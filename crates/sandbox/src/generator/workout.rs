//! A workout second by second, kept in the device's own units (semicircles, centimetres, millimetres a second),
//! so that summary, details and file say exactly the same.

use super::{
    Person, Role, Sport, WorkoutPlan,
    motion::Motion,
    pool::{self, Length},
    route::Route,
    sets::{self, Set},
    sport::Rhythm,
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

/// What was measured over a stretch.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Totals {
    pub(crate) clock: u32,
    pub(crate) timer: u32,
    pub(crate) moving: u32,
    pub(crate) distance_cm: Option<u32>,
    pub(crate) average_heart_rate: u8,
    pub(crate) max_heart_rate: u8,
    /// Millimetres a second.
    pub(crate) average_speed_mm: Option<u32>,
    pub(crate) max_speed_mm: Option<u32>,
    pub(crate) average_cadence: Option<u16>,
    pub(crate) max_cadence: Option<u16>,
    pub(crate) average_power: Option<u16>,
    pub(crate) max_power: Option<u16>,
    /// Meters.
    pub(crate) ascent: Option<u16>,
    pub(crate) descent: Option<u16>,
    pub(crate) kilocalories: u16,
    pub(crate) steps: Option<u32>,
    pub(crate) pushes: Option<u32>,
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
        let totals = totals(plan, weight, &samples, 0, plan.clock_seconds, breaks.pause);
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
        let samples = self.samples.get(lap.samples.0..lap.samples.1).unwrap_or_default();
        totals(&self.plan, person.persona.traits().weight_kg, samples, lap.from, lap.to, self.pause)
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

impl Totals {
    /// Adds what is counted and takes the higher of what is highest. Averages are left alone.
    fn add(&mut self, leg: &Totals) {
        fn sum<T: std::ops::Add<Output = T>>(one: Option<T>, other: Option<T>) -> Option<T> {
            match (one, other) {
                (Some(one), Some(other)) => Some(one + other),
                (one, other) => one.or(other),
            }
        }
        self.clock += leg.clock;
        self.timer += leg.timer;
        self.moving += leg.moving;
        self.kilocalories += leg.kilocalories;
        self.distance_cm = sum(self.distance_cm, leg.distance_cm);
        self.ascent = sum(self.ascent, leg.ascent);
        self.descent = sum(self.descent, leg.descent);
        self.steps = sum(self.steps, leg.steps);
        self.max_heart_rate = self.max_heart_rate.max(leg.max_heart_rate);
        self.max_speed_mm = self.max_speed_mm.max(leg.max_speed_mm);
        self.max_power = self.max_power.max(leg.max_power);
    }
}

/// When the timer stops, and when the person stands still although it runs.
struct Breaks {
    pause: Option<(u32, u32)>,
    standing: Option<(u32, u32)>,
}

impl Breaks {
    fn of(person: &Person, plan: &WorkoutPlan) -> Self {
        let dice = person.dice_at(plan.start, "breaks");
        let length = f64::from(plan.clock_seconds);
        let span = |from: f64, low: i64, high: i64| {
            let from = (length * from) as u32;
            (from, from + dice.whole(low, high).unsigned_abs() as u32)
        };
        // Where samples are far apart, and within a row of sports, nobody stops.
        let stops = plan.step == 1 && plan.role == Role::Single;
        let long = plan.clock_seconds > 480 && plan.sport != Sport::PoolSwim;
        let pause = (stops && long && dice.chance(0.8)).then(|| span(dice.range(0.35, 0.5), 45, 200));
        let stands = stops && plan.sport.has_track() && !plan.sport.is_swimming();
        let standing = stands.then(|| span(dice.range(0.68, 0.8), 15, 50));
        Self { pause, standing }
    }
}

fn within(span: Option<(u32, u32)>, second: u32) -> bool {
    span.is_some_and(|(from, to)| (from..to).contains(&second))
}

/// The loop that fits the sport.
fn route_of(person: &Person, plan: &WorkoutPlan) -> Option<Route> {
    let (length, hills) = match plan.sport {
        Sport::Running => (8_400.0, 16.0),
        Sport::RoadCycling => (36_000.0, 70.0),
        Sport::Hiking => (42_000.0, 420.0),
        Sport::WheelchairRun => (6_000.0, 8.0),
        Sport::OpenWaterSwim => (1_600.0, 0.0),
        Sport::Walking | Sport::WheelchairWalk | Sport::SwimToBike | Sport::BikeToRun => (3_600.0, 6.0),
        _ => return None,
    };
    // Three favourite loops a person.
    let favourite = person.dice_at(plan.start, "favourite").whole(0, 3);
    let dice = person.dice_at(favourite, "route");
    let home = person.whereabouts(plan.start);
    Some(Route::near(home, person.persona.traits().altitude, length, hills, &dice))
}

fn record(person: &Person, plan: &WorkoutPlan, breaks: &Breaks, lengths: &[Length]) -> Vec<Sample> {
    let mut route = route_of(person, plan);
    let mut motion = Motion::new(person, plan);
    let dice = person.dice_at(plan.start, "recording");
    let smart = plan.step == 1 && plan.sport == Sport::RoadCycling; // written when something changed
    let (mut samples, mut due) = (Vec::new(), 0);
    let (mut timer, mut moving, mut meters) = (0, 0, 0.0);
    for clock in (0..=plan.clock_seconds).step_by(plan.step as usize) {
        if within(breaks.pause, clock) {
            continue;
        }
        let length = pool::at(lengths, clock);
        let standing = within(breaks.standing, clock) || length.is_some_and(|length| length.strokes == 0);
        let mut instant = motion.advance(plan.step, route.as_mut(), standing);
        meters += instant.speed * f64::from(plan.step);
        if let Some(length) = length {
            meters = pool::meters(lengths, clock);
            instant.speed = length.speed();
            instant.cadence = length.strokes_per_minute();
        }
        if clock > 0 {
            timer += plan.step;
            moving += if instant.speed > 0.0 || !plan.sport.has_track() { plan.step } else { 0 };
        }
        let before_a_stop = breaks.pause.is_some_and(|(from, _)| clock + 1 == from) || clock == plan.clock_seconds;
        if smart && clock < due && !before_a_stop {
            continue;
        }
        due = clock + dice.whole(1, 7).unsigned_abs() as u32;
        samples.push(sample(plan.sport, clock, (timer, moving), meters, &instant, route.as_ref()));
    }
    samples
}

fn sample(
    sport: Sport,
    clock: u32,
    (timer, moving): (u32, u32),
    meters: f64,
    instant: &super::motion::Instant,
    route: Option<&Route>,
) -> Sample {
    let has_speed = sport.has_distance();
    let semicircles = |degrees: f64| (degrees * (2f64.powi(31) / 180.0)).round() as i32;
    Sample {
        clock,
        timer,
        moving,
        position: route
            .map(Route::position)
            .map(|(latitude, longitude)| (semicircles(latitude), semicircles(longitude))),
        altitude_fifths: route.map(|route| (route.altitude() * 5.0).round() as i32),
        distance_cm: has_speed.then_some((meters * 100.0).round() as u32),
        speed_mm: has_speed.then_some((instant.speed * 1000.0).round() as u32),
        heart_rate: instant.heart_rate.round() as u8,
        cadence: has_speed.then_some(instant.cadence.round() as u16),
        power: sport.is_cycling().then_some(instant.power.round() as u16),
        temperature: Some(instant.temperature.round() as i8),
    }
}

/// A lap a kilometre on foot, five on a bicycle, four hundred meters in water, ten minutes where nothing is measured.
fn laps(plan: &WorkoutPlan, samples: &[Sample]) -> Vec<Lap> {
    let every_cm = match plan.sport.rhythm() {
        Some(Rhythm::Turns) => 500_000,
        Some(Rhythm::Strokes) => 40_000,
        _ => 100_000,
    };
    let number = |sample: &Sample| sample.distance_cm.map_or(sample.clock / 600, |distance| distance / every_cm);
    let mut laps: Vec<Lap> = Vec::new();
    let mut current = 0;
    for (index, sample) in samples.iter().enumerate() {
        if laps.is_empty() || number(sample) > current {
            current = number(sample);
            if let Some(last) = laps.last_mut() {
                last.to = sample.clock;
                last.samples.1 = index;
            }
            laps.push(Lap { from: sample.clock, to: plan.clock_seconds, samples: (index, samples.len()) });
        }
    }
    laps
}

/// Average of a column, each value weighing as long as it holds.
fn weighted(samples: &[Sample], value: impl Fn(&Sample) -> Option<f64>) -> Option<f64> {
    let (mut sum, mut weight) = (0.0, 0.0);
    for (index, sample) in samples.iter().enumerate() {
        let until = samples.get(index + 1).map_or(sample.timer + 1, |next| next.timer);
        let held = f64::from(until.saturating_sub(sample.timer).max(1));
        if let Some(value) = value(sample) {
            sum += value * held;
            weight += held;
        }
    }
    (weight > 0.0).then(|| sum / weight)
}

/// Climbed and descended meters; a turn counts when it is more than a meter.
fn climbing(samples: &[Sample]) -> Option<(u16, u16)> {
    let mut heights = samples.iter().filter_map(|sample| sample.altitude_fifths);
    let mut reference = heights.next()?;
    let (mut up, mut down) = (0, 0);
    for height in heights {
        let change = height - reference;
        if change.abs() >= 5 {
            if change > 0 {
                up += change
            } else {
                down -= change
            }
            reference = height;
        }
    }
    Some(((up / 5) as u16, (down / 5) as u16))
}

fn totals(
    plan: &WorkoutPlan,
    weight_kg: f64,
    samples: &[Sample],
    from: u32,
    to: u32,
    pause: Option<(u32, u32)>,
) -> Totals {
    let (Some(first), Some(last)) = (samples.first(), samples.last()) else { return Totals::default() };
    let clock = to - from;
    let paused = pause.map_or(0, |(begin, end)| end.min(to).saturating_sub(begin.max(from)));
    let timer = clock - paused;
    let start_cm = if from == 0 { Some(0) } else { first.distance_cm };
    let distance_cm = last.distance_cm.zip(start_cm).map(|(end, start)| end - start);
    let average_heart_rate = weighted(samples, |s| Some(f64::from(s.heart_rate))).unwrap_or(0.0);
    let average = |column: fn(&Sample) -> Option<u16>| {
        weighted(samples, |s| column(s).filter(|v| *v > 0).map(f64::from)).map(|v| v.round() as u16)
    };
    let average_cadence = average(|s| s.cadence);
    let minutes = f64::from(timer) / 60.0;
    let burned = (-55.1 + 0.63 * average_heart_rate + 0.199 * weight_kg + 7.0) / 4.184;
    let counted = |wanted| {
        let cadence = average_cadence.filter(|_| plan.sport.rhythm() == Some(wanted));
        cadence.map(|cadence| (f64::from(cadence) * minutes) as u32)
    };
    Totals {
        clock,
        timer,
        moving: timer.min(last.moving - first.moving + if from == 0 { 0 } else { plan.step }),
        distance_cm,
        average_heart_rate: average_heart_rate.round() as u8,
        max_heart_rate: samples.iter().map(|s| s.heart_rate).max().unwrap_or(0),
        average_speed_mm: distance_cm.map(|cm| (f64::from(cm) * 10.0 / f64::from(timer.max(1))).round() as u32),
        max_speed_mm: samples.iter().filter_map(|s| s.speed_mm).max(),
        average_cadence,
        max_cadence: samples.iter().filter_map(|s| s.cadence).max(),
        average_power: average(|s| s.power),
        max_power: samples.iter().filter_map(|s| s.power).max(),
        ascent: climbing(samples).map(|(up, _)| up),
        descent: climbing(samples).map(|(_, down)| down),
        kilocalories: (burned.max(1.6) * minutes).round() as u16,
        steps: counted(Rhythm::Steps),
        pushes: counted(Rhythm::Pushes),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::generator::{Persona, planned_workouts};
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
        for (person, workout) in workouts(Persona::Runner) {
            let laps: Vec<_> = workout.laps.iter().map(|lap| workout.lap_totals(&person, lap)).collect();
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
