//! Developer fields: what applications on a device add, described inside the file itself.
//!
//! A field of a record that stands for one of the protocol's own, or has a well-known name, goes to its
//! series. Other numbers are collected by application, name and kind of message, and shown with the
//! workout. What is no number is counted and named once.

use super::{
    developer_place::{by_name, by_number},
    file::DeveloperColumn,
    names,
    record::Row,
    value::{Base, Value},
    wire::Message,
};
use model::{Issue, IssueCode, SeriesType, Timestamp};
use rustyfit::profile::{
    mesgdef::{self, FieldDescription as Field},
    typedef::MesgNum,
};
use std::collections::BTreeMap;

const MOST_NAMES: usize = 100;
const LONGEST_NAME: usize = 64;
/// Bounds memory, since a byte of a hostile file can make a value of twenty-four.
const MOST_VALUES: usize = 1_000_000;

struct Description {
    base: Base,
    scale: f64,
    offset: f64,
    name: String,
    unit: Option<String>,
    application: Option<String>,
    /// The series and what one of the field's units is worth in it.
    place: Option<(SeriesType, f64)>,
    /// Kinds of messages, and where their values are collected.
    slots: Vec<(u16, usize)>,
}

/// The descriptions of a file, what its fields said, and the fields that found no place.
#[derive(Default)]
pub(super) struct DeveloperFields {
    applications: BTreeMap<u8, String>,
    known: BTreeMap<(u8, u8), Description>,
    columns: Vec<DeveloperColumn>,
    /// Values collected in all parts of the file.
    count: usize,
    /// Values that found no room.
    pub(super) refused: u64,
    homeless: BTreeMap<String, u64>,
}

impl DeveloperFields {
    /// Developer fields are described anew in each sequence.
    pub(super) fn forget_descriptions(&mut self) {
        self.applications.clear();
        self.known.clear();
    }

    /// What was collected so far; what follows is collected anew, within the same limits.
    pub(super) fn take(&mut self) -> Vec<DeveloperColumn> {
        self.known.values_mut().for_each(|description| description.slots.clear());
        std::mem::take(&mut self.columns)
    }

    /// Who adds fields under an index.
    pub(super) fn application(&mut self, message: &Message<'_>) {
        use mesgdef::DeveloperDataId as Field;
        let index = message.unsigned(Field::DEVELOPER_DATA_INDEX).and_then(|index| u8::try_from(index).ok());
        let id = message.find(Field::APPLICATION_ID).map(|value| value.bytes);
        let told = id.filter(|bytes| bytes.len() == 16 && bytes.iter().any(|byte| *byte != 0xFF));
        if let (Some(index), Some(bytes)) = (index, told) {
            self.applications.insert(index, bytes.iter().map(|byte| format!("{byte:02x}")).collect());
        }
    }

    pub(super) fn describe(&mut self, message: &Message<'_>) {
        let byte = |field| message.unsigned(field).and_then(|value| u8::try_from(value).ok());
        let (Some(index), Some(number)) = (byte(Field::DEVELOPER_DATA_INDEX), byte(Field::FIELD_DEFINITION_NUMBER))
        else {
            return;
        };
        let text = |field| message.text(field).map(|text| text.chars().take(LONGEST_NAME).collect::<String>());
        let name = text(Field::FIELD_NAME).unwrap_or_default();
        let unit = text(Field::UNITS);
        let units = unit.as_deref().unwrap_or_default().to_lowercase();
        let native_message = message.unsigned(Field::NATIVE_MESG_NUM);
        let native = byte(Field::NATIVE_FIELD_NUM)
            .filter(|_| native_message.is_none_or(|number| number == u64::from(MesgNum::RECORD.0)));
        let description = Description {
            base: Base::of(byte(Field::FIT_BASE_TYPE_ID).unwrap_or(2)),
            scale: message.number(Field::SCALE).filter(|scale| *scale != 0.0).unwrap_or(1.0),
            offset: message.number(Field::OFFSET).unwrap_or(0.0),
            place: native.and_then(|number| by_number(number, &units)).or_else(|| by_name(&name, &units)),
            name: if name.is_empty() { format!("{index}.{number}") } else { name },
            unit,
            application: self.applications.get(&index).cloned(),
            slots: Vec::new(),
        };
        self.known.insert((index, number), description);
    }

    /// Puts the developer fields of a record into the row where a series has a place for them, and
    /// collects all others.
    pub(super) fn read(&mut self, message: &Message<'_>, mut row: Option<&mut Row>) {
        for (index, number, bytes) in message.developer_fields() {
            let Some(description) = self.known.get_mut(&(index, number)) else { continue };
            let value = Value { base: description.base, big_endian: message.big_endian(), bytes };
            if let (Some((series, factor)), Some(row)) = (description.place, &mut row) {
                if let Some(raw) = value.number() {
                    row.set(series, (raw / description.scale - description.offset) * factor);
                }
            } else if let Some(column) = slot(&mut self.columns, description, message.number) {
                let (at, scale, offset) = (moment(message), description.scale, description.offset);
                for raw in value.numbers().flatten() {
                    if self.count == MOST_VALUES {
                        self.refused += 1;
                    } else {
                        self.count += 1;
                        column.values.push((at, raw / scale - offset));
                    }
                }
            } else {
                count(&mut self.homeless, &description.name);
            }
        }
    }

    pub(super) fn finish(self, issues: &mut Vec<Issue>) {
        issues.extend(self.homeless.into_iter().map(|(name, count)| {
            let message = format!("a developer field that has no place, {count} times");
            Issue::new(IssueCode::Unknown, format!("developer.{name}"), message)
        }));
    }
}

/// Where the values of a field in one kind of message are collected; none for text, and beyond the limit.
fn slot<'a>(
    columns: &'a mut Vec<DeveloperColumn>,
    description: &mut Description,
    message: u16,
) -> Option<&'a mut DeveloperColumn> {
    if description.base == Base::Text {
        return None;
    }
    let known = description.slots.iter().find(|(kind, _)| *kind == message).map(|(_, slot)| *slot);
    let slot = match known {
        Some(slot) => slot,
        None => {
            let is_it = |column: &DeveloperColumn| {
                column.message_number == message
                    && column.name == description.name
                    && column.unit == description.unit
                    && column.application == description.application
            };
            let slot = columns.iter().position(is_it).unwrap_or(columns.len());
            if slot == MOST_NAMES {
                return None;
            }
            if slot == columns.len() {
                columns.push(DeveloperColumn {
                    name: description.name.clone(),
                    unit: description.unit.clone(),
                    application: description.application.clone(),
                    message_number: message,
                    message: names::message(u64::from(message)),
                    values: Vec::new(),
                });
            }
            description.slots.push((message, slot));
            slot
        }
    };
    columns.get_mut(slot)
}

fn count(homeless: &mut BTreeMap<String, u64>, name: &str) {
    if let Some(count) = homeless.get_mut(name) {
        *count += 1;
    } else if homeless.len() < MOST_NAMES {
        homeless.insert(name.to_owned(), 1);
    }
}

/// What sums something up belongs to when that began; its own time is that of writing.
fn moment(message: &Message<'_>) -> Option<Timestamp> {
    let began = match MesgNum(message.number) {
        MesgNum::SESSION => message.instant(mesgdef::Session::START_TIME),
        MesgNum::LAP => message.instant(mesgdef::Lap::START_TIME),
        MesgNum::LENGTH => message.instant(mesgdef::Length::START_TIME),
        MesgNum::SET => message.instant(mesgdef::Set::START_TIME),
        _ => None,
    };
    began.or_else(|| message.time())
}
