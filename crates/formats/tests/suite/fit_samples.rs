//! Real FIT files, read where they lie, against what independent readers found in them.

use formats::fit::{self, FitFile, FitPart, Session};
use model::{IssueCode, ProviderName, Record, SeriesType, Timestamp};
use rustyfit::{DecoderBuilder, DecoderEvent, StreamingIterator as _, profile::typedef::MesgNum};
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
            ("avg_cadence", cadence_of(ours)),
        ] {
            if reason_to_differ(name, field).is_some() {
                continue;
            }
            differences.close(at(field), ours, theirs[field].as_f64());
        }
        // some devices count all lengths, others those that were swum, others in between
        if let Some(stated) = theirs["num_lengths"].as_u64() {
            let swum = file.lengths.iter().filter(|length| length.active == Some(true)).count() as u64;
            let within = (swum..=file.lengths.len() as u64).contains(&stated);
            differences.equal(at("num_lengths"), within, true);
        }
    }
}

/// How many laps the sessions say there are: a lap begins with the session before it ends, so only the sum is certain.
fn laps_stated(theirs: &Value) -> Option<u64> {
    let sessions = theirs["session"].as_array().filter(|sessions| !sessions.is_empty())?;
    sessions.iter().map(|session| session["num_laps"].as_u64()).sum()
}

/// The average cadence as the device counts it, without its fraction.
fn cadence_of(session: &Session) -> Option<f64> {
    let detail = &session.detail;
    let feet = detail.run_cadence_avg_spm.map(|steps| steps / 2.0);
    let others = [detail.bike_cadence_avg_rpm, detail.swim_cadence_avg_spm, detail.push_cadence_avg_ppm];
    others.into_iter().fold(feet, Option::or).map(f64::floor)
}

/// The other reader gives up on damage, unless it was told not to.
fn compare_fitdecode(name: &str, whole: &FitPart, beats: u64, expected: &Value, differences: &mut Differences) {
    let strict = &expected["fitdecode"];
    let theirs = if strict["error"].is_null() { strict } else { &expected["fitdecode_lenient"] };
    let ours = [
        ("records", whole.record_count),
        ("sessions", whole.sessions.len() as u64),
        ("laps", whole.laps.len() as u64),
        ("lengths", whole.lengths.len() as u64),
        ("hrv", beats),
    ];
    for (field, ours) in ours {
        differences.equal(format!("{name} fitdecode {field}"), Some(ours), theirs[field].as_u64());
    }
}

/// How the readers call a kind of message: by its name, or by its number where it has none.
fn kind_of(number: u16) -> String {
    let name = MesgNum(number).to_string();
    // the range that makers use as they like has names for its ends only
    if name.contains('(') || number >= MesgNum::MFG_RANGE_MIN.0 { number.to_string() } else { format!("{name}_mesgs") }
}

/// Every kind of message as often as it is there. A reader that stopped at damage has seen fewer.
fn compare_messages(name: &str, file: &FitFile, theirs: &Value, differences: &mut Differences) {
    let ours: BTreeMap<String, u64> = file.message_counts.iter().map(|(kind, n)| (kind_of(*kind), *n)).collect();
    let counts = theirs["message_counts"].as_object().unwrap();
    if theirs["errors"].as_array().unwrap().is_empty() {
        let theirs: BTreeMap<String, u64> =
            counts.iter().map(|(kind, n)| (kind.clone(), n.as_u64().unwrap())).collect();
        differences.equal(format!("{name} messages"), ours, theirs);
    } else {
        for (kind, n) in counts {
            let enough = ours.get(kind).copied().unwrap_or(0) >= n.as_u64().unwrap();
            differences.equal(format!("{name} at least as many {kind}"), enough, true);
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
        ("12129115726_ACTIVITY.fit", "laps") => Some("its session counts three laps, and it holds none"),
        (
            "2019-02-17-062644-ELEMNT-297E-195-0.fit"
            | "elemnt-bolt-no-application-id-inside-developer-data-id.fit"
            | "unterminated-strings.fit"
            | "ActivityDevFields.fit"
            | "activity_developerdata.fit"
            | "activity_poolswim.fit"
            | "chained_Activity_activity_poolswim.fit"
            | "sdk-Activity.fit",
            "product",
        ) => Some("the device tells its name, which says more than its number"),
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
        let mean = points.iter().map(|point| point.value).sum::<f64>() / points.len() as f64;
        let mean = (!points.is_empty()).then_some(mean);
        differences.close(at(&format!("{field} mean")), mean, expected[field]["mean"].as_f64());
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
        let events = file.message_counts.get(&21).copied().unwrap_or(0);
        differences.equal(format!("{name} events"), Some(events), count("events"));
        compare_messages(name, file, theirs, &mut differences);
        if let Some(laps) = laps_stated(theirs).filter(|_| reason_to_differ(name, "laps").is_none()) {
            differences.equal(format!("{name} laps that the sessions state"), whole.laps.len() as u64, laps);
        }
        compare_fitdecode(name, &whole, beats, expected, &mut differences);
        compare_sessions(name, &whole, theirs, &mut differences);
        compare_records(name, &whole, theirs, &mut differences);
        let ids = file.parts.iter().map(|part| &part.id);
        differences.equal(format!("{name} files"), ids.len(), theirs["file_ids"].as_array().unwrap().len());
        for (ours, theirs) in ids.zip(theirs["file_ids"].as_array().unwrap()) {
            differences.equal(format!("{name} kind"), Some(ours.kind.as_str()), theirs["type"].as_str());
            differences.equal(format!("{name} created"), ours.detail.created, time(&theirs["time_created"]));
            differences.equal(format!("{name} serial"), ours.detail.serial_number, theirs["serial_number"].as_u64());
            differences.equal(
                format!("{name} maker"),
                ours.detail.manufacturer.as_deref(),
                theirs["manufacturer"].as_str(),
            );
            let product = theirs["garmin_product"].as_str().map(str::to_owned);
            let product = product.or_else(|| theirs["product"].as_u64().map(|number| number.to_string()));
            if reason_to_differ(name, "product").is_none() {
                differences.equal(format!("{name} product"), ours.detail.product.clone(), product);
            }
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
