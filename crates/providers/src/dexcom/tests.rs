//! Clarity's table.

use super::Dexcom;
use crate::{Provider, recognise};
use model::{Context, IssueCode, PartMeta, Record, SeriesType};

const WEEK: &[u8] = include_bytes!("fixtures/export_clarity/week.csv");

#[test]
fn readings_calibrations_and_doses_are_kept_and_the_rest_is_counted() {
    let found = recognise(WEEK).unwrap();
    assert_eq!((found.provider.as_str(), found.part_type), ("dexcom", "export_clarity"));
    let meta = PartMeta { time_zone: Some("America/New_York".into()), ..PartMeta::default() };
    let mapped = Dexcom.map(found.part_type, &meta, &mut &*WEEK);
    let shown: Vec<_> = mapped
        .records
        .iter()
        .map(|record| match record {
            Record::Samples(batch) => (
                batch.series,
                batch.context,
                batch.source.app.as_deref(),
                batch.points[0].start.to_string(),
                batch.points[0].value,
            ),
            other => panic!("{other:?}"),
        })
        .collect();
    let wanted = [
        (SeriesType::BLOOD_GLUCOSE, Context::SAMPLES, None, "2026-01-05T05:02:11Z".to_owned(), 118.0),
        (SeriesType::BLOOD_GLUCOSE, Context::ON_DEMAND, Some("calibration"), "2026-01-05T05:10:00Z".to_owned(), 121.0),
        (SeriesType::INSULIN_DELIVERY, Context::MANUAL, Some("rapid-acting"), "2026-01-05T13:00:00Z".to_owned(), 4.5),
    ];
    assert_eq!(shown, wanted);
    let told: Vec<_> = mapped.issues.iter().map(|issue| (issue.code, issue.path.as_str())).collect();
    let unmapped = |path| (IssueCode::Unmapped, path);
    assert_eq!(told[0], (IssueCode::Invalid, "export_clarity[line 10].Glucose Value"));
    let kinds = ["Carbs", "Device", "FirstName", "LastName", "glucose beyond the sensor: low"].map(unmapped);
    assert_eq!(told[1..], kinds);
    assert_eq!(mapped.items, 9, "three kept, one refused, five explained");
}
