//! Documents of an account's export: tables separated by semicolons (newer), JSON lists by type (older), in the words of
//! the API. What a document is follows from its fields, so one reader serves all of them.

mod days;
mod document;
mod moments;
mod nights;
mod workouts;

use super::NAME;
use crate::{
    gathered::{Base, Gathered, Unmapped},
    json::{Item, List, Notes, each_item, has_keys, note_type, wire},
    sniff::BEGINNING,
    table::each_row,
    wall::Wall,
};
use document::Document;
use jiff::civil::Time;
use model::{IssueCode, LocalDate, LocalOffset, Mapped, OffsetKind, PartMeta, Source, Timestamp};
use moments::Beat;
use std::io::{Cursor, Read};

const TABLE: &str = "export_table";
const DOCUMENTS: &str = "export_documents";
const BEATS: &str = "export_heart_rate";

/// Columns that only one of the tables has.
const TABLES: &[&[&str]] = &[
    &["bedtime_start", "bedtime_end", "total_sleep_duration"],
    &["day", "active_calories", "steps"],
    &["contributors", "day", "score"],
    &["day", "spo2_percentage"],
    &["day", "stress_high", "recovery_high"],
    &["timestamp", "bpm", "source"],
    &["timestamp", "skin_temp"],
    &["day", "vascular_age"],
    &["day", "vo2_max"],
    &["activity", "start_datetime", "end_datetime"],
];

/// Keys of documents as JSON.
const KEYS: &[&[&str]] = &[
    &["bedtime_start", "bedtime_end"],
    &["summary_date", "cal_active"],
    &["summary_date", "score_previous_night"],
    &["active_calories", "equivalent_walking_distance"],
    &["contributors", "day", "score"],
    &["day", "spo2_percentage"],
    &["day", "stress_high"],
    &["day", "vascular_age"],
    &["day", "vo2_max"],
    &["activity", "start_datetime", "intensity"],
];

wire! {
    /// A file that holds documents by their type, or a page of one type.
    File {
        data: List<Document> = "data",
        sleep: List<Document> = "sleep",
        daily_sleep: List<Document> = "daily_sleep",
        activity: List<Document> = "activity" | "daily_activity",
        readiness: List<Document> = "readiness" | "daily_readiness",
        oxygen: List<Document> = "daily_spo2",
        stress: List<Document> = "daily_stress",
        age: List<Document> = "daily_cardiovascular_age",
        fitness: List<Document> = "vo2_max" | "vO2_max",
        workouts: List<Document> = "workout" | "workouts",
        beats: List<Beat> = "heartrate" | "heart_rate",
    }

    /// A file of nothing but beats.
    Beats {
        data: List<Beat> = "data" | "heartrate" | "heart_rate",
    }
}

pub(super) fn recognise(beginning: &[u8]) -> Option<&'static str> {
    if has_keys(beginning, &["bpm", "timestamp", "source"]) && is_beats(beginning) {
        return Some(BEATS);
    }
    if KEYS.iter().any(|keys| has_keys(beginning, keys)) {
        return Some(DOCUMENTS);
    }
    let header = header(beginning)?;
    let has = |wanted: &&str| header.iter().any(|column| column.eq_ignore_ascii_case(wanted));
    TABLES.iter().any(|columns| columns.iter().all(has)).then_some(TABLE)
}

/// Whether the first key of the first flat object, or one beside it, is that of a rate: `bpm` is a unit elsewhere.
fn is_beats(beginning: &[u8]) -> bool {
    let text = String::from_utf8_lossy(beginning);
    let first = text.split_once('{').map_or("", |(_, rest)| rest);
    // a page has its list in an object
    let first = first.split_once("[").filter(|(key, _)| !key.contains(',')).map_or(first, |(_, rest)| rest);
    let first = first.split('}').next().unwrap_or_default();
    let is_key = |key: &str| first.split_once(key).is_some_and(|(_, rest)| rest.trim_start().starts_with(':'));
    is_key("\"bpm\"") && is_key("\"timestamp\"")
}

/// The columns of a table separated by semicolons.
fn header(beginning: &[u8]) -> Option<Vec<String>> {
    let text = String::from_utf8_lossy(beginning);
    let line = text.trim_start_matches('\u{feff}').lines().next()?;
    let columns = line.split(';').map(|column| column.trim().trim_matches('"').to_owned());
    line.contains(';').then(|| columns.collect())
}

pub(super) fn part(part_type: &str, meta: &PartMeta, body: &mut dyn Read) -> Mapped {
    let mut mapped = Mapped::default();
    let mut put = Putting { wall: Wall::of(meta), gathered: Gathered::default(), unmapped: Unmapped::default() };
    match part_type {
        TABLE => table(part_type, &mut put, body, &mut mapped),
        DOCUMENTS | BEATS => json(part_type, &mut put, body, &mut mapped),
        _ => note_type(&mut mapped.issues, part_type),
    }
    put.gathered.finish(&mut mapped);
    put.unmapped.finish(&mut mapped);
    put.wall.finish(&mut mapped);
    mapped
}

