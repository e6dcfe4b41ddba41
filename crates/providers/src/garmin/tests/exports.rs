//! The export of an account by its owner.

use super::super::Garmin;
use crate::{Provider, recognise};
use model::{IssueCode, Mapped, PartMeta, Record, SeriesType, WorkoutType};

fn map(part_type: &str, bytes: &[u8]) -> Mapped {
    let found = recognise(bytes).unwrap();
    assert_eq!((found.provider.as_str(), found.part_type), ("garmin", part_type));
    Garmin.map(found.part_type, &PartMeta::default(), &mut &*bytes)
}

#[test]
fn an_activity_has_the_id_and_the_units_of_the_api() {
    let mapped = map("export_activities", include_bytes!("../fixtures/export_activities/two.json"));
    let [Record::Workout(run)] = mapped.records.as_slice() else { panic!("{:?}", mapped.records) };
    assert_eq!((run.external_id.as_str(), run.aliases.as_slice()), ("9100", ["9100".to_owned()].as_slice()));
    assert_eq!((run.start.unwrap().to_string().as_str(), run.offset.unwrap().seconds), ("2026-01-05T08:00:00Z", 3600));
    let detail = &run.detail;
    assert_eq!((detail.workout_type, detail.duration_s), (Some(WorkoutType::TrailRunning), Some(3600.5)));
    assert_eq!((detail.distance_m, detail.elevation_gain_m), (Some(10_123.45), Some(310.0)));
    assert!((detail.speed_avg_mps.unwrap() - 2.8).abs() < 1e-9);
    assert_eq!(detail.energy_kcal, Some(500.0));
    assert_eq!((mapped.items, mapped.issues[0].code), (2, IssueCode::Missing));
}

#[test]
fn a_day_and_a_night_have_the_ids_of_the_api() {
    let days = map("export_days", include_bytes!("../fixtures/export_days/day.json"));
    let [Record::Daily(day)] = days.records.as_slice() else { panic!("{:?}", days.records) };
    assert_eq!((day.external_id.as_str(), day.rank, day.offset.unwrap().seconds), ("day:2026-01-05", 86_400, 3600));
    let steps = day.samples.iter().find(|batch| batch.series == SeriesType::STEPS).unwrap();
    assert_eq!((steps.points[0].value, steps.points[0].start), (8123.0, day.start));
    assert!((day.detail.floors_climbed.unwrap() - 10.0).abs() < 1e-9);
    assert_eq!(days.issues.len(), 1, "a day that does not say when it began is no day");
    let nights = map("export_sleeps", include_bytes!("../fixtures/export_sleeps/night.json"));
    let [Record::Sleep(night)] = nights.records.as_slice() else { panic!("{:?}", nights.records) };
    assert_eq!((night.external_id.as_str(), night.offset), ("night:2026-01-05", None));
    assert_eq!((night.detail.asleep_s, night.detail.in_bed_s), (Some(26_400.0), Some(28_800.0)));
}
