//! Sums of what was recorded: lengths, sets, laps, sessions and time in zones.

use super::{
    activity::time,
    record::cadence,
    writer::{Base, Field, Writer, field, list, maybe},
};
use crate::generator::{POOL_M, Person, Sample, Sport, Totals, Workout};

/// Upper edges of the heart-rate zones, percent of the highest.
const ZONES: [i64; 6] = [50, 60, 70, 80, 90, 100];
/// Upper edges of the power zones, percent of what an hour can be held.
const POWER_ZONES: [i64; 7] = [55, 75, 90, 105, 120, 150, 300];

/// How long the heart and the legs were in each zone over a session.
pub(super) fn zones(writer: &mut Writer, person: &Person, workout: &Workout, index: usize) {
    let end = workout.plan.start + i64::from(workout.totals.clock);
    let traits = person.persona.traits();
    let edges = |percents: &[i64], whole: f64| percents.iter().map(|p| whole as i64 * p / 100).collect::<Vec<_>>();
    let beats = edges(&ZONES, traits.max_heart_rate.round());
    let mut fields = vec![
        time(253, end),
        field(0, Base::Uint16, 18), // of a session
        field(1, Base::Uint16, index as i64),
        list(2, Base::Uint32, spent(workout, &beats, |sample| i64::from(sample.heart_rate))),
    ];
    if workout.plan.sport.is_cycling() {
        let watts = edges(&POWER_ZONES, traits.weight_kg * 3.6);
        fields.push(list(5, Base::Uint32, spent(workout, &watts, |sample| i64::from(sample.power.unwrap_or(0)))));
        fields.push(list(6, Base::Uint8, beats));
        fields.push(list(9, Base::Uint16, watts));
    } else {
        fields.push(list(6, Base::Uint8, beats));
    }
    writer.message(7, 216, &fields);
}

/// Milliseconds of the timer up to each edge.
fn spent(workout: &Workout, edges: &[i64], value: impl Fn(&Sample) -> i64) -> Vec<i64> {
    let mut milliseconds = vec![0; edges.len()];
    for pair in workout.samples.windows(2) {
        let [sample, next] = pair else { continue };
        let zone = edges.iter().position(|edge| value(sample) <= *edge).unwrap_or(edges.len() - 1);
        if let Some(spent) = milliseconds.get_mut(zone) {
            *spent += i64::from(next.timer.saturating_sub(sample.timer)) * 1000;
        }
    }
    milliseconds
}

/// Each way across the pool, and each rest at the wall.
pub(super) fn lengths(writer: &mut Writer, workout: &Workout) {
    for (index, length) in workout.lengths.iter().enumerate() {
        let at = |second: u32| workout.plan.start + i64::from(second);
        let milliseconds = i64::from(length.to - length.from) * 1000;
        let active = length.is_active();
        writer.message(
            8,
            101,
            &[
                field(254, Base::Uint16, index as i64),
                time(253, at(length.to)),
                field(0, Base::Enum, 28), // length
                field(1, Base::Enum, 1),
                time(2, at(length.from)),
                field(3, Base::Uint32, milliseconds),
                field(4, Base::Uint32, milliseconds),
                maybe(5, Base::Uint16, active.then_some(length.strokes)),
                maybe(6, Base::Uint16, active.then_some((length.speed() * 1000.0) as i64)),
                maybe(7, Base::Enum, active.then_some(length.stroke as i64)),
                maybe(9, Base::Uint8, active.then_some(length.strokes_per_minute() as i64)),
                field(12, Base::Enum, i64::from(active)),
            ],
        );
    }
}

/// Sets of strength training, and the rests between them.
pub(super) fn sets(writer: &mut Writer, workout: &Workout) {
    for (index, set) in workout.sets.iter().enumerate() {
        let start = workout.plan.start + i64::from(set.from);
        writer.message(
            9,
            225,
            &[
                time(254, start + i64::from(set.seconds)),
                field(0, Base::Uint32, i64::from(set.seconds) * 1000),
                maybe(3, Base::Uint16, set.lifted.map(|(_, repetitions, _)| repetitions)),
                maybe(4, Base::Uint16, set.lifted.map(|(.., sixteenths)| sixteenths)),
                field(5, Base::Uint8, i64::from(set.lifted.is_some())),
                time(6, start),
                maybe(7, Base::Uint16, set.lifted.map(|(exercise, ..)| exercise as i64)),
                field(10, Base::Uint16, index as i64),
            ],
        );
    }
}

fn sport_codes(sport: Sport) -> (i64, i64) {
    match sport {
        Sport::Running => (1, 0),
        Sport::Treadmill => (1, 1),
        Sport::RoadCycling => (2, 7),
        Sport::IndoorCycling => (2, 6),
        Sport::SwimToBike | Sport::BikeToRun => (3, 0),
        Sport::PoolSwim => (5, 17),
        Sport::OpenWaterSwim => (5, 18),
        Sport::Strength => (10, 20),
        Sport::Yoga => (10, 43),
        Sport::Walking => (11, 0),
        Sport::Hiking => (17, 0),
        Sport::Combined => (18, 0),
        Sport::WheelchairWalk => (64, 0),
        Sport::WheelchairRun => (65, 0),
    }
}

