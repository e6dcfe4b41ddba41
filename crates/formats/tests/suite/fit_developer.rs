//! What applications on a device add: in its series, in the workout, or counted; never lost unseen.

use crate::fit_writer::{FitWriter, TEXT, UINT8, UINT16, UINT32, at, run, session};
use formats::fit::{self, FitFile};
use model::{DeveloperField, IssueCode, ProviderName, Record, SeriesType, Source, WorkoutRecord};
use proptest::prelude::*;

const RECORD: u16 = 20;
const LAP: u16 = 19;
const SESSION: u16 = 18;
const NONE: u8 = 0xFF;
/// Local number of the definition of descriptions.
const DESCRIPTIONS: u8 = 7;

fn read(file: &FitWriter) -> FitFile {
    fit::read(&mut file.bytes().as_slice())
}

fn workout(file: &FitFile) -> WorkoutRecord {
    fit::to_workout(file, "activity-1", Source::of(ProviderName::from_static("garmin"))).unwrap()
}

/// The application with index 0.
fn application(file: &mut FitWriter) {
    file.define(6, 207, &[(3, 1, UINT8), (1, 16, 0x0D)]).data(6, &[&[0], &[0xA7; 16]]);
}

fn describe(file: &mut FitWriter, number: u8, base: u8, name: &str, unit: &str, native: u8) {
    let fields = [(0, 1, UINT8), (1, 1, UINT8), (2, 1, UINT8), (3, 16, TEXT), (8, 8, TEXT), (15, 1, UINT8)];
    let mut padded = [[0; 16], [0; 16]];
    padded[0][..name.len()].copy_from_slice(name.as_bytes());
    padded[1][..unit.len()].copy_from_slice(unit.as_bytes());
    file.define(DESCRIPTIONS, 206, &fields);
    file.data(DESCRIPTIONS, &[&[0, number, base], &padded[0], &padded[1][..8], &[native]]);
}

fn field(name: &str, message: &str, values: &[f64], shown: bool) -> DeveloperField {
    DeveloperField {
        name: Some(name.to_owned()),
        unit: Some("points".to_owned()),
        application_id: Some("a7".repeat(16)),
        message: Some(message.to_owned()),
        samples: Some(values.len() as u64),
        min: values.iter().copied().reduce(f64::min),
        avg: Some(values.iter().sum::<f64>() / values.len() as f64),
        max: values.iter().copied().reduce(f64::max),
        last: values.last().copied(),
        values: if shown { values.to_vec() } else { Vec::new() },
    }
}

#[test]
fn a_developer_field_that_stands_for_a_series_goes_there_and_text_is_named_once() {
    let mut file = FitWriter::default();
    describe(&mut file, 0, UINT16, "Power", "W", 7);
    describe(&mut file, 1, TEXT, "Mood", "", NONE);
    file.define_developer(1, RECORD, &[(253, 4, UINT32)], &[(0, 2, 0), (1, 2, 0)]);
    file.data(1, &[&at(0), &250u16.to_le_bytes(), b"ok"]).data(1, &[&at(1), &260u16.to_le_bytes(), b"ok"]);
    let file = read(&file);
    let power: Vec<_> = file.whole().column(SeriesType::POWER).iter().map(|point| point.value).collect();
    assert_eq!(power, [250.0, 260.0]);
    let unknown: Vec<_> = file.issues.iter().filter(|issue| issue.code == IssueCode::Unknown).collect();
    assert_eq!(unknown.len(), 1);
    assert_eq!(unknown[0].path, "developer.Mood");
    assert!(unknown[0].message.contains("2 times"));
    assert_eq!(workout(&file).detail.developer_fields, []);
}

#[test]
fn other_numbers_are_shown_with_name_unit_application_and_values() {
    let mut file = run(3);
    application(&mut file);
    describe(&mut file, 0, UINT16, "Leg spring", "points", NONE);
    describe(&mut file, 1, UINT8, "Effort", "points", NONE);
    file.define_developer(8, RECORD, &[(253, 4, UINT32)], &[(0, 2, 0)]);
    for (second, value) in [(0, 90u16), (1, 0xFFFF), (2, 96)] {
        file.data(8, &[&at(second), &value.to_le_bytes()]);
    }
    file.define_developer(9, LAP, &[(253, 4, UINT32), (2, 4, UINT32)], &[(1, 1, 0)]);
    file.data(9, &[&at(1), &at(0), &[4]]).data(9, &[&at(3), &at(1), &[7]]);
    let read = read(&file);
    assert_eq!(read.issues, []);
    let fields = workout(&read).detail.developer_fields;
    let expected = [field("Leg spring", "record", &[90.0, 96.0], false), field("Effort", "lap", &[4.0, 7.0], true)];
    assert_eq!(fields, expected);
}

