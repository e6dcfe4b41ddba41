//! Developer fields: what applications on a device add, described inside the file itself.
//!
//! A field that stands for one of the protocol's own, or has a well-known name, goes to its series.
//! The others are counted and named once.

use super::{
    record::{FIELDS, Row},
    value::{Base, Value},
    wire::Message,
};
use model::{Issue, IssueCode, SeriesType};
use rustyfit::profile::{mesgdef::FieldDescription as Field, typedef::MesgNum};
use std::collections::BTreeMap;

const MOST_NAMES: usize = 100;
const LONGEST_NAME: usize = 64;

struct Description {
    base: Base,
    scale: f64,
    offset: f64,
    name: String,
    /// The series and what one of the field's units is worth in it.
    place: Option<(SeriesType, f64)>,
}

/// The descriptions of a file, and the fields that found no place.
#[derive(Default)]
pub(super) struct DeveloperFields {
    known: BTreeMap<(u8, u8), Description>,
    homeless: BTreeMap<String, u64>,
}

impl DeveloperFields {
    /// Developer fields are described anew in each sequence.
    pub(super) fn forget_descriptions(&mut self) {
        self.known.clear();
    }

    pub(super) fn describe(&mut self, message: &Message<'_>) {
        let byte = |field| message.unsigned(field).and_then(|value| u8::try_from(value).ok());
        let (Some(index), Some(number)) = (byte(Field::DEVELOPER_DATA_INDEX), byte(Field::FIELD_DEFINITION_NUMBER))
        else {
            return;
        };
        let name: String = message.text(Field::FIELD_NAME).unwrap_or_default().chars().take(LONGEST_NAME).collect();
        let units = message.text(Field::UNITS).unwrap_or_default().to_lowercase();
        let native_message = message.unsigned(Field::NATIVE_MESG_NUM);
        let native = byte(Field::NATIVE_FIELD_NUM)
            .filter(|_| native_message.is_none_or(|number| number == u64::from(MesgNum::RECORD.0)));
        let description = Description {
            base: Base::of(byte(Field::FIT_BASE_TYPE_ID).unwrap_or(2)),
            scale: message.number(Field::SCALE).filter(|scale| *scale != 0.0).unwrap_or(1.0),
            offset: message.number(Field::OFFSET).unwrap_or(0.0),
            place: native.and_then(|number| by_number(number, &units)).or_else(|| by_name(&name, &units)),
            name: if name.is_empty() { format!("{index}.{number}") } else { name },
        };
        self.known.insert((index, number), description);
    }

    /// Puts the developer fields of a record into the row; those of other messages are only counted.
    pub(super) fn read(&mut self, message: &Message<'_>, mut row: Option<&mut Row>) {
        for (index, number, bytes) in message.developer_fields() {
            let Some(description) = self.known.get(&(index, number)) else { continue };
            let value = Value { base: description.base, big_endian: message.big_endian(), bytes };
            match (description.place, &mut row) {
                (Some((series, factor)), Some(row)) => {
                    if let Some(raw) = value.number() {
                        row.set(series, (raw / description.scale - description.offset) * factor);
                    }
                }
                _ => self.homeless_one(index, number),
            }
        }
    }

    fn homeless_one(&mut self, index: u8, number: u8) {
        let Some(description) = self.known.get(&(index, number)) else { return };
        if let Some(count) = self.homeless.get_mut(&description.name) {
            *count += 1;
        } else if self.homeless.len() < MOST_NAMES {
            self.homeless.insert(description.name.clone(), 1);
        }
    }

    pub(super) fn finish(self, issues: &mut Vec<Issue>) {
        issues.extend(self.homeless.into_iter().map(|(name, count)| {
            let message = format!("a developer field that has no place, {count} times");
            Issue::new(IssueCode::Unknown, format!("developer.{name}"), message)
        }));
    }
}

/// The value of a field that stands for a native one is in the native one's unit, unless it says another.
fn by_number(number: u8, units: &str) -> Option<(SeriesType, f64)> {
    let spec = FIELDS.iter().find(|spec| spec.number == number)?;
    Some((spec.series, factor(spec.series, units).unwrap_or(spec.factor)))
}

fn by_name(name: &str, units: &str) -> Option<(SeriesType, f64)> {
    let plain: String = name.to_lowercase().chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '_' }).collect();
    let series = match plain.trim_matches('_') {
        "heart_rate" | "heartrate" | "hr" => SeriesType::HEART_RATE,
        "power" => SeriesType::POWER,
        "cadence" => SeriesType::CADENCE,
        "speed" => SeriesType::SPEED,
        "distance" => SeriesType::TOTAL_DISTANCE,
        "core_temperature" | "core_body_temperature" | "core_temp" => SeriesType::BODY_TEMPERATURE,
        "skin_temperature" => SeriesType::SKIN_TEMPERATURE,
        "respiration_rate" | "respiratory_rate" | "breathing_rate" => SeriesType::RESPIRATORY_RATE,
        "ground_time" | "ground_contact_time" | "stance_time" => SeriesType::RUNNING_GROUND_CONTACT_TIME,
        "vertical_oscillation" => SeriesType::RUNNING_VERTICAL_OSCILLATION,
        _ => return None,
    };
    Some((series, factor(series, units).unwrap_or(1.0)))
}

/// What one of the stated units is worth in the series' unit; `None` when the unit says nothing more.
fn factor(series: SeriesType, units: &str) -> Option<f64> {
    let centimeters = [SeriesType::RUNNING_VERTICAL_OSCILLATION, SeriesType::RUNNING_STRIDE_LENGTH];
    Some(match units {
        "mm" | "millimeters" if centimeters.contains(&series) => 0.1,
        "cm" | "centimeters" if centimeters.contains(&series) => 1.0,
        "m" | "meters" if centimeters.contains(&series) => 100.0,
        // The column counts strides of one foot, as the protocol does.
        "spm" | "steps/min" if series == SeriesType::CADENCE => 0.5,
        "km" if series == SeriesType::TOTAL_DISTANCE => 1000.0,
        "km/h" | "kph" if series == SeriesType::SPEED => 1.0 / 3.6,
        "s" if series == SeriesType::RUNNING_GROUND_CONTACT_TIME => 1000.0,
        _ => return None,
    })
}
