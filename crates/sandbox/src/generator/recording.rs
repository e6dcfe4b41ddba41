//! What a device writes down of a workout: a sample at a time, pauses left out, and laps.

use super::{
    Person, Role, Sport, WorkoutPlan,
    motion::{Instant, Motion},
    pool::{self, Length},
    route::Route,
    sport::Rhythm,
    workout::{Lap, Sample},
};

/// When the timer stops, and when the person stands still although it runs.
pub(super) struct Breaks {
    pub(super) pause: Option<(u32, u32)>,
    standing: Option<(u32, u32)>,
}

impl Breaks {
    pub(super) fn of(person: &Person, plan: &WorkoutPlan) -> Self {
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

pub(super) fn within(span: Option<(u32, u32)>, second: u32) -> bool {
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

pub(super) fn record(person: &Person, plan: &WorkoutPlan, breaks: &Breaks, lengths: &[Length]) -> Vec<Sample> {
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
    instant: &Instant,
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
pub(super) fn laps(plan: &WorkoutPlan, samples: &[Sample]) -> Vec<Lap> {
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
