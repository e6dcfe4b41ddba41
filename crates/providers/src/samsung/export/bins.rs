//! Lists of short intervals that a cell of a table names: heart rate, oxygen, variability, stress, breathing, and the
//! seconds and places of workouts. They say neither device nor offset, and not whose night or workout they are; they
//! are kept as what was measured then. Times are milliseconds since 1970.

use super::NAME;
use crate::{
    gathered::{Base, Gathered, Unmapped},
    json::{Field, Item, Notes, each_item, has_keys, instant, wire},
};
use model::{Context, IssueCode, Mapped, Point, SeriesType, Source};
use std::io::Read;

wire! {
    /// An interval; which of the fields it has tells its kind.
    Bin {
        start: f64 = "start_time",
        end: f64 = "end_time",
        heart_rate: f64 = "heart_rate",
        oxygen: f64 = "spo2",
        rmssd: f64 = "rmssd",
        sdnn: f64 = "sdnn",
        breaths: f64 = "respiratory_rate",
        stress: f64 = "score",
        speed: f64 = "speed",
        latitude: f64 = "latitude",
        longitude: f64 = "longitude",
        altitude: f64 = "altitude",
        accuracy: f64 = "accuracy",
        cadence: f64 = "cadence",
        distance: f64 = "distance",
        calorie: f64 = "calorie",
    }
}

/// What a list of intervals has beside their start.
const SHAPES: &[&[&str]] = &[
    &["heart_rate", "heart_rate_min", "heart_rate_max", "end_time"],
    &["spo2", "spo2_min", "spo2_max", "end_time"],
    &["rmssd", "sdnn"],
    &["respiratory_rate", "end_time"],
    &["score", "score_min", "score_max", "end_time"],
    &["latitude", "longitude", "accuracy"],
    &["heart_rate", "elapsed_time"],
    &["heart_rate", "percent_of_vo2max"],
    &["speed", "distance", "calorie"],
    &["heart_rate", "segment"],
];

pub(super) fn recognise(beginning: &[u8]) -> bool {
    let first = beginning.iter().copied().find(|byte| !byte.is_ascii_whitespace());
    first == Some(b'[') && has_time(beginning) && SHAPES.iter().any(|keys| has_keys(beginning, keys))
}

/// Whether a start stands there as milliseconds since 1970: nobody else writes it so.
fn has_time(beginning: &[u8]) -> bool {
    let text = String::from_utf8_lossy(beginning);
    let Some((_, rest)) = text.split_once("\"start_time\"") else { return false };
    let number = rest.trim_start().strip_prefix(':').map(str::trim_start).unwrap_or_default();
    number.bytes().take_while(u8::is_ascii_digit).count() >= 12
}

pub(super) fn part(part_type: &str, body: &mut dyn Read) -> Mapped {
    let (mut mapped, mut gathered, mut unmapped) = (Mapped::default(), Gathered::default(), Unmapped::default());
    each_item::<Bin>(part_type, body, &mut mapped, |Item { path, value }, mapped| {
        take(&value, &mut Notes::new(&mut mapped.issues, path), &mut gathered, &mut unmapped);
    });
    gathered.finish(&mut mapped);
    unmapped.finish(&mut mapped);
    mapped
}

fn take(bin: &Bin, notes: &mut Notes<'_>, gathered: &mut Gathered, unmapped: &mut Unmapped) {
    let time = |field: &Field<f64>, notes: &mut Notes<'_>| notes.take(field).and_then(|ms| instant(ms / 1e3));
    let Some(at) = time(&bin.start, notes) else {
        return notes.add(IssueCode::Invalid, bin.start.key, "missing, or not milliseconds since 1970");
    };
    let duration_us = time(&bin.end, notes).map_or(0, |end| end.micros_since(at).max(0));
    let base = Base { at, offset: None, source: Source::of(NAME) };
    let mut found = 0;
    let mut add = |series, value: Option<f64>| {
        if let Some(value) = value {
            found += 1;
            gathered.add_point(&base, series, Context::SAMPLES, Point { start: at, duration_us, value });
        }
    };
    add(SeriesType::HEART_RATE, notes.positive(&bin.heart_rate, 300.0));
    add(SeriesType::OXYGEN_SATURATION, notes.positive(&bin.oxygen, 100.0));
    add(SeriesType::HEART_RATE_VARIABILITY_RMSSD, notes.positive(&bin.rmssd, 1000.0));
    add(SeriesType::HEART_RATE_VARIABILITY_SDNN, notes.positive(&bin.sdnn, 1000.0));
    add(SeriesType::RESPIRATORY_RATE, notes.positive(&bin.breaths, 120.0));
    add(SeriesType::SPEED, notes.amount(&bin.speed, 500.0));
    add(SeriesType::LATITUDE, notes.between(&bin.latitude, -90.0, 90.0));
    add(SeriesType::LONGITUDE, notes.between(&bin.longitude, -180.0, 180.0));
    add(SeriesType::ELEVATION, notes.between(&bin.altitude, -500.0, 1e4));
    add(SeriesType::GPS_ACCURACY, notes.amount(&bin.accuracy, 1e5));
    // a score a minute is more than scores are for: the table has one an hour. The others do not say in which unit
    // they are, or since when they count
    let others =
        [(&bin.stress, "stress"), (&bin.cadence, "cadence"), (&bin.distance, "distance"), (&bin.calorie, "energy")];
    for (field, kind) in others {
        if !field.is_absent() {
            found += 1;
            unmapped.count(&format!("{kind} of a moment"));
        }
    }
    if found == 0 {
        unmapped.count("interval without a measurement");
    }
}
