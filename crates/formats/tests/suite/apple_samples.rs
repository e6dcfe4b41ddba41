//! Real Apple Health exports, read where they lie, against an independent count of their elements.

use formats::apple_health::{self, PieceKind};
use model::{IssueCode, ProviderName, Record, SeriesType};
use serde_json::Value;
use std::{io, path::PathBuf};

const APPLE: ProviderName = ProviderName::from_static("apple");

fn samples() -> Option<(PathBuf, Value)> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared/samples");
    let Ok(text) = std::fs::read_to_string(folder.join("apple-expected.json")) else {
        eprintln!("SKIPPED: no sample files at {}; nothing was compared", folder.display());
        return None;
    };
    Some((folder, serde_json::from_str(&text).unwrap()))
}

/// What a file holds.
#[derive(Debug, Default)]
struct Held {
    records: Vec<Record>,
    routes: usize,
    /// Records that were left out or have no place.
    explained: u64,
}

impl Held {
    fn read(bytes: &[u8]) -> Self {
        let mut held = Self::default();
        let issues = apple_health::cut::<io::Error, _>(
            || Ok(bytes),
            formats::archive::Order::ToKeep,
            |piece| {
                match piece.kind {
                    PieceKind::Elements => held.take(piece.bytes),
                    _ => held.routes += 1,
                }
                Ok(())
            },
        );
        let issues = issues.unwrap();
        assert!(issues.iter().all(|issue| issue.code == IssueCode::Unmapped), "{issues:?}");
        held
    }

    fn take(&mut self, piece: &[u8]) {
        let elements = apple_health::read(&APPLE, piece);
        for issue in elements.issues.iter().filter(|issue| issue.message.contains("records")) {
            self.explained += issue.message.split(' ').next().unwrap().parse::<u64>().unwrap();
        }
        self.records.extend(elements.records);
    }

    fn points(&self, series: SeriesType) -> Vec<(i64, f64)> {
        let mut points = Vec::new();
        for record in &self.records {
            if let Record::Samples(batch) = record
                && batch.series == series
            {
                points.extend(batch.points.iter().map(|point| (point.start.as_seconds(), point.value)));
            }
        }
        points.sort_by_key(|point| point.0);
        points
    }

    fn count(&self, of: impl Fn(&Record) -> usize) -> u64 {
        self.records.iter().map(of).sum::<usize>() as u64
    }
}

/// The counts of an XML file, wherever it stands in the expectations.
fn compare(name: &str, held: &Held, expected: &Value) {
    let points = held.count(|record| if let Record::Samples(batch) = record { batch.points.len() } else { 0 });
    assert_eq!(Some(points + held.explained), expected["records"].as_u64(), "{name}: records");
    let workouts = held.count(|record| usize::from(matches!(record, Record::Workout(_))));
    assert_eq!(Some(workouts), expected["workouts"].as_u64(), "{name}: workouts");
    let days = held.count(|record| usize::from(matches!(record, Record::Daily(_))));
    assert_eq!(Some(days), expected["activity_summaries"].as_u64(), "{name}: days");
    let routes = held.count(|record| if let Record::Workout(workout) = record { workout.aliases.len() } else { 0 });
    assert_eq!(Some(routes), expected["routes"].as_u64(), "{name}: routes");
    for (kind, count) in expected["workout_types"].as_object().unwrap() {
        let of = |record: &Record| matches!(record, Record::Workout(workout) if workout.detail.raw_type.as_deref() == Some(kind.as_str()));
        assert_eq!(Some(held.count(|record| usize::from(of(record)))), count.as_u64(), "{name}: {kind}");
    }
    for (kind, count) in expected["record_types"].as_object().unwrap() {
        let Some(metric) = apple_health::metrics::find(kind) else { continue };
        assert_eq!(Some(held.points(metric.series).len() as u64), count.as_u64(), "{name}: {kind}");
    }
}

#[test]
fn every_element_of_real_exports_is_read_or_explained() {
    let Some((folder, expected)) = samples() else { return };
    for (name, expected) in expected["files"].as_object().unwrap() {
        let held = Held::read(&std::fs::read(folder.join(name)).unwrap());
        let inner =
            expected.as_object().unwrap().iter().find(|(name, _)| name.ends_with("export.xml") && !name.contains("._"));
        let xml = if expected["records"].is_u64() { expected } else { inner.unwrap().1 };
        compare(name, &held, xml);
        if let Some(names) = expected["names"].as_array() {
            let routes = names.iter().filter(|name| name.as_str().unwrap().ends_with(".gpx")).count();
            assert_eq!(held.routes, routes, "{name}: files of routes");
        }
    }
}

/// Another program's reading of the same export, row by row.
#[test]
fn values_and_instants_are_those_that_another_reader_finds() {
    let Some((folder, _)) = samples() else { return };
    let folder = folder.join("apple-health");
    let held = Held::read(&std::fs::read(folder.join("tdda-export6s3sample.xml")).unwrap());
    for (file, series, scale) in [
        ("StepCount", SeriesType::STEPS, 1.0),
        ("DistanceWalkingRunning", SeriesType::DISTANCE_WALKING_RUNNING, 1000.0),
    ] {
        let text = std::fs::read_to_string(folder.join(format!("tdda-expected-{file}.csv"))).unwrap();
        let mut lines = text.lines();
        let names: Vec<&str> = lines.next().unwrap().split(',').collect();
        let column = |name: &str| names.iter().position(|it| *it == name).unwrap();
        let (start, value) = (column("startDate"), column("value"));
        let mut wanted: Vec<(i64, f64)> = lines
            .map(|line| {
                let cells: Vec<&str> = line.split(',').collect();
                let at = cells[start].replacen(' ', "T", 1).replace(' ', "");
                let at = format!("{}:{}", &at[..at.len() - 2], &at[at.len() - 2..]);
                let at = model::Timestamp::parse_rfc3339(&at).unwrap();
                (at.as_seconds(), cells[value].parse::<f64>().unwrap() * scale)
            })
            .collect();
        wanted.sort_by_key(|point| point.0);
        let found = held.points(series);
        assert_eq!(found.len(), wanted.len(), "{file}");
        for (found, wanted) in found.iter().zip(&wanted) {
            assert!(found.0 == wanted.0 && (found.1 - wanted.1).abs() < 1e-6, "{file}: {found:?}, expected {wanted:?}");
        }
    }
}
