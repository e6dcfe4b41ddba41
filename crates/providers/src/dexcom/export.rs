//! Clarity's table: rows about the person and the alerts, then a row an event, times as the receiver showed them.

use super::{MANIFEST, NAME};
use crate::{
    gathered::{Base, Gathered, Unmapped},
    glucose::{is_millimoles, milligrams},
    json::note_type,
    table::{self, Row, each_row, has_columns},
    wall::{self, Wall},
};
use model::{Context, IssueCode, Mapped, PartMeta, SeriesType, Source};
use std::io::Read;

const TYPE: &str = "export_clarity";
const COLUMNS: [&str; 3] = ["Timestamp (YYYY-MM-DDThh:mm:ss)", "Event Type", "Glucose Value ("];
const FORMS: &[&str] = &["%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M:%S"];
const MOST_UNITS: f64 = 500.0;

pub(super) fn recognise(beginning: &[u8]) -> Option<&'static str> {
    has_columns(beginning, &COLUMNS).then_some(TYPE)
}

pub(super) fn part(part_type: &str, meta: &PartMeta, body: &mut dyn Read) -> Mapped {
    let mut mapped = Mapped::default();
    if !MANIFEST.types.contains_key(part_type) {
        note_type(&mut mapped.issues, part_type);
        return mapped;
    }
    let (mut wall, mut gathered, mut unmapped) = (Wall::of(meta), Gathered::default(), Unmapped::default());
    each_row(part_type, &COLUMNS, body, &mut mapped, |row, mapped| {
        let kind = row.text("Event Type").unwrap_or_default();
        let place = |wall: &mut Wall, app: Option<&str>| {
            let shown = wall::read(&row.beginning("Timestamp")?.1, FORMS)?;
            let (at, offset) = wall.place(shown);
            let device = row.text("Source Device ID").filter(|_| app.is_none());
            Some(Base { at, offset, source: Source { app: app.map(str::to_owned), device, ..Source::of(NAME) } })
        };
        let (app, series, context) = match kind.as_str() {
            "EGV" => (None, SeriesType::BLOOD_GLUCOSE, Context::SAMPLES),
            "Calibration" => (Some("calibration"), SeriesType::BLOOD_GLUCOSE, Context::ON_DEMAND),
            "Insulin" => (Some(insulin(row)), SeriesType::INSULIN_DELIVERY, Context::MANUAL),
            _ => return unmapped.count(if kind.is_empty() { "row" } else { &kind }),
        };
        let value = if series == SeriesType::BLOOD_GLUCOSE {
            glucose(row, &mut unmapped, mapped)
        } else {
            row.number("Insulin Value (u)", 0.0, MOST_UNITS, mapped)
        };
        let Some(value) = value else { return };
        match place(&mut wall, app) {
            Some(base) => gathered.add(&base, series, context, value),
            None => row.notes(mapped).add(IssueCode::Invalid, "Timestamp", "cannot be read"),
        }
    });
    gathered.finish(&mut mapped);
    unmapped.finish(&mut mapped);
    wall.finish(&mut mapped);
    mapped
}

/// Beyond what the sensor measures there is a word and no number.
fn glucose(row: &Row<'_>, unmapped: &mut Unmapped, mapped: &mut Mapped) -> Option<f64> {
    let Some((name, text)) = row.beginning("Glucose Value (") else {
        row.notes(mapped).missing("Glucose Value");
        return None;
    };
    if ["low", "high"].iter().any(|word| text.eq_ignore_ascii_case(word)) {
        unmapped.count(&format!("glucose beyond the sensor: {}", text.to_ascii_lowercase()));
        return None;
    }
    let value = table::number(&text).and_then(|value| milligrams(value, is_millimoles(name)));
    if value.is_none() {
        row.notes(mapped).add(IssueCode::Invalid, "Glucose Value", "not a number in range");
    }
    value
}

fn insulin(row: &Row<'_>) -> &'static str {
    match row.text("Event Subtype").unwrap_or_default().to_ascii_lowercase().as_str() {
        "long-acting" => "long-acting",
        "fast-acting" | "rapid-acting" => "rapid-acting",
        _ => "insulin",
    }
}
