//! A workout as the messages of a FIT activity file: who made it, timer events, records, laps, session, activity.

use super::writer::{Base, Field, Writer, field, list, maybe};
use crate::generator::{Person, Sample, Sport, Totals, Workout};

/// Seconds from 1970 to the beginning of FIT time, 1989-12-31.
const FIT_EPOCH: i64 = 631_065_600;
const GARMIN: i64 = 1;

/// The FIT file of a workout.
pub(crate) fn activity_file(person: &Person, workout: &Workout) -> Vec<u8> {
    let mut writer = Writer::default();
    let end = workout.plan.start + i64::from(workout.totals.clock);
    maker(&mut writer, person, workout);
    timer_event(&mut writer, workout.plan.start, true);
    let mut paused = false;
    for sample in &workout.samples {
        if let Some((from, to)) = workout.pause.filter(|(_, to)| !paused && sample.clock >= *to) {
            timer_event(&mut writer, workout.plan.start + i64::from(from), false);
            timer_event(&mut writer, workout.plan.start + i64::from(to), true);
            paused = true;
        }
        record(&mut writer, workout, sample);
    }
    timer_event(&mut writer, end, false);
    laps(&mut writer, person, workout);
    session(&mut writer, workout);
    zones(&mut writer, person, workout, end);
    writer.message(
        6,
        34,
        &[
            time(253, end),
            field(0, Base::Uint32, i64::from(workout.totals.timer) * 1000),
            field(1, Base::Uint16, 1),
            field(2, Base::Enum, 0),  // manual: a single sport
            field(3, Base::Enum, 26), // activity
            field(4, Base::Enum, 1),  // stop
            time(5, end + i64::from(person.offset_seconds)),
        ],
    );
    writer.finish()
}

/// Upper edges of the heart-rate zones, percent of the highest.
const ZONES: [i64; 6] = [50, 60, 70, 80, 90, 100];

/// How long the heart was in each zone over the whole session.
fn zones(writer: &mut Writer, person: &Person, workout: &Workout, end: i64) {
    let highest = person.persona.traits().max_heart_rate.round() as i64;
    let edges: Vec<i64> = ZONES.iter().map(|percent| highest * percent / 100).collect();
    let mut milliseconds = vec![0; edges.len()];
    for pair in workout.samples.windows(2) {
        let [sample, next] = pair else { continue };
        let zone = edges.iter().position(|edge| i64::from(sample.heart_rate) <= *edge).unwrap_or(edges.len() - 1);
        if let Some(spent) = milliseconds.get_mut(zone) {
            *spent += i64::from(next.timer.saturating_sub(sample.timer)) * 1000;
        }
    }
    writer.message(
        7,
        216,
        &[
            time(253, end),
            field(0, Base::Uint16, 18), // of a session
            field(1, Base::Uint16, 0),  // the first
            list(2, Base::Uint32, milliseconds),
            list(6, Base::Uint8, edges),
        ],
    );
}

fn time(number: u8, at: i64) -> Field {
    field(number, Base::Uint32, at - FIT_EPOCH)
}

fn maker(writer: &mut Writer, person: &Person, workout: &Workout) {
    let product = i64::from(person.persona.traits().device_product);
    let serial = i64::from(u32::from_str_radix(person.id.get(..7).unwrap_or("1"), 16).unwrap_or(1)) + 3_000_000_000;
    let start = workout.plan.start;
    writer.message(
        0,
        0,
        &[
            field(0, Base::Enum, 4), // activity
            field(1, Base::Uint16, GARMIN),
            field(2, Base::Uint16, product),
            field(3, Base::Uint32z, serial),
            time(4, start),
        ],
    );
    writer.message(1, 49, &[field(0, Base::Uint16, 1310)]);
    writer.message(
        2,
        23,
        &[
            time(253, start),
            field(0, Base::Uint8, 0), // the device that made the file
            field(2, Base::Uint16, GARMIN),
            field(3, Base::Uint32z, serial),
            field(4, Base::Uint16, product),
            field(5, Base::Uint16, 1310),
        ],
    );
}

fn timer_event(writer: &mut Writer, at: i64, starts: bool) {
    let kind = if starts { 0 } else { 4 }; // start, stop all
    writer.message(
        3,
        21,
        &[time(253, at), field(0, Base::Enum, 0), field(1, Base::Enum, kind), field(4, Base::Uint8, 0)],
    );
}

/// On foot the file counts strides of two steps; the odd step is the fraction.
fn cadence(sport: Sport, cadence: Option<u16>) -> (Option<u16>, Option<u16>) {
    match cadence {
        Some(steps) if sport.is_on_foot() => (Some(steps / 2), Some(steps % 2 * 64)),
        other => (other, None),
    }
}

fn record(writer: &mut Writer, workout: &Workout, sample: &Sample) {
    let sport = workout.plan.sport;
    let mut fields = vec![time(253, workout.plan.start + i64::from(sample.clock))];
    if let Some((latitude, longitude)) = sample.position {
        fields.extend([field(0, Base::Sint32, latitude), field(1, Base::Sint32, longitude)]);
        fields.push(maybe(78, Base::Uint32, sample.altitude_fifths.map(|fifths| fifths + 2500)));
    }
    if sample.speed_mm.is_some() {
        let (whole, fraction) = cadence(sport, sample.cadence);
        fields.extend([
            maybe(5, Base::Uint32, sample.distance_cm),
            maybe(73, Base::Uint32, sample.speed_mm),
            maybe(4, Base::Uint8, whole),
            maybe(53, Base::Uint8, fraction),
        ]);
    }
    if sport.is_cycling() {
        fields.push(maybe(7, Base::Uint16, sample.power));
    }
    fields.extend([field(3, Base::Uint8, sample.heart_rate), maybe(13, Base::Sint8, sample.temperature)]);
    writer.message(4, 20, &fields);
}

fn sport_codes(sport: Sport) -> (i64, i64) {
    match sport {
        Sport::Running => (1, 0),
        Sport::RoadCycling => (2, 7),
        Sport::IndoorCycling => (2, 6),
        Sport::Walking => (11, 0),
        Sport::Strength => (10, 20),
        Sport::Yoga => (10, 43),
    }
}

fn laps(writer: &mut Writer, person: &Person, workout: &Workout) {
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
            field(254, Base::Uint16, index as i64),
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

fn session(writer: &mut Writer, workout: &Workout) {
    let (sport, sub_sport) = sport_codes(workout.plan.sport);
    let mut fields = vec![
        field(254, Base::Uint16, 0),
        time(253, workout.plan.start + i64::from(workout.totals.clock)),
        field(0, Base::Enum, 8), // session
        field(1, Base::Enum, 1),
        time(2, workout.plan.start),
        field(5, Base::Enum, sport),
        field(6, Base::Enum, sub_sport),
        field(25, Base::Uint16, 0),
        field(26, Base::Uint16, workout.laps.len() as i64),
        field(28, Base::Enum, 0), // activity end
    ];
    fields.extend(positions(&workout.samples, [3, 4, 38, 39]));
    fields.extend(measured(&workout.totals, workout.plan.sport, &SESSION));
    writer.message(7, 18, &fields);
}
