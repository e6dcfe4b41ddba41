//! Files of a Takeout.

use super::Fitbit;
use crate::{Provider, recognise};
use model::{Context, Mapped, PartMeta, Record, SeriesType, SleepStage};

fn map(part_type: &str, bytes: &[u8]) -> Mapped {
    let found = recognise(bytes).unwrap();
    assert_eq!((found.provider.as_str(), found.part_type), ("fitbit", part_type));
    let meta = PartMeta { time_zone: Some("Europe/Berlin".into()), ..PartMeta::default() };
    Fitbit.map(found.part_type, &meta, &mut &*bytes)
}

#[test]
fn heart_rates_are_in_utc_and_zeros_are_none() {
    let mapped = map("export_heart_rate", include_bytes!("fixtures/export_heart_rate/day.json"));
    let [Record::Samples(batch)] = mapped.records.as_slice() else { panic!("{:?}", mapped.records) };
    let shown: Vec<_> = batch.points.iter().map(|point| (point.start.to_string(), point.value)).collect();
    assert_eq!(shown, [("2026-01-05T08:00:12Z".to_owned(), 61.0), ("2026-01-05T08:00:17Z".to_owned(), 62.0)]);
    assert_eq!((mapped.items, mapped.issues.len()), (4, 2));
    let resting = map("export_resting_heart_rate", include_bytes!("fixtures/export_resting_heart_rate/days.json"));
    let [Record::Samples(batch)] = resting.records.as_slice() else { panic!("{:?}", resting.records) };
    assert_eq!((batch.series, batch.context), (SeriesType::RESTING_HEART_RATE, Context::DAILY));
    assert_eq!((batch.points.len(), batch.points[0].value, resting.issues.len()), (1, 55.25, 1));
}

#[test]
fn a_night_has_its_stages_at_the_persons_time() {
    let mapped = map("export_sleep", include_bytes!("fixtures/export_sleep/night.json"));
    let [Record::Sleep(night)] = mapped.records.as_slice() else { panic!("{:?}", mapped.records) };
    assert_eq!((night.external_id.as_str(), night.start.to_string().as_str()), ("77", "2026-01-04T22:10:30Z"));
    assert_eq!((night.detail.is_nap, night.detail.deep_s), (Some(false), Some(1800.0)));
    let stages: Vec<_> = night.detail.stages.iter().map(|stage| stage.stage).collect();
    assert_eq!(stages, [SleepStage::Awake, SleepStage::Light, SleepStage::Deep, SleepStage::Rem]);
    assert_eq!((night.offset.unwrap().seconds, mapped.issues.len()), (3600, 0));
}
