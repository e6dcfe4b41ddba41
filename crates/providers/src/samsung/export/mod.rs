//! Files of the app's own export: tables (a line with the table's name and version, a header, rows), and the lists
//! that cells of theirs name, each a file of JSON. A list says neither its table nor its device: it stands on its own.

mod bins;
mod clock;
mod days;
mod exercise_types;
mod exercises;
mod points;
mod sleeps;

use super::NAME;
use crate::{
    gathered::{Gathered, Unmapped},
    json::note_type,
    sniff::BEGINNING,
    table::{Row, each_row_called},
};
use clock::Clock;
use model::{Mapped, PartMeta, Source};
use std::io::{Cursor, Read};

pub(super) const TABLE: &str = "export_table";
pub(super) const BINS: &str = "export_bins";

pub(super) fn recognise(beginning: &[u8]) -> Option<&'static str> {
    if table(beginning).is_some() { Some(TABLE) } else { bins::recognise(beginning).then_some(BINS) }
}

pub(super) fn part(part_type: &str, meta: &PartMeta, body: &mut dyn Read) -> Mapped {
    if part_type == BINS {
        return bins::part(part_type, body);
    }
    let (mut mapped, mut beginning) = (Mapped::default(), Vec::new());
    // what fails while it is read ends there; whoever reads knows why
    let _ = body.take(BEGINNING as u64).read_to_end(&mut beginning);
    let text = String::from_utf8_lossy(&beginning).into_owned();
    let (Some(table), Some(header)) = (table(&beginning), text.lines().nth(1)) else {
        note_type(&mut mapped.issues, part_type);
        return mapped;
    };
    let columns: Vec<&str> = header.split(',').map(str::trim).filter(|name| !name.is_empty()).collect();
    let mut rows = Rows { clock: Clock::of(meta), gathered: Gathered::default(), unmapped: Unmapped::default() };
    let mut whole = Cursor::new(beginning).chain(body);
    each_row_called(&table, &columns, last_word, &mut whole, &mut mapped, |row, mapped| {
        rows.take(&table, row, mapped);
    });
    rows.gathered.finish(&mut mapped);
    rows.unmapped.finish(&mut mapped);
    rows.clock.finish(&mut mapped);
    mapped
}

/// What rows of one table give, put together.
struct Rows {
    clock: Clock,
    gathered: Gathered,
    unmapped: Unmapped,
}

impl Rows {
    fn take(&mut self, table: &str, row: &Row<'_>, mapped: &mut Mapped) {
        match table {
            "sleep" => self.sleep(row, mapped),
            "sleep_stage" => self.stage(row, mapped),
            "stress" => self.stress(row, mapped),
            "exercise" => self.exercise(row, mapped),
            "step_daily_trend" if row.text("source_type").is_some_and(|source| source != "-2") => {
                self.unmapped.count("steps of one source, which the day's table tells too");
            }
            "vitality_score" => self.vitality(row, mapped),
            _ => match (points::columns(table), days::columns(table)) {
                (Some(columns), _) => self.points(columns, row, mapped),
                (_, Some(columns)) => self.day(columns, row, mapped),
                _ => self.unmapped.count(table),
            },
        }
    }
}

/// The name of a table, without who made it: `heart_rate` of `com.samsung.shealth.tracker.heart_rate,7006011,3`.
fn table(beginning: &[u8]) -> Option<String> {
    let text = String::from_utf8_lossy(beginning);
    let (name, version) = text.trim_start_matches('\u{feff}').lines().next()?.split_once(',')?;
    let name = name.strip_prefix("com.samsung.health.").or_else(|| name.strip_prefix("com.samsung.shealth."))?;
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'.';
    let is_version = version.bytes().all(|byte| byte.is_ascii_digit() || byte == b',');
    let name = name.strip_prefix("tracker.").unwrap_or(name);
    (is_version && !name.is_empty() && name.bytes().all(plain)).then(|| name.to_owned())
}

/// Some columns of some tables bear the name of the table: `com.samsung.health.heart_rate.start_time`.
fn last_word(column: &str) -> &str {
    if column.starts_with("com.samsung.") { column.rsplit('.').next().unwrap_or(column) } else { column }
}

/// Who measured: the device's id, as no table but one names it, and the application that wrote it.
fn source(row: &Row<'_>) -> Source {
    let (device, app) = (row.text("deviceuuid"), row.text("pkg_name"));
    Source { app, device, ..Source::of(NAME) }
}
