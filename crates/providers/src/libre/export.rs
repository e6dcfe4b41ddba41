//! LibreView's table: a title, a header with units in its names, and a row a record, in no order.
//!
//! Days and months stand in the order of the account's country, which the file does not name: all of its rows decide.

use super::{MANIFEST, NAME};
use crate::{
    gathered::{Base, Gathered, Unmapped},
    glucose::{is_millimoles, milligrams},
    json::{note, note_type},
    table::{self, Row, each_row, has_columns},
    wall::{self, Wall},
};
use jiff::civil::DateTime;
use model::{Context, IssueCode, Mapped, PartMeta, SeriesType, Source};
use std::io::Read;

const TYPE: &str = "export_glucose";
const COLUMNS: [&str; 3] = ["Device Timestamp", "Record Type", "Historic Glucose"];
const DAY_FIRST: &[&str] = &["%d-%m-%Y %H:%M", "%d/%m/%Y %H:%M", "%d.%m.%Y %H:%M", "%Y-%m-%d %H:%M", "%Y/%m/%d %H:%M"];
const MONTH_FIRST: &[&str] =
    &["%m-%d-%Y %I:%M %p", "%m/%d/%Y %I:%M %p", "%m-%d-%Y %H:%M", "%m/%d/%Y %H:%M", "%Y-%m-%d %I:%M %p"];
const MOST_UNITS: f64 = 500.0;

/// What a row measures, besides notes and meals.
struct Reading {
    path: String,
    shown: String,
    device: Option<String>,
    app: Option<&'static str>,
    series: SeriesType,
    context: Context,
    value: f64,
}

pub(super) fn recognise(beginning: &[u8]) -> Option<&'static str> {
    has_columns(beginning, &COLUMNS).then_some(TYPE)
}

pub(super) fn part(part_type: &str, meta: &PartMeta, body: &mut dyn Read) -> Mapped {
    let mut mapped = Mapped::default();
    if !MANIFEST.types.contains_key(part_type) {
        note_type(&mut mapped.issues, part_type);
        return mapped;
    }
    let (mut readings, mut unmapped) = (Vec::new(), Unmapped::default());
    each_row(part_type, &COLUMNS, body, &mut mapped, |row, mapped| read(row, &mut readings, &mut unmapped, mapped));
    let forms = if is_month_first(&readings) { MONTH_FIRST } else { DAY_FIRST };
    let (mut wall, mut gathered) = (Wall::of(meta), Gathered::default());
    for reading in readings {
        match wall::read(&reading.shown, forms) {
            Some(shown) => place(reading, shown, &mut wall, &mut gathered),
            None => note(&mut mapped.issues, IssueCode::Invalid, reading.path, "its time cannot be read"),
        }
    }
    gathered.finish(&mut mapped);
    unmapped.finish(&mut mapped);
    wall.finish(&mut mapped);
    mapped
}

/// The record types: 0 what the sensor stored, 1 a scan, 2 a strip, 4 insulin; 3 ketones, 5 food and 6 events have no place.
fn read(row: &Row<'_>, readings: &mut Vec<Reading>, unmapped: &mut Unmapped, mapped: &mut Mapped) {
    let Some(shown) = row.text("Device Timestamp") else { return row.notes(mapped).missing("Device Timestamp") };
    let kind = row.text("Record Type").unwrap_or_default();
    let before = readings.len();
    let mut push = |app, series, context, value| {
        let (path, device, shown) = (row.path.clone(), row.text("Device"), shown.clone());
        readings.push(Reading { path, shown, device, app, series, context, value });
    };
    match kind.as_str() {
        "0" | "1" | "2" => {
            let (column, app, context) = match kind.as_str() {
                "0" => ("Historic Glucose", None, Context::SAMPLES),
                "1" => ("Scan Glucose", None, Context::ON_DEMAND),
                _ => ("Strip Glucose", Some("strip"), Context::ON_DEMAND),
            };
            if let Some((name, text)) = row.beginning(column) {
                let value = table::number(&text).and_then(|value| milligrams(value, is_millimoles(name)));
                match value {
                    Some(value) => push(app, SeriesType::BLOOD_GLUCOSE, context, value),
                    None => row.notes(mapped).add(IssueCode::Invalid, column, "not a number in range"),
                }
                return;
            }
        }
        "4" => {
            let rapid = [
                "Rapid-Acting Insulin (units)",
                "Meal Insulin (units)",
                "Correction Insulin (units)",
                "User Change Insulin (units)",
            ];
            let doses: f64 = rapid.iter().filter_map(|name| row.number(name, 0.0, MOST_UNITS, mapped)).sum();
            let slow = ["Long-Acting Insulin Value (units)", "Long-Acting Insulin (units)"];
            let slow = slow.iter().find_map(|name| row.number(name, 0.0, MOST_UNITS, mapped));
            for (app, dose) in [("rapid-acting", Some(doses)), ("long-acting", slow)] {
                if let Some(dose) = dose.filter(|dose| *dose > 0.0) {
                    push(Some(app), SeriesType::INSULIN_DELIVERY, Context::MANUAL, dose);
                }
            }
        }
        _ => {}
    }
    if readings.len() == before {
        unmapped.count(&format!("record type {kind}"));
    }
}

/// Half a day's clock is American; else a number that no month has tells.
fn is_month_first(readings: &[Reading]) -> bool {
    let halves = |shown: &str| shown.to_ascii_lowercase().ends_with('m');
    if readings.iter().any(|reading| halves(&reading.shown)) {
        return true;
    }
    let above = |place: usize| {
        let number = |shown: &str| shown.split(['-', '/', '.', ' ']).nth(place)?.parse::<u32>().ok();
        readings.iter().any(|reading| number(&reading.shown).is_some_and(|number| number > 12 && number < 32))
    };
    above(1) && !above(0)
}

fn place(reading: Reading, shown: DateTime, wall: &mut Wall, gathered: &mut Gathered) {
    let (at, offset) = wall.place(shown);
    let app = reading.app.map(str::to_owned);
    let source = Source { app, device: reading.device, ..Source::of(NAME) };
    gathered.add(&Base { at, offset, source }, reading.series, reading.context, reading.value);
}