#[test]
fn each_sport_has_what_was_added_during_it() {
    let mut file = FitWriter::default();
    application(&mut file);
    describe(&mut file, 0, UINT8, "Effort", "points", NONE);
    session(&mut file, 0, 10, 1);
    session(&mut file, 10, 10, 2);
    file.define_developer(1, RECORD, &[(253, 4, UINT32)], &[(0, 1, 0)]);
    for second in 0..20u8 {
        file.data(1, &[&at(u32::from(second)), &[second]]);
    }
    let records = fit::to_records(&read(&file), ProviderName::from_static("upload"));
    let sampled = |record: &Record| match record {
        Record::Workout(workout) => {
            let [field] = workout.detail.developer_fields.as_slice() else { panic!("{:?}", workout.detail) };
            (field.samples, field.min, field.max)
        }
        other => panic!("{other:?}"),
    };
    let found: Vec<_> = records.iter().map(sampled).collect();
    let expected = [(20, 0.0, 19.0), (10, 0.0, 9.0), (10, 10.0, 19.0)];
    assert_eq!(found, expected.map(|(samples, min, max)| (Some(samples), Some(min), Some(max))));
}

#[test]
fn values_beyond_the_limit_are_counted() {
    let mut file = FitWriter::default();
    describe(&mut file, 0, UINT8, "Effort", "points", NONE);
    file.define_developer(1, RECORD, &[(253, 4, UINT32)], &[(0, 200, 0)]);
    for second in 0..5_001 {
        file.data(1, &[&at(second), &[9; 200]]);
    }
    let file = read(&file);
    assert_eq!(workout(&file).detail.developer_fields[0].samples, Some(1_000_000));
    assert_eq!(file.issues[0].code, IssueCode::Truncated);
    assert!(file.issues[0].message.contains("200 samples"));
}

/// Applications, descriptions, and messages with fields that may or may not be described.
fn arbitrary_file() -> impl Strategy<Value = Vec<u8>> {
    let described = proptest::collection::vec((0u8..4, any::<u8>(), "[a-z]{0,16}", any::<u8>()), 0..6);
    let kind = prop::sample::select(vec![RECORD, LAP, SESSION, 21, 101, 225, 7_777]);
    let own = proptest::collection::vec((0u8..5, 0u8..40, 0u8..2), 1..4);
    let messages = proptest::collection::vec((kind, own, proptest::collection::vec(any::<u8>(), 0..300)), 1..8);
    (described, messages).prop_map(|(described, messages)| {
        let mut file = run(3);
        application(&mut file);
        for (number, base, name, native) in described {
            describe(&mut file, number, base, &name, "u", native);
        }
        for (kind, own, bytes) in messages {
            let size: usize = own.iter().map(|(_, size, _)| usize::from(*size)).sum();
            file.define_developer(1, kind, &[(253, 4, UINT32)], &own);
            for (second, payload) in (0..).zip(bytes.chunks_exact(size.max(1)).filter(|_| size > 0)) {
                file.data(1, &[&at(second), payload]);
            }
        }
        file.bytes()
    })
}

proptest! {
    #[test]
    fn arbitrary_developer_fields_never_panic_and_stay_finite(bytes in arbitrary_file()) {
        let file = fit::read(&mut bytes.as_slice());
        let _ = fit::to_records(&file, ProviderName::from_static("upload"));
        for field in workout(&file).detail.developer_fields {
            let numbers = [field.min, field.avg, field.max, field.last];
            prop_assert!(numbers.iter().chain(&field.values.iter().copied().map(Some).collect::<Vec<_>>())
                .all(|number| number.is_some_and(f64::is_finite)), "{field:?}");
            prop_assert!(field.min <= field.max);
        }
    }
}
