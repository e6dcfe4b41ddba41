//! Real FIT files, read where they lie, against what independent readers found in them.

use formats::fit::{self, FitFile, FitPart};
use model::{IssueCode, ProviderName, Record, SeriesType, Timestamp};
use rustyfit::{DecoderBuilder, DecoderEvent, StreamingIterator as _};
use serde_json::Value;
use std::{collections::BTreeMap, path::PathBuf};

fn samples() -> Option<(PathBuf, Value)> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared/samples");
    let Ok(text) = std::fs::read_to_string(folder.join("fit-expected.json")) else {
        eprintln!("SKIPPED: no sample files at {}; nothing was compared", folder.display());
        return None;
    };
    Some((folder.join("fit"), serde_json::from_str(&text).unwrap()))
}

fn each(mut check: impl FnMut(&str, &[u8], &FitFile, &Value)) {
    let Some((folder, expected)) = samples() else { return };
    for (name, expected) in expected["files"].as_object().unwrap() {
        let bytes = std::fs::read(folder.join(name)).unwrap();
        let file = fit::read(&mut bytes.as_slice());
        check(name, &bytes, &file, expected);
    }
}

/// Collects what differs, so that one run shows all.
#[derive(Default)]
struct Differences(Vec<String>);

impl Differences {
    fn equal<T: PartialEq + std::fmt::Debug>(&mut self, what: String, ours: T, theirs: T) {
        if ours != theirs {
            self.0.push(format!("{what}: {ours:?}, expected {theirs:?}"));
        }
    }

    fn close(&mut self, what: String, ours: Option<f64>, theirs: Option<f64>) {
        let same = match (ours, theirs) {
            (Some(ours), Some(theirs)) => (ours - theirs).abs() < 0.006,
            (ours, theirs) => ours.is_none() == theirs.is_none(),
        };
        if !same {
            self.0.push(format!("{what}: {ours:?}, expected {theirs:?}"));
        }
    }

    fn none(self) {
        assert!(self.0.is_empty(), "{} differences:\n{}", self.0.len(), self.0.join("\n"));
    }
}

fn time(value: &Value) -> Option<Timestamp> {
    value.as_str().map(|text| Timestamp::parse_rfc3339(text).unwrap())
}

fn compare_sessions(name: &str, file: &FitPart, expected: &Value, differences: &mut Differences) {
    for (index, (ours, theirs)) in file.sessions.iter().zip(expected["session"].as_array().unwrap()).enumerate() {
        let at = |field: &str| format!("{name} session {index} {field}");
        let text = |field: &str| theirs[field].as_str().map(str::to_owned);
        let detail = &ours.detail;
        differences.equal(at("sport"), ours.sport.name(), text("sport"));
        differences.equal(at("sub_sport"), ours.sport.sub_name(), text("sub_sport"));
        differences.equal(at("start"), ours.start, time(&theirs["start_time"]));
        for (field, ours) in [
            ("total_distance", detail.distance_m),
            ("total_timer_time", detail.timer_s),
            ("total_elapsed_time", detail.elapsed_s),
            ("avg_heart_rate", detail.heart_rate_avg_bpm),
            ("max_heart_rate", detail.heart_rate_max_bpm),
            ("avg_power", detail.power_avg_w),
            ("total_calories", detail.energy_kcal),
            ("pool_length", detail.pool_length_m),
        ] {
            differences.close(at(field), ours, theirs[field].as_f64());
        }
    }
}

/// Where the samples differ from the readers', and why.
fn reason_to_differ(name: &str, field: &str) -> Option<&'static str> {
    match (name, field) {
        ("DeveloperData.fit", "record_hr" | "distance") => Some("its records say no time, so they are no samples"),
        ("20170518-191602-1740899583.fit" | "mornindew-broken.fit", "record_power") => {
            Some("power is in a developer field, which the readers do not count as power")
        }
        _ => None,
    }
}

