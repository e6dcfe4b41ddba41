//! LibreView's tables: units, the order of day and month, and what has no place.

use super::Libre;
use crate::{Provider, recognise};
use model::{Context, IssueCode, Mapped, PartMeta, Record, SeriesType};
use std::path::Path;

const DAY_FIRST: &str = include_str!("fixtures/export_glucose/day_first.csv");
const MONTH_FIRST: &str = include_str!("fixtures/export_glucose/month_first.csv");

fn map(text: &[u8], zone: Option<&str>) -> Mapped {
    let found = recognise(text).unwrap();
    assert_eq!((found.provider.as_str(), found.part_type), ("libre", "export_glucose"));
    let meta = PartMeta { time_zone: zone.map(str::to_owned), ..PartMeta::default() };
    Libre.map(found.part_type, &meta, &mut &*text)
}

fn points(mapped: &Mapped) -> Vec<(SeriesType, Context, Option<String>, String, f64)> {
    let batches = mapped.records.iter().map(|record| match record {
        Record::Samples(batch) => batch,
        other => panic!("{other:?}"),
    });
    let shown = |batch: &model::SampleBatch| {
        let (series, context, app) = (batch.series, batch.context, batch.source.app.clone());
        let point = move |point: &model::Point| (series, context, app.clone(), point.start.to_string(), point.value);
        batch.points.iter().map(point).collect::<Vec<_>>()
    };
    batches.flat_map(shown).collect()
}

#[test]
fn readings_are_milligrams_at_the_persons_time_and_doses_are_told_apart() {
    let mapped = map(DAY_FIRST.as_bytes(), Some("Europe/Berlin"));
    let glucose = |context, app: Option<&str>, at: &str, millimoles: f64| {
        (SeriesType::BLOOD_GLUCOSE, context, app.map(str::to_owned), at.to_owned(), millimoles * 18.0182)
    };
    let dose = |app: &str, units| {
        let at = "2025-12-05T16:05:00Z".to_owned();
        (SeriesType::INSULIN_DELIVERY, Context::MANUAL, Some(app.to_owned()), at, units)
    };
    let wanted = [
        glucose(Context::SAMPLES, None, "2025-12-05T15:25:00Z", 6.3),
        glucose(Context::ON_DEMAND, None, "2025-12-13T08:00:00Z", 7.0),
        glucose(Context::ON_DEMAND, Some("strip"), "2025-12-05T16:00:00Z", 5.5),
        dose("rapid-acting", 4.0),
        dose("long-acting", 12.0),
    ];
    assert_eq!(points(&mapped), wanted);
    let told: Vec<_> = mapped.issues.iter().map(|issue| (issue.code, issue.path.as_str())).collect();
    assert_eq!(told, [(IssueCode::Unmapped, "record type 5"), (IssueCode::Unmapped, "record type 6")]);
    assert_eq!(mapped.items, 6);
}

#[test]
fn american_files_put_the_month_first_and_bad_rows_cost_themselves() {
    let mapped = map(MONTH_FIRST.as_bytes(), Some("UTC"));
    let shown: Vec<_> = points(&mapped).into_iter().map(|(_, _, _, at, value)| (at, value)).collect();
    assert_eq!(shown, [("2026-03-14T13:30:00Z".to_owned(), 113.0), ("2026-03-14T00:45:00Z".to_owned(), 99.0)]);
    assert_eq!(mapped.issues.iter().map(|issue| issue.code).collect::<Vec<_>>(), [IssueCode::Invalid; 2]);
}

#[test]
fn without_a_zone_nothing_is_invented_and_an_issue_says_so() {
    let mapped = map(MONTH_FIRST.as_bytes(), None);
    let Record::Samples(batch) = &mapped.records[0] else { panic!() };
    assert_eq!((batch.offset, batch.points[0].start.to_string().as_str()), (None, "2026-03-14T13:30:00Z"));
    assert!(mapped.issues.iter().any(|issue| issue.code == IssueCode::Missing && issue.path == "time_zone"));
}

/// Rows in are rows stored and rows explained.
#[test]
fn recorded_files_are_stored_or_explained_row_by_row() {
    let folder = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/samples/libre"));
    if !folder.is_dir() {
        eprintln!("SKIPPED: {} is not here, so no recorded file was looked at", folder.display());
        return;
    }
    let files = ["glyco-tiny_sample.csv", "glyco-tiny_sample_delimiter.csv", "glyco-tiny_sample_type6.csv"];
    for (name, rows) in files.into_iter().zip([6, 4, 345]) {
        let mapped = map(&std::fs::read(folder.join(name)).unwrap(), Some("Europe/Berlin"));
        let explained: u64 = mapped
            .issues
            .iter()
            .map(|issue| match issue.code {
                IssueCode::Unmapped => issue.message.split(' ').next().unwrap().parse().unwrap(),
                _ => 1,
            })
            .sum();
        assert_eq!((mapped.items, points(&mapped).len() as u64 + explained), (rows, u64::from(rows)), "{name}");
    }
}
