//! Entries (what sensors and meters measured) and treatments (what people did), as lists of JSON objects.

use super::NAME;
use crate::{
    gathered::{Base, Gathered, Unmapped},
    glucose::{is_millimoles, milligrams},
    json::{Item, Notes, each_item, has_keys, instant, note_type, wire},
};
use model::{Context, LocalOffset, Mapped, PartMeta, SeriesType, Source, Timestamp};
use std::io::Read;

const ENTRIES: &str = "export_entries";
const TREATMENTS: &str = "export_treatments";
const MOST_UNITS: f64 = 500.0;
const DAY_MINUTES: f64 = 1440.0;

wire! {
    /// One entry. `sgv` is of a sensor, `mbg` of a meter, both mg/dL.
    Entry {
        kind: String = "type",
        date: f64 = "date" | "mills",
        sensor: f64 = "sgv",
        meter: f64 = "mbg",
        offset: f64 = "utcOffset",
        device: String = "device",
    }

    /// One treatment.
    Treatment {
        kind: String = "eventType",
        created: String = "created_at" | "timestamp",
        offset: f64 = "utcOffset",
        insulin: f64 = "insulin",
        glucose: f64 = "glucose",
        units: String = "units",
        entered_by: String = "enteredBy",
    }
}

pub(super) fn recognise(beginning: &[u8]) -> Option<&'static str> {
    if has_keys(beginning, &["type", "date"]) && ["sgv", "mbg"].iter().any(|key| has_keys(beginning, &[key])) {
        return Some(ENTRIES);
    }
    (has_keys(beginning, &["eventType", "created_at"]) && !has_keys(beginning, &["user_id"])).then_some(TREATMENTS)
}

pub(super) fn part(part_type: &str, _: &PartMeta, body: &mut dyn Read) -> Mapped {
    let mut mapped = Mapped::default();
    let (mut gathered, mut unmapped) = (Gathered::default(), Unmapped::default());
    match part_type {
        ENTRIES => each_item::<Entry>(part_type, body, &mut mapped, |Item { path, value }, mapped| {
            let mut notes = Notes::new(&mut mapped.issues, path);
            entry(&value, &mut notes, &mut gathered, &mut unmapped);
        }),
        TREATMENTS => each_item::<Treatment>(part_type, body, &mut mapped, |Item { path, value }, mapped| {
            let mut notes = Notes::new(&mut mapped.issues, path);
            treatment(&value, &mut notes, &mut gathered, &mut unmapped);
        }),
        _ => note_type(&mut mapped.issues, part_type),
    }
    gathered.finish(&mut mapped);
    unmapped.finish(&mut mapped);
    mapped
}

fn entry(wire: &Entry, notes: &mut Notes<'_>, gathered: &mut Gathered, unmapped: &mut Unmapped) {
    let kind = notes.text(&wire.kind).unwrap_or_default();
    let (field, app, context) = match kind.as_str() {
        "sgv" => (&wire.sensor, None, Context::SAMPLES),
        "mbg" => (&wire.meter, Some("meter"), Context::ON_DEMAND),
        _ => return unmapped.count(&format!("entry {kind}")),
    };
    let Some(at) = wire.date.value().and_then(|milliseconds| instant(milliseconds / 1e3)) else {
        return notes.missing(wire.date.key);
    };
    let Some(value) = notes.take(field) else { return notes.missing(field.key) };
    match milligrams(value, false).filter(|value| *value >= 20.0 || app.is_some()) {
        Some(value) => {
            let source = Source { app: app.map(str::to_owned), device: notes.text(&wire.device), ..Source::of(NAME) };
            let base = Base { at, offset: offset(&wire.offset, notes), source };
            gathered.add(&base, SeriesType::BLOOD_GLUCOSE, context, value);
        }
        // numbers below what any sensor measures are its codes of failure
        None => unmapped.count("sensor error code"),
    }
}

fn treatment(wire: &Treatment, notes: &mut Notes<'_>, gathered: &mut Gathered, unmapped: &mut Unmapped) {
    let insulin = notes.amount(&wire.insulin, MOST_UNITS).filter(|units| *units > 0.0);
    let units = notes.text(&wire.units).unwrap_or_default();
    let glucose = notes.take(&wire.glucose).and_then(|value| milligrams(value, is_millimoles(&units)));
    if insulin.is_none() && glucose.is_none() {
        let kind = notes.text(&wire.kind).unwrap_or_default();
        return unmapped.count(&format!("treatment {kind}"));
    }
    let Some(at) = notes.text(&wire.created).and_then(|text| Timestamp::parse_rfc3339(&text)) else {
        return notes.missing(wire.created.key);
    };
    let app = notes.text(&wire.entered_by);
    let base = Base { at, offset: offset(&wire.offset, notes), source: Source { app, ..Source::of(NAME) } };
    for (series, value) in [(SeriesType::INSULIN_DELIVERY, insulin), (SeriesType::BLOOD_GLUCOSE, glucose)] {
        if let Some(value) = value {
            gathered.add(&base, series, Context::MANUAL, value);
        }
    }
}

/// Minutes that the uploading device was east of UTC.
fn offset(field: &crate::json::Field<f64>, notes: &mut Notes<'_>) -> Option<LocalOffset> {
    notes.between(field, -DAY_MINUTES, DAY_MINUTES).map(|minutes| LocalOffset::device((minutes * 60.0) as i32))
}