fn compare_records(name: &str, file: &FitPart, expected: &Value, differences: &mut Differences) {
    let at = |field: &str| format!("{name} record {field}");
    for (field, series) in [("record_hr", SeriesType::HEART_RATE), ("record_power", SeriesType::POWER)] {
        if reason_to_differ(name, field).is_some() {
            continue;
        }
        let points = file.column(series);
        let count = (!points.is_empty()).then_some(points.len() as u64);
        differences.equal(at(field), count, expected[field]["n"].as_u64());
        let highest = points.iter().map(|point| point.value).reduce(f64::max);
        differences.close(at(&format!("{field} max")), highest, expected[field]["max"].as_f64());
        if series == SeriesType::HEART_RATE {
            let lowest = points.iter().map(|point| point.value).reduce(f64::min);
            differences.close(at("record_hr min"), lowest, expected[field]["min"].as_f64());
        }
    }
    differences.equal(at("first"), file.record_first, time(&expected["record_first"]));
    differences.equal(at("last"), file.record_last, time(&expected["record_last"]));
    let distance = file.column(SeriesType::TOTAL_DISTANCE).last().map(|point| point.value);
    if reason_to_differ(name, "distance").is_none() {
        differences.close(at("last distance"), distance, expected["record_last_distance"].as_f64());
    }
    let positions = file.column(SeriesType::LATITUDE).len() as u64;
    differences.equal(at("positions"), Some(positions), expected["record_with_position"].as_u64());
}

#[test]
fn every_file_agrees_with_two_independent_readers() {
    let mut differences = Differences::default();
    let mut compared = 0;
    each(|name, _, file, expected| {
        if expected["agree"] != true {
            return;
        }
        compared += 1;
        let whole = file.whole();
        let theirs = &expected["sdk"];
        let count = |field: &str| theirs[field].as_u64();
        differences.equal(format!("{name} records"), Some(whole.record_count), count("records"));
        differences.equal(format!("{name} sessions"), Some(whole.sessions.len() as u64), count("sessions"));
        differences.equal(format!("{name} laps"), Some(whole.laps.len() as u64), count("laps"));
        differences.equal(format!("{name} lengths"), Some(whole.lengths.len() as u64), count("lengths"));
        differences.equal(format!("{name} sets"), Some(whole.sets.len() as u64), count("sets"));
        let beats = file.message_counts.get(&78).copied().unwrap_or(0);
        differences.equal(format!("{name} hrv"), Some(beats), count("hrv_messages"));
        compare_sessions(name, &whole, theirs, &mut differences);
        compare_records(name, &whole, theirs, &mut differences);
        let ids = file.parts.iter().map(|part| &part.id);
        differences.equal(format!("{name} files"), ids.len(), theirs["file_ids"].as_array().unwrap().len());
        for (ours, theirs) in ids.zip(theirs["file_ids"].as_array().unwrap()) {
            differences.equal(format!("{name} kind"), Some(ours.kind.as_str()), theirs["type"].as_str());
            differences.equal(format!("{name} created"), ours.detail.created, time(&theirs["time_created"]));
            differences.equal(format!("{name} serial"), ours.detail.serial_number, theirs["serial_number"].as_u64());
        }
    });
    assert!(compared == 0 || compared >= 55, "only {compared} files were compared");
    differences.none();
}

/// The two readers disagree on three files: one of them knows no compressed timestamps, the other is
/// strict where a field's size does not fit its type. There the reader that goes on is right.
#[test]
fn where_the_two_readers_disagree_the_more_patient_one_is_met() {
    let mut differences = Differences::default();
    each(|name, _, file, expected| {
        if expected["agree"] == true {
            return;
        }
        let whole = file.whole();
        let patient = if expected["fitdecode_lenient"].is_object() { "fitdecode_lenient" } else { "fitdecode" };
        let theirs = &expected[patient];
        let count = |field: &str| theirs[field].as_u64();
        differences.equal(format!("{name} records"), Some(whole.record_count), count("records"));
        differences.equal(format!("{name} sessions"), Some(whole.sessions.len() as u64), count("sessions"));
        differences.equal(format!("{name} laps"), Some(whole.laps.len() as u64), count("laps"));
        compare_sessions(name, &whole, &expected["sdk"], &mut differences);
    });
    differences.none();
}

