//! Rows of a moment, and of a day: which column is which series, in which unit.

use super::{Rows, instant, source};
use crate::{
    gathered::Base,
    table::{self, Row},
};
use model::{Context, IssueCode, Mapped, Point, SeriesType, Timestamp};

/// A column, its series, how many of the series' units one of its own is, and the most that can be.
type Column = (&'static str, SeriesType, f64, f64);

const MOMENTS: &[Column] = &[
    ("steps", SeriesType::STEPS, 1.0, 1e6),
    ("distance", SeriesType::DISTANCE_WALKING_RUNNING, 1.0, 1e7),
    ("calories", SeriesType::TOTAL_ENERGY, 1.0, 1e5),
    ("kilocalories", SeriesType::ENERGY, 1.0, 1e5),
    ("floors", SeriesType::FLIGHTS_CLIMBED, 1.0, 1e5),
    ("weight grams", SeriesType::WEIGHT, 0.001, 1e6),
    ("height millimeters", SeriesType::HEIGHT, 0.1, 3000.0),
    ("body fat percentage", SeriesType::BODY_FAT_PERCENTAGE, 1.0, 100.0),
    ("oxygen saturation percentage", SeriesType::OXYGEN_SATURATION, 1.0, 100.0),
    ("root mean square of successive differences ms", SeriesType::HEART_RATE_VARIABILITY_RMSSD, 1.0, 1000.0),
    ("root mean square of successive differences milliseconds", SeriesType::HEART_RATE_VARIABILITY_RMSSD, 1.0, 1000.0),
    ("standard deviation ms", SeriesType::HEART_RATE_VARIABILITY_SDNN, 1.0, 1000.0),
    ("standard deviation milliseconds", SeriesType::HEART_RATE_VARIABILITY_SDNN, 1.0, 1000.0),
];
const DAYS: &[Column] = &[
    ("average heart rate variability milliseconds", SeriesType::HEART_RATE_VARIABILITY_RMSSD, 1.0, 1000.0),
    ("average percentage", SeriesType::OXYGEN_SATURATION, 1.0, 100.0),
    ("average_value", SeriesType::OXYGEN_SATURATION, 1.0, 100.0),
    ("breaths per minute", SeriesType::RESPIRATORY_RATE, 1.0, 120.0),
    ("daily_respiratory_rate", SeriesType::RESPIRATORY_RATE, 1.0, 120.0),
    ("full_sleep_breathing_rate", SeriesType::RESPIRATORY_RATE, 1.0, 120.0),
    ("nightly temperature celsius", SeriesType::SKIN_TEMPERATURE, 1.0, 50.0),
];
/// What stands for an oxygen saturation that could not be measured.
const NO_OXYGEN: f64 = 50.0;
const HOUR_US: i64 = 3_600_000_000;
const DAY_US: i64 = 24 * HOUR_US;

/// Rows of beats per minute: heart rates, or resting heart rates of days, which have the same columns.
#[derive(Default)]
pub(super) struct Beats(Vec<(Base, i64, Timestamp, f64)>);

impl Rows {
    pub(super) fn moment(&mut self, row: &Row<'_>, mapped: &mut Mapped) {
        if row.has("distance millimeters") {
            // the pace of a workout repeats steps that another table has
            return self.unmapped.count("moment of a live pace");
        }
        if row.has("rmssd") {
            return self.variability(row, mapped);
        }
        if row.has("beats per minute") {
            return self.beat(row, mapped);
        }
        let is_day = DAYS.iter().any(|column| row.has(column.0));
        let (columns, context) = if is_day { (DAYS, Context::DAILY) } else { (MOMENTS, Context::SAMPLES) };
        if !columns.iter().any(|column| row.has(column.0)) {
            return self.unmapped.count(row.second_column());
        }
        let Some((base, duration_us)) = self.place(row, is_day, mapped) else { return };
        let mut found = false;
        for (column, series, factor, most) in columns {
            let Some(value) = value(row, column, *most, mapped) else { continue };
            if *series == SeriesType::OXYGEN_SATURATION && value <= NO_OXYGEN {
                continue;
            }
            found = true;
            let point = Point { start: base.at, duration_us, value: value * factor };
            self.gathered.add_point(&base, *series, context, point);
        }
        if !found {
            return self.unmapped.count("row without a measurement");
        }
        self.deviation(row, &base, duration_us, mapped);
    }

    /// How far a night's temperature was from what is usual.
    fn deviation(&mut self, row: &Row<'_>, base: &Base, duration_us: i64, mapped: &mut Mapped) {
        let night = value(row, "nightly temperature celsius", 50.0, mapped);
        let usual = value(row, "baseline temperature celsius", 50.0, mapped);
        if let Some((night, usual)) = night.zip(usual) {
            let point = Point { start: base.at, duration_us, value: night - usual };
            self.gathered.add_point(base, SeriesType::SKIN_TEMPERATURE_DEVIATION, Context::DAILY, point);
        }
    }

    /// Variability every five minutes of a night, or of the night.
    fn variability(&mut self, row: &Row<'_>, mapped: &mut Mapped) {
        let is_day = row.has("nremhr");
        let Some((base, duration_us)) = self.place(row, is_day, mapped) else { return };
        let Some(value) = value(row, "rmssd", 1000.0, mapped) else {
            return self.unmapped.count("row without a measurement");
        };
        let context = if is_day { Context::DAILY } else { Context::SAMPLES };
        let point = Point { start: base.at, duration_us, value };
        self.gathered.add_point(&base, SeriesType::HEART_RATE_VARIABILITY_RMSSD, context, point);
    }

    fn place(&mut self, row: &Row<'_>, is_day: bool, mapped: &mut Mapped) -> Option<(Base, i64)> {
        let (at, offset, duration_us) = if is_day {
            self.day(row, "timestamp", mapped)?
        } else {
            let (at, offset) = self.time(row, "timestamp", mapped)?;
            (at, offset, 0)
        };
        Some((Base { at, offset, source: source(row) }, duration_us))
    }

    fn beat(&mut self, row: &Row<'_>, mapped: &mut Mapped) {
        let Some((base, duration_us)) = self.place(row, true, mapped) else { return };
        let Some(at) = row.text("timestamp").and_then(|text| instant(&text)).or(Some(base.at)) else { return };
        match value(row, "beats per minute", 300.0, mapped) {
            Some(value) => self.beats.0.push((base, duration_us, at, value)),
            None => self.unmapped.count("row without a measurement"),
        }
    }

    /// Beats that come within an hour of others are heart rates; those at midnight, or a day apart, are of their days.
    /// A few that are neither could be both, and are not guessed.
    pub(super) fn finish_beats(&mut self) {
        let rows = std::mem::take(&mut self.beats.0);
        let mut times: Vec<_> = rows.iter().map(|(base, _, at, _)| (&base.source.device, at.as_micros())).collect();
        times.sort_unstable();
        let midnight = |at: i64| at.rem_euclid(DAY_US) == 0;
        // what two applications say of one night may lie as close as two beats of one
        let is_close_pair = |pair: &[(&Option<String>, i64)]| matches!(pair, [a, b] if a.0 == b.0 && b.1 - a.1 > 0 && b.1 - a.1 < HOUR_US);
        let is_close = times.windows(2).any(is_close_pair);
        let is_daily = !is_close && times.iter().all(|(_, at)| midnight(*at));
        for (mut base, duration_us, at, value) in rows {
            if is_daily {
                let point = Point { start: base.at, duration_us, value };
                self.gathered.add_point(&base, SeriesType::RESTING_HEART_RATE, Context::DAILY, point);
            } else if is_close {
                (base.at, base.offset) = (at, None);
                self.gathered.add(&base, SeriesType::HEART_RATE, Context::SAMPLES, value);
            } else {
                self.unmapped.count("beats per minute, of a moment or at rest");
            }
        }
    }
}

/// A number above zero, which stands for none but where something is counted; what is none is noted.
fn value(row: &Row<'_>, column: &str, most: f64, mapped: &mut Mapped) -> Option<f64> {
    let text = row.text(column).filter(|text| !text.eq_ignore_ascii_case("nan"))?;
    let value = table::number(&text).filter(|value| (0.0..=most).contains(value));
    if value.is_none() {
        row.notes(mapped).add(IssueCode::Invalid, column, "not a number in range");
    }
    value.filter(|value| *value > 0.0 || ["steps", "floors", "distance"].contains(&column))
}
