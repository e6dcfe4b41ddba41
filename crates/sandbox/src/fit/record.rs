//! What a device writes while it runs: timer events, a record at a time, and what else its sensors say.

use super::{
    activity::{time, timer_event},
    writer::{Base, Writer, developer, field, list, maybe, text},
};
use crate::generator::{Person, Persona, Sample, Sport, Workout};

/// Events and records of one sport; the first record is left out where another sport's last one is the same.
pub(super) fn recording(writer: &mut Writer, person: &Person, workout: &Workout, follows: bool) {
    let end = workout.plan.start + i64::from(workout.totals.clock);
    timer_event(writer, workout.plan.start, true);
    let mut paused = false;
    let mut heart = Heart::of(person, workout);
    for sample in workout.samples.iter().skip(usize::from(follows)) {
        if let Some((from, to)) = workout.pause.filter(|(_, to)| !paused && sample.clock >= *to) {
            timer_event(writer, workout.plan.start + i64::from(from), false);
            timer_event(writer, workout.plan.start + i64::from(to), true);
            paused = true;
        }
        record(writer, person, workout, sample);
        if let Some(heart) = &mut heart {
            heart.beat(writer, sample);
        }
    }
    timer_event(writer, end, false);
}

/// A chest strap that tells the time between beats.
struct Heart {
    /// Milliseconds of the timer that beats have not filled yet.
    left: u32,
    timer: u32,
    beats: u32,
}

impl Heart {
    fn of(person: &Person, workout: &Workout) -> Option<Self> {
        let wears = matches!(person.persona, Persona::Runner | Persona::Athlete | Persona::Triathlete);
        (wears && workout.plan.step == 1 && !workout.plan.sport.is_swimming()).then_some(Self {
            left: 0,
            timer: 0,
            beats: 0,
        })
    }

    /// The times between the beats since the last sample, at most five in a message.
    fn beat(&mut self, writer: &mut Writer, sample: &Sample) {
        self.left += (sample.timer - self.timer) * 1000;
        self.timer = sample.timer;
        let usual = 60_000 / u32::from(sample.heart_rate.max(30));
        let mut times = Vec::new();
        loop {
            // Breathing lengthens and shortens them by turns.
            let time = usual + [0, 4, 7, 4, 0][self.beats as usize % 5] - 3;
            if time > self.left {
                break;
            }
            self.left -= time;
            self.beats = self.beats.wrapping_add(1);
            times.push(i64::from(time));
        }
        for five in times.chunks(5) {
            let unused = std::iter::repeat_n(0xFFFF, 5 - five.len());
            writer.message(10, 78, &[list(0, Base::Uint16, five.iter().copied().chain(unused).collect())]);
        }
    }
}

/// Does a sensor of another maker measure the warmth of the body?
fn has_core_sensor(person: &Person) -> bool {
    matches!(person.persona, Persona::Athlete | Persona::Triathlete)
}

/// Describes the field that the sensor of another maker adds to records.
pub(super) fn core_temperature(writer: &mut Writer, person: &Person) {
    if !has_core_sensor(person) {
        return;
    }
    let application = b"sandbox-coretemp".iter().map(|byte| i64::from(*byte)).collect();
    writer.message(11, 207, &[list(1, Base::Byte, application), field(3, Base::Uint8, 0)]);
    writer.message(
        12,
        206,
        &[
            field(0, Base::Uint8, 0),
            field(1, Base::Uint8, 0),
            field(2, Base::Uint8, i64::from(Base::Float32.code())),
            text(3, "core_temperature"),
            text(8, "C"),
        ],
    );
}

/// On foot the file counts strides of two steps; the odd step is the fraction.
pub(super) fn cadence(sport: Sport, cadence: Option<u16>) -> (Option<u16>, Option<u16>) {
    match cadence {
        Some(steps) if sport.is_on_foot() => (Some(steps / 2), Some(steps % 2 * 64)),
        other => (other, None),
    }
}

fn record(writer: &mut Writer, person: &Person, workout: &Workout, sample: &Sample) {
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
    if has_core_sensor(person) {
        let warmth = 37.0 + 1.4 * (f64::from(sample.timer) / 3600.0).min(1.0);
        fields.push(developer(0, Base::Float32, i64::from((warmth as f32).to_bits())));
    }
    writer.message(4, 20, &fields);
}