#[test]
fn damaged_files_give_what_can_be_saved_and_say_what_is_wrong() {
    let damaged = BTreeMap::from([
        ("activity-activity-filecrc.fit", IssueCode::Damaged),
        ("activity-filecrc.fit", IssueCode::Damaged),
        ("activity-settings-corruptheader.fit", IssueCode::Damaged),
        ("activity-settings-nodata.fit", IssueCode::Truncated),
        ("activity-unexpected-eof.fit", IssueCode::Truncated),
        ("nick.fit", IssueCode::Truncated),
        ("strava-android-app-201.10-b1218918.fit", IssueCode::Damaged),
    ]);
    let mut seen = 0;
    each(|name, _, file, expected| {
        let has = |codes: &[IssueCode]| file.issues.iter().any(|issue| codes.contains(&issue.code));
        if let Some(code) = damaged.get(name) {
            seen += 1;
            assert!(has(&[*code]), "{name} says {:?}", file.issues);
            assert!(file.whole().record_count > 0, "{name} lost its records");
        } else if expected["fitdecode"]["error"].is_null() {
            assert!(!has(&[IssueCode::Damaged, IssueCode::Truncated]), "{name} is sound but has {:?}", file.issues);
        }
    });
    assert!(seen == 0 || seen == damaged.len());
}

/// Counts by message kind from another decoder, over the whole file.
fn counts_of_another_decoder(bytes: &[u8]) -> BTreeMap<u16, u64> {
    let mut decoder = DecoderBuilder::new().checksum(false).expand_components(false).build();
    let mut stream = decoder.stream(bytes);
    let mut counts = BTreeMap::new();
    while let Some(Ok(event)) = stream.next() {
        if let DecoderEvent::Message(message) = event {
            *counts.entry(message.num.0).or_default() += 1;
        }
    }
    counts
}

#[test]
fn every_kind_of_message_is_found_as_often_as_another_decoder_finds_it() {
    each(|name, bytes, file, _| {
        assert_eq!(file.message_counts, counts_of_another_decoder(bytes), "{name}");
    });
}

#[test]
fn every_workout_reaches_the_model_with_its_samples() {
    each(|name, _, file, _| {
        let records = fit::to_records(file, ProviderName::from_static("upload"));
        let workouts: Vec<_> = records
            .iter()
            .filter_map(|record| match record {
                Record::Workout(workout) => Some(workout),
                _ => None,
            })
            .collect();
        let parts = workouts.iter().filter(|workout| workout.detail.is_parent != Some(true));
        assert_eq!(
            parts.clone().count(),
            file.parts
                .iter()
                .map(|part| part.sessions.len().max(usize::from(part.record_first.is_some())))
                .sum::<usize>(),
            "{name}"
        );
        let laps: usize = parts.clone().map(|workout| workout.detail.laps.len()).sum();
        assert_eq!(laps, file.whole().laps.len(), "{name}: each lap belongs to one part");
        let positions: usize = parts.flat_map(|workout| &workout.samples).map(positions).sum();
        let stray = file.issues.iter().any(|issue| issue.message.contains("days away"));
        assert!(stray || positions == file.whole().column(SeriesType::LATITUDE).len(), "{name}: {positions} positions");
        let ids: std::collections::BTreeSet<_> = workouts.iter().map(|workout| &workout.external_id).collect();
        assert_eq!(ids.len(), workouts.len(), "{name}: ids are unique");
    });
}

fn positions(batch: &model::SampleBatch) -> usize {
    if batch.series == SeriesType::LATITUDE { batch.points.len() } else { 0 }
}
