//! Elements of an export to records.

use super::{
    cursor::{Cursor, Tag, text},
    samples::{Raw, Samples},
    summary,
    workout::{self, metadata, skip},
    zone::Clock,
};
use crate::Notes;
use model::{Issue, IssueCode, ProviderName, Record};

/// What some elements of an export say.
#[derive(Debug, Default, PartialEq)]
pub struct Elements {
    /// Workouts, days, and points by series and source.
    pub records: Vec<Record>,
    /// What could not be read or has no place, each kind once with its count.
    pub issues: Vec<Issue>,
    /// How many elements there were, those inside correlations too.
    pub items: u32,
}

/// Reads the elements that stand directly in an export's root, one after the other and whole, as [`super::Pieces`]
/// cuts them. An element that cannot be read is counted and left out.
#[must_use]
pub fn read(provider: &ProviderName, bytes: &[u8]) -> Elements {
    let mut reader = Reader {
        provider,
        clock: Clock::default(),
        samples: Samples::new(provider),
        notes: Notes::default(),
        records: Vec::new(),
        items: 0,
    };
    let mut cursor = Cursor::new(bytes);
    while let Some(tag) = cursor.next() {
        if let Tag::Open(name) = tag {
            reader.element(name, &mut cursor);
        }
    }
    let Reader { samples, mut notes, mut records, items, .. } = reader;
    records.extend(samples.finish(&mut notes));
    Elements { records, issues: notes.into_issues(), items }
}

struct Reader<'a> {
    provider: &'a ProviderName,
    clock: Clock<'a>,
    samples: Samples<'a>,
    notes: Notes,
    records: Vec<Record>,
    items: u32,
}

/// What a record's metadata adds to it.
#[derive(Default)]
struct Added<'a> {
    zone: &'a [u8],
    manual: bool,
}

impl<'a> Reader<'a> {
    fn element(&mut self, name: &[u8], cursor: &mut Cursor<'a>) {
        match name {
            b"Record" => return self.record(cursor),
            b"Correlation" => return self.correlation(cursor),
            // when it was exported says nothing of the person
            b"ExportDate" => return skip(cursor),
            b"Workout" => {
                self.records.extend(workout::read(self.provider, cursor, &mut self.clock, &mut self.notes));
            }
            b"ActivitySummary" => self.records.extend(summary::read(self.provider, cursor, &mut self.notes)),
            _ => {
                self.notes.add(IssueCode::Unmapped, &text(name), "elements have no place; they are kept raw");
                skip(cursor);
            }
        }
        self.items += 1;
    }

    fn record(&mut self, cursor: &mut Cursor<'a>) {
        let (mut raw, mut added) = (Raw::default(), Added::default());
        let empty = cursor.attributes(|name, value| raw.take(name, value));
        if !empty {
            self.inside_record(cursor, &mut added);
        }
        self.items += 1;
        let moment = self.clock.moment((raw.start, raw.end), added.zone, ("Record", &mut self.notes));
        if let Some(moment) = moment {
            self.samples.add(&raw, &moment, added.manual, &mut self.notes);
        }
    }

    fn inside_record(&mut self, cursor: &mut Cursor<'a>, added: &mut Added<'a>) {
        while let Some(Tag::Open(name)) = cursor.next() {
            if name == b"MetadataEntry" {
                metadata(cursor, |key, value| match key {
                    b"HKTimeZone" => added.zone = value,
                    b"HKWasUserEntered" => added.manual = value == b"1",
                    // other applications keep what they like here
                    _ => {}
                });
            } else {
                self.notes.add(
                    IssueCode::Unmapped,
                    &text(name),
                    "lists inside records have no place; they are kept raw",
                );
                skip(cursor);
            }
        }
    }

    /// The records of a correlation also stand by themselves; those that do not are taken from here.
    fn correlation(&mut self, cursor: &mut Cursor<'a>) {
        self.items += 1;
        let what = "groupings of records have no place; their records have, and they are kept raw";
        self.notes.add(IssueCode::Unmapped, "Correlation", what);
        if cursor.attributes(|_, _| ()) {
            return;
        }
        while let Some(Tag::Open(name)) = cursor.next() {
            if name == b"Record" {
                self.record(cursor);
            } else {
                skip(cursor);
            }
        }
    }
}
