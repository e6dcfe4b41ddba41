//! Days: their sums and steps, and the pulse around the clock. Times are those of the wrist, without an offset.

use super::{shown, source};
use crate::{
    gathered::{Base, Gathered, Unmapped},
    json::{Item, List, Notes, each_item, wire},
    wall::Wall,
};
use jiff::{
    SignedDuration,
    civil::{DateTime, Time},
};
use model::{Context, IssueCode, LocalDate, Mapped, Point, SeriesType};
use std::io::Read;

const DAY_S: f64 = 86_400.0;

wire! {
    /// A day.
    Day {
        date: String = "date",
        samples: Moments = "samples",
        summary: Summary = "summary",
    }

    /// What was counted by the minute.
    Moments {
        steps: List<Moment> = "steps",
        mets: List<Moment> = "mets",
    }

    /// A value at a time of the day.
    Moment {
        at: String = "localTime",
        value: f64 = "value",
    }

    /// Sums of a day.
    Summary {
        steps: f64 = "stepCount",
        distance: f64 = "stepsDistance",
        energy: f64 = "calories",
    }

    /// A file of pulse.
    Pulse {
        days: List<DeviceDay> = "deviceDays",
    }

    /// A day of a device.
    DeviceDay {
        date: String = "date",
        device: String = "deviceId",
        samples: List<Beat> = "samples",
    }

    /// A pulse at a second of the day.
    Beat {
        seconds: f64 = "secondsFromDayStart" | "secondsFromMidnight",
        rate: f64 = "heartRate" | "hr",
    }
}

pub(super) fn map(part_type: &str, wall: &mut Wall, body: &mut dyn Read, mapped: &mut Mapped) {
    let (mut gathered, mut unmapped) = (Gathered::default(), Unmapped::default());
    each_item::<Day>(part_type, body, mapped, |Item { path, value }, mapped| {
        day(&value, wall, &mut Notes::new(&mut mapped.issues, path), &mut gathered, &mut unmapped);
    });
    gathered.finish(mapped);
    unmapped.finish(mapped);
}

fn day(wire: &Day, wall: &mut Wall, notes: &mut Notes<'_>, gathered: &mut Gathered, unmapped: &mut Unmapped) {
    let Some(date) = notes.needed_date(&wire.date) else { return };
    if let Some(summary) = notes.take(&wire.summary) {
        let ((start, offset), (end, _)) = (wall.place(midnight(date)), wall.place(midnight(date.plus_days(1))));
        let base = Base { at: start, offset, source: source(None) };
        let mut add = |series, value: Option<f64>| {
            let Some(value) = value else { return };
            let point = Point { start, duration_us: end.micros_since(start).max(0), value };
            gathered.add_point(&base, series, Context::DAILY, point);
        };
        add(SeriesType::STEPS, notes.amount(&summary.steps, 1e6));
        // rest included
        add(SeriesType::TOTAL_ENERGY, notes.positive(&summary.energy, 1e5));
        if !summary.distance.is_absent() {
            unmapped.count("distance of a day, whose unit nobody tells");
        }
    }
    let Some(samples) = notes.look(&wire.samples) else { return };
    (0..notes.list(&samples.mets).len()).for_each(|_| unmapped.count("metabolic equivalent of a minute"));
    for moment in notes.list(&samples.steps) {
        let at = moment.at.value().and_then(|text| time_of(date, text));
        let (Some(at), Some(steps)) = (at, notes.amount(&moment.value, 1e5)) else {
            notes.add(IssueCode::Invalid, "samples.steps", "not a number at a time");
            continue;
        };
        let (at, offset) = wall.place(at);
        gathered.add(&Base { at, offset, source: source(None) }, SeriesType::STEPS, Context::SAMPLES, steps);
    }
}

pub(super) fn pulse(part_type: &str, wall: &mut Wall, body: &mut dyn Read, mapped: &mut Mapped) {
    let (mut gathered, mut unmapped, mut count) = (Gathered::default(), Unmapped::default(), 0);
    each_item::<Pulse>(part_type, body, mapped, |Item { path, value }, mapped| {
        let mut notes = Notes::new(&mut mapped.issues, path);
        for (place, day) in notes.list(&value.days).iter().enumerate() {
            let notes = &mut notes.within(&format!("deviceDays[{place}]"));
            let Some(date) = notes.needed_date(&day.date) else { continue };
            let source = source(notes.text(&day.device));
            for beat in notes.list(&day.samples) {
                count += 1;
                let Some(seconds) = notes.amount(&beat.seconds, DAY_S) else {
                    notes.missing(beat.seconds.key);
                    continue;
                };
                let Some(rate) = notes.positive(&beat.rate, 300.0) else {
                    unmapped.count("pulse of zero");
                    continue;
                };
                let Ok(shown) = midnight(date).checked_add(SignedDuration::from_micros((seconds * 1e6) as i64)) else {
                    continue;
                };
                let (at, offset) = wall.place(shown);
                let base = Base { at, offset, source: source.clone() };
                gathered.add(&base, SeriesType::HEART_RATE, Context::SAMPLES, rate);
            }
        }
    });
    mapped.items = count;
    gathered.finish(mapped);
    unmapped.finish(mapped);
}

fn midnight(date: LocalDate) -> DateTime {
    date.to_civil().to_datetime(Time::midnight())
}

/// A time of a day, with or without its date.
fn time_of(date: LocalDate, text: &str) -> Option<DateTime> {
    let text = text.trim();
    shown(text).or_else(|| shown(&format!("{date}T{text}")))
}
