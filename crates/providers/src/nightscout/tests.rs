//! Entries and treatments.

use super::Nightscout;
use crate::{Provider, recognise};
use model::{Context, IssueCode, Mapped, PartMeta, Record, SeriesType};

fn map(part_type: &str, bytes: &[u8]) -> Mapped {
    let found = recognise(bytes).unwrap();
    assert_eq!((found.provider.as_str(), found.part_type), ("nightscout", part_type));
    Nightscout.map(found.part_type, &PartMeta::default(), &mut &*bytes)
}

fn points(mapped: &Mapped) -> Vec<(SeriesType, Context, String, f64, Option<i32>)> {
    let shown = |record: &Record| match record {
        Record::Samples(batch) => {
            let point = batch.points[0];
            let offset = batch.offset.map(|offset| offset.seconds);
            (batch.series, batch.context, point.start.to_string(), point.value, offset)
        }
        other => panic!("{other:?}"),
    };
    mapped.records.iter().map(shown).collect()
}

#[test]
fn sensor_and_meter_are_told_apart_and_codes_of_failure_are_no_glucose() {
    let mapped = map("export_entries", include_bytes!("fixtures/export_entries/sensor_and_meter.json"));
    let glucose = SeriesType::BLOOD_GLUCOSE;
    let wanted = [
        (glucose, Context::SAMPLES, "2026-01-05T08:00:00Z".to_owned(), 118.0, Some(3600)),
        (glucose, Context::ON_DEMAND, "2026-01-05T08:05:00Z".to_owned(), 121.0, None),
    ];
    assert_eq!(points(&mapped), wanted);
    let codes: Vec<_> = mapped.issues.iter().map(|issue| issue.code).collect();
    assert_eq!((mapped.items, codes), (5, vec![IssueCode::Missing, IssueCode::Unmapped, IssueCode::Unmapped]));
}

#[test]
fn doses_and_checks_of_treatments_are_kept() {
    let mapped = map("export_treatments", include_bytes!("fixtures/export_treatments/day.json"));
    let wanted = [
        (SeriesType::INSULIN_DELIVERY, Context::MANUAL, "2026-01-05T08:00:00Z".to_owned(), 4.5, Some(3600)),
        (SeriesType::BLOOD_GLUCOSE, Context::MANUAL, "2026-01-05T09:00:00Z".to_owned(), 6.1 * 18.0182, None),
    ];
    assert_eq!(points(&mapped), wanted);
    assert_eq!(mapped.issues.len(), 1);
}
