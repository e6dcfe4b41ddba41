//! A workout as a FIT activity file: who made it, then of each sport in turn its timer, records, laps and
//! sums, then the activity.

use super::{
    record::{core_temperature, recording},
    session::{laps, lengths, session, sets, zones},
    writer::{Base, Field, Writer, field},
};
use crate::generator::{Person, Workout};

/// Seconds from 1970 to the beginning of FIT time, 1989-12-31.
const FIT_EPOCH: i64 = 631_065_600;
const GARMIN: i64 = 1;

/// The FIT file of a workout; of a multisport one, with a session for each leg.
pub(crate) fn activity_file(person: &Person, workout: &Workout) -> Vec<u8> {
    let mut writer = Writer::default();
    let end = workout.plan.start + i64::from(workout.totals.clock);
    maker(&mut writer, person, workout);
    core_temperature(&mut writer, person);
    let whole = std::slice::from_ref(workout);
    let parts = if workout.legs.is_empty() { whole } else { workout.legs.as_slice() };
    for (index, part) in parts.iter().enumerate() {
        recording(&mut writer, person, part, index > 0);
        lengths(&mut writer, part);
        sets(&mut writer, part);
    }
    let mut first_lap = 0;
    for part in parts {
        laps(&mut writer, person, part, first_lap);
        first_lap += part.laps.len();
    }
    let mut first_lap = 0;
    for (index, part) in parts.iter().enumerate() {
        session(&mut writer, part, index, first_lap);
        zones(&mut writer, person, part, index);
        first_lap += part.laps.len();
    }
    writer.message(
        6,
        34,
        &[
            time(253, end),
            field(0, Base::Uint32, i64::from(workout.totals.timer) * 1000),
            field(1, Base::Uint16, parts.len() as i64),
            field(2, Base::Enum, i64::from(parts.len() > 1)), // several sports in a row, or one
            field(3, Base::Enum, 26),                         // activity
            field(4, Base::Enum, 1),                          // stop
            time(5, end + i64::from(person.offset_at(end))),
        ],
    );
    writer.finish()
}

pub(super) fn time(number: u8, at: i64) -> Field {
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

pub(super) fn timer_event(writer: &mut Writer, at: i64, starts: bool) {
    let kind = if starts { 0 } else { 4 }; // start, stop all
    writer.message(
        3,
        21,
        &[time(253, at), field(0, Base::Enum, 0), field(1, Base::Enum, kind), field(4, Base::Uint8, 0)],
    );
}