fn table(part_type: &str, put: &mut Putting, body: &mut dyn Read, mapped: &mut Mapped) {
    let mut beginning = Vec::new();
    // what fails while it is read ends there; whoever reads knows why
    let _ = body.take(BEGINNING as u64).read_to_end(&mut beginning);
    let columns = header(&beginning).unwrap_or_default();
    let columns: Vec<&str> = columns.iter().map(String::as_str).filter(|column| !column.is_empty()).collect();
    let mut whole = Cursor::new(beginning).chain(body);
    each_row(part_type, &columns, &mut whole, mapped, |row, mapped| {
        if row.has("bpm") {
            return put.beat(&Beat::of_row(row), &row.path, mapped);
        }
        put.document(&Document::of_row(row), &row.path, mapped);
    });
}

fn json(part_type: &str, put: &mut Putting, body: &mut dyn Read, mapped: &mut Mapped) {
    let mut start = Vec::new();
    let _ = body.take(BEGINNING as u64).read_to_end(&mut start);
    let is_list = start.iter().copied().find(|byte| !byte.is_ascii_whitespace()) == Some(b'[');
    let mut whole = Cursor::new(start).chain(body);
    match (is_list, part_type) {
        (true, BEATS) => each_item::<Beat>(part_type, &mut whole, mapped, |Item { path, value }, mapped| {
            put.beat(&value, &path, mapped);
        }),
        (true, _) => each_item::<Document>(part_type, &mut whole, mapped, |Item { path, value }, mapped| {
            put.document(&value, &path, mapped);
        }),
        (false, BEATS) => {
            let mut count = 0;
            each_item::<Beats>(part_type, &mut whole, mapped, |Item { path, value }, mapped| {
                count += put.beats(&value.data, &path, mapped);
            });
            mapped.items = count;
        }
        (false, _) => {
            let mut count = 0;
            each_item::<File>(part_type, &mut whole, mapped, |Item { path, value }, mapped| {
                count += put.file(&value, &path, mapped);
            });
            mapped.items = count;
        }
    }
}

/// What documents give, put together.
struct Putting {
    wall: Wall,
    gathered: Gathered,
    unmapped: Unmapped,
}

impl Putting {
    /// Every list of a file; how many documents there were.
    fn file(&mut self, file: &File, path: &str, mapped: &mut Mapped) -> u32 {
        let lists = [
            &file.data,
            &file.sleep,
            &file.daily_sleep,
            &file.activity,
            &file.readiness,
            &file.oxygen,
            &file.stress,
            &file.age,
            &file.fitness,
            &file.workouts,
        ];
        let mut count = 0;
        for list in lists {
            let key = list.key;
            for (place, document) in Notes::new(&mut mapped.issues, path).list(list).iter().enumerate() {
                self.document(document, &format!("{path}.{key}[{place}]"), mapped);
                count += 1;
            }
        }
        count + self.beats(&file.beats, path, mapped)
    }

    fn beats(&mut self, list: &crate::json::Field<List<Beat>>, path: &str, mapped: &mut Mapped) -> u32 {
        let beats = Notes::new(&mut mapped.issues, path).list(list);
        for (place, beat) in beats.iter().enumerate() {
            self.beat(beat, &format!("{path}.{}[{place}]", list.key), mapped);
        }
        u32::try_from(beats.len()).unwrap_or(u32::MAX)
    }

    /// What a document is follows from its fields.
    fn document(&mut self, document: &Document, path: &str, mapped: &mut Mapped) {
        if document.bedtime_start.value().is_some() {
            self.night(document, path, mapped);
        } else if document.start.value().is_some() {
            self.workout(document, path, mapped);
        } else if document.skin.value().is_some() {
            self.skin(document, path, mapped);
        } else if document.day.value().is_some() || document.summary_date.value().is_some() {
            self.day(document, path, mapped);
        } else {
            self.unmapped.count("document that says neither its day nor its time");
        }
    }

    /// The midnight that begins a date: by the offset that stands beside it, else by the person's zone.
    fn midnight(&mut self, date: LocalDate, offset: Option<LocalOffset>) -> Base {
        let shown = date.to_civil().to_datetime(Time::midnight());
        let (at, offset) = match offset {
            Some(offset) => (crate::wall::at_offset(shown, offset.seconds), Some(offset)),
            None => self.wall.place(shown),
        };
        Base { at, offset, source: Source::of(NAME) }
    }
}

/// An instant with its offset; `Z` tells none.
fn time(text: &str) -> Option<(Timestamp, Option<LocalOffset>)> {
    let at = Timestamp::parse_rfc3339(text)?;
    let written = text.len().checked_sub(6).and_then(|place| text.get(place..));
    let seconds = written.and_then(LocalOffset::parse_hours_minutes);
    Some((at, seconds.map(|seconds| LocalOffset { seconds, kind: OffsetKind::Zone })))
}

fn untimely(notes: &mut Notes<'_>, key: &str) {
    notes.add(IssueCode::Invalid, key, "missing, or not a time");
}
