//! A workout second by second, kept in the device's own units (semicircles, centimetres, millimetres a second),
//! so that summary, details and file say exactly the same.

use super::{Person, Sport, WorkoutPlan, motion::Motion, route::Route};

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
    /// Steps a minute on foot, turns a minute on a bicycle.
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
}

impl Workout {
    /// The workout of a plan.
    pub(crate) fn of(person: &Person, plan: &WorkoutPlan) -> Self {
        if plan.sport.is_manual() {
            return Self::by_hand(person, plan);
        }
        let breaks = Breaks::of(person, plan);
        let samples = record(person, plan, &breaks);
        let laps = laps(plan, &samples);
        let weight = person.persona.traits().weight_kg;
        let totals = totals(plan.sport, weight, &samples, 0, plan.clock_seconds, breaks.pause);
        Self { plan: *plan, samples, laps, pause: breaks.pause, totals }
    }

    fn by_hand(person: &Person, plan: &WorkoutPlan) -> Self {
        let clock = plan.clock_seconds / 60 * 60;
        let kilocalories = (person.persona.traits().weight_kg * 2.6 * f64::from(clock) / 3600.0) as u16;
        let totals = Totals { clock, timer: clock, moving: clock, kilocalories, ..Totals::default() };
        Self { plan: *plan, samples: Vec::new(), laps: Vec::new(), pause: None, totals }
    }

    /// The totals of one lap.
    pub(crate) fn lap_totals(&self, person: &Person, lap: &Lap) -> Totals {
        let samples = self.samples.get(lap.samples.0..lap.samples.1).unwrap_or_default();
        totals(self.plan.sport, person.persona.traits().weight_kg, samples, lap.from, lap.to, self.pause)
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
        let pause = (plan.clock_seconds > 480 && dice.chance(0.8)).then(|| span(dice.range(0.35, 0.5), 45, 200));
        let standing = plan.sport.has_track().then(|| span(dice.range(0.68, 0.8), 15, 50));
        Self { pause, standing }
    }
}

fn within(span: Option<(u32, u32)>, second: u32) -> bool {
    span.is_some_and(|(from, to)| (from..to).contains(&second))
}

/// The loop that fits the sport.
fn route_of(person: &Person, plan: &WorkoutPlan) -> Option<Route> {
    let traits = person.persona.traits();
    let (length, hills) = match plan.sport {
        Sport::Running => (8_400.0, 16.0),
        Sport::RoadCycling => (36_000.0, 70.0),
        Sport::Walking => (3_600.0, 6.0),
        _ => return None,
    };
    // Three favourite loops a person.
    let favourite = person.dice_at(plan.start, "favourite").whole(0, 3);
    let dice = person.dice_at(favourite, "route");
    Some(Route::near(traits.home, traits.altitude, length, hills, &dice))
}

fn record(person: &Person, plan: &WorkoutPlan, breaks: &Breaks) -> Vec<Sample> {
    let mut route = route_of(person, plan);
    let mut motion = Motion::new(person, plan);
    let dice = person.dice_at(plan.start, "recording");
    let smart = plan.sport == Sport::RoadCycling; // written when something changed, not every second
    let (mut samples, mut due) = (Vec::new(), 0);
    let (mut timer, mut moving, mut meters) = (0, 0, 0.0);
    for clock in 0..=plan.clock_seconds {
        if within(breaks.pause, clock) {
            continue;
        }
        let second = motion.second(route.as_mut(), within(breaks.standing, clock));
        meters += second.speed;
        if clock > 0 {
            timer += 1;
            moving += u32::from(second.speed > 0.0 || !plan.sport.has_track());
        }
        let before_a_stop = breaks.pause.is_some_and(|(from, _)| clock + 1 == from) || clock == plan.clock_seconds;
        if smart && clock < due && !before_a_stop {
            continue;
        }
        due = clock + dice.whole(1, 7).unsigned_abs() as u32;
        samples.push(sample(plan.sport, clock, (timer, moving), meters, &second, route.as_ref()));
    }
    samples
}

fn sample(
    sport: Sport,
    clock: u32,
    (timer, moving): (u32, u32),
    meters: f64,
    second: &super::motion::Second,
    route: Option<&Route>,
) -> Sample {
    let has_speed = sport.has_track() || sport.is_cycling();
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
        speed_mm: has_speed.then_some((second.speed * 1000.0).round() as u32),
        heart_rate: second.heart_rate.round() as u8,
        cadence: has_speed.then_some(second.cadence.round() as u16),
        power: sport.is_cycling().then_some(second.power.round() as u16),
        temperature: Some(second.temperature.round() as i8),
    }
}

/// A lap a kilometre on foot, five on a bicycle, ten minutes where nothing is measured.
fn laps(plan: &WorkoutPlan, samples: &[Sample]) -> Vec<Lap> {
    let every_cm = if plan.sport.is_cycling() { 500_000 } else { 100_000 };
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

fn totals(sport: Sport, weight_kg: f64, samples: &[Sample], from: u32, to: u32, pause: Option<(u32, u32)>) -> Totals {
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
    let on_foot = sport.is_on_foot();
    Totals {
        clock,
        timer,
        moving: timer.min(last.moving - first.moving + u32::from(from != 0)),
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
        steps: average_cadence.filter(|_| on_foot).map(|cadence| (f64::from(cadence) * minutes) as u32),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::generator::{Persona, planned_workouts};
    use model::LocalDate;

    fn workouts(persona: Persona) -> Vec<(Person, Workout)> {
        let person = Person::new(11, "athlete", persona, None);
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
                if !workout.plan.sport.is_manual() {
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