pub(super) fn laps(writer: &mut Writer, person: &Person, workout: &Workout, first: usize) {
    let count = workout.laps.len();
    for (index, lap) in workout.laps.iter().enumerate() {
        let totals = workout.lap_totals(person, lap);
        let samples = workout.samples.get(lap.samples.0..lap.samples.1).unwrap_or_default();
        let at = |second: u32| workout.plan.start + i64::from(second);
        let trigger = if index + 1 == count {
            7
        } else if totals.distance_cm.is_some() {
            2
        } else {
            1
        };
        let mut fields = vec![
            field(254, Base::Uint16, (first + index) as i64),
            time(253, at(lap.to)),
            field(0, Base::Enum, 9), // lap
            field(1, Base::Enum, 1),
            time(2, at(lap.from)),
            field(24, Base::Enum, trigger),
            field(25, Base::Enum, sport_codes(workout.plan.sport).0),
        ];
        fields.extend(positions(samples, [3, 4, 5, 6]));
        fields.extend(measured(&totals, workout.plan.sport, &LAP));
        writer.message(5, 19, &fields);
    }
}

fn positions(samples: &[Sample], [lat, lon, end_lat, end_lon]: [u8; 4]) -> Vec<Field> {
    let first = samples.first().and_then(|sample| sample.position);
    let last = samples.last().and_then(|sample| sample.position);
    vec![
        maybe(lat, Base::Sint32, first.map(|(latitude, _)| latitude)),
        maybe(lon, Base::Sint32, first.map(|(_, longitude)| longitude)),
        maybe(end_lat, Base::Sint32, last.map(|(latitude, _)| latitude)),
        maybe(end_lon, Base::Sint32, last.map(|(_, longitude)| longitude)),
    ]
}

/// The field numbers of what laps and sessions both say.
struct Numbers {
    elapsed: u8,
    timer: u8,
    distance: u8,
    calories: u8,
    heart_rate: (u8, u8),
    cadence: (u8, u8),
    power: (u8, u8),
    climb: (u8, u8),
    moving: u8,
    speed: (u8, u8),
}

const LAP: Numbers = Numbers {
    elapsed: 7,
    timer: 8,
    distance: 9,
    calories: 11,
    heart_rate: (15, 16),
    cadence: (17, 18),
    power: (19, 20),
    climb: (21, 22),
    moving: 52,
    speed: (110, 111),
};

const SESSION: Numbers = Numbers {
    elapsed: 7,
    timer: 8,
    distance: 9,
    calories: 11,
    heart_rate: (16, 17),
    cadence: (18, 19),
    power: (20, 21),
    climb: (22, 23),
    moving: 59,
    speed: (124, 125),
};

fn measured(totals: &Totals, sport: Sport, numbers: &Numbers) -> Vec<Field> {
    let milliseconds = |seconds: u32| i64::from(seconds) * 1000;
    vec![
        field(numbers.elapsed, Base::Uint32, milliseconds(totals.clock)),
        field(numbers.timer, Base::Uint32, milliseconds(totals.timer)),
        field(numbers.moving, Base::Uint32, milliseconds(totals.moving)),
        maybe(numbers.distance, Base::Uint32, totals.distance_cm),
        field(numbers.calories, Base::Uint16, totals.kilocalories),
        field(numbers.heart_rate.0, Base::Uint8, totals.average_heart_rate),
        field(numbers.heart_rate.1, Base::Uint8, totals.max_heart_rate),
        maybe(numbers.cadence.0, Base::Uint8, cadence(sport, totals.average_cadence).0),
        maybe(numbers.cadence.1, Base::Uint8, cadence(sport, totals.max_cadence).0),
        maybe(numbers.power.0, Base::Uint16, totals.average_power),
        maybe(numbers.power.1, Base::Uint16, totals.max_power),
        maybe(numbers.climb.0, Base::Uint16, totals.ascent),
        maybe(numbers.climb.1, Base::Uint16, totals.descent),
        maybe(numbers.speed.0, Base::Uint32, totals.average_speed_mm),
        maybe(numbers.speed.1, Base::Uint32, totals.max_speed_mm),
    ]
}

pub(super) fn session(writer: &mut Writer, workout: &Workout, index: usize, first_lap: usize) {
    let (sport, sub_sport) = sport_codes(workout.plan.sport);
    let mut fields = vec![
        field(254, Base::Uint16, index as i64),
        time(253, workout.plan.start + i64::from(workout.totals.clock)),
        field(0, Base::Enum, 8), // session
        field(1, Base::Enum, 1),
        time(2, workout.plan.start),
        field(5, Base::Enum, sport),
        field(6, Base::Enum, sub_sport),
        field(25, Base::Uint16, first_lap as i64),
        field(26, Base::Uint16, workout.laps.len() as i64),
        field(28, Base::Enum, 0), // activity end
    ];
    fields.extend(positions(&workout.samples, [3, 4, 38, 39]));
    fields.extend(measured(&workout.totals, workout.plan.sport, &SESSION));
    if !workout.lengths.is_empty() {
        let active = workout.lengths.iter().filter(|length| length.is_active()).count();
        fields.extend([
            field(33, Base::Uint16, workout.lengths.len() as i64),
            field(44, Base::Uint16, i64::from(POOL_M) * 100),
            field(46, Base::Enum, 0), // meters
            field(47, Base::Uint16, active as i64),
        ]);
    }
    writer.message(7, 18, &fields);
}
