//! Files of Google Fit.

use super::Google;
use crate::{Provider, recognise};
use model::{Context, IssueCode, Mapped, PartMeta, Record, SampleBatch, SeriesType, SleepStage};

fn map(part_type: &str, bytes: &[u8]) -> Mapped {
    let found = recognise(bytes).unwrap();
    assert_eq!((found.provider.as_str(), found.part_type), ("google", part_type));
    let meta = PartMeta { time_zone: Some("Europe/Berlin".into()), ..PartMeta::default() };
    Google.map(found.part_type, &meta, &mut &*bytes)
}

fn samples(record: &Record) -> Option<&SampleBatch> {
    if let Record::Samples(batch) = record { Some(batch) } else { None }
}

#[test]
fn a_point_has_its_interval_and_the_device_that_recorded_it() {
    let mapped = map("export_points", include_bytes!("fixtures/export_points/steps.json"));
    let batches: Vec<_> = mapped.records.iter().filter_map(samples).collect();
    let devices: Vec<_> = batches.iter().map(|batch| batch.source.device.as_deref()).collect();
    assert_eq!(devices, [Some("Maker Watch"), Some("merge_step_deltas"), Some("Maker Phone")]);
    assert_eq!(batches[0].source.app.as_deref(), Some("com.example.app"));
    let point = batches[0].points[0];
    assert_eq!(
        (point.start.to_string().as_str(), point.duration_us, point.value),
        ("2026-03-01T15:20:00Z", 60_000_000, 120.0)
    );
    assert_eq!(mapped.items, 6);
    let codes: Vec<_> = mapped.issues.iter().map(|issue| issue.code).collect();
    assert_eq!(codes, [IssueCode::Invalid, IssueCode::Invalid, IssueCode::Unmapped]);
}

#[test]
fn units_become_the_series_own() {
    let mapped = map("export_points", include_bytes!("fixtures/export_points/all.json"));
    let value = |series: SeriesType| {
        mapped.records.iter().filter_map(samples).find(|batch| batch.series == series).unwrap().points[0].value
    };
    assert_eq!(value(SeriesType::HEIGHT), 180.0);
    assert_eq!(value(SeriesType::HYDRATION), 250.0);
    assert!((value(SeriesType::BLOOD_GLUCOSE) - 99.1).abs() < 0.01);
    assert_eq!((value(SeriesType::LATITUDE), value(SeriesType::ELEVATION)), (52.5, 34.5));
    assert_eq!(mapped.issues, []);
}

#[test]
fn segments_are_stages_of_which_nights_are_made() {
    let mapped = map("export_points", include_bytes!("fixtures/export_points/sleep.json"));
    let [Record::Samples(batch)] = mapped.records.as_slice() else { panic!("{:?}", mapped.records) };
    let stages: Vec<_> = batch.points.iter().map(|point| SleepStage::of_value(point.value).unwrap()).collect();
    assert_eq!(
        (batch.context, stages.as_slice()),
        (Context::SLEEP_STAGES, [SleepStage::Light, SleepStage::Deep].as_slice())
    );
    assert_eq!(mapped.issues.len(), 1);
}

#[test]
fn days_are_the_persons_and_their_quarters_say_no_day() {
    let mapped = map("export_days", include_bytes!("fixtures/export_days/days.csv"));
    let [Record::Daily(first), Record::Daily(second)] = mapped.records.as_slice() else {
        panic!("{:?}", mapped.records)
    };
    assert_eq!(
        (first.external_id.as_str(), first.start.to_string().as_str()),
        ("day:2026-03-01", "2026-02-28T23:00:00Z")
    );
    assert_eq!(
        (first.detail.active_s, first.detail.heart_rate_min_bpm, first.samples.len()),
        (Some(2700.0), Some(52.0), 5)
    );
    assert_eq!((second.samples.len(), mapped.issues.len()), (2, 1));
    let quarters = map("export_intervals", include_bytes!("fixtures/export_intervals/day.csv"));
    assert_eq!((quarters.items, quarters.records.len(), quarters.issues.len()), (2, 0, 1));
}

#[test]
fn a_session_is_a_workout_with_its_sums_or_a_sleep() {
    let run = map("export_session", include_bytes!("fixtures/export_session/run.json"));
    let [Record::Workout(run)] = run.records.as_slice() else { panic!("{:?}", run.records) };
    assert_eq!((run.start.unwrap().to_string().as_str(), run.offset.unwrap().seconds), ("2026-03-01T07:00:00Z", 3600));
    assert_eq!((run.detail.duration_s, run.detail.elapsed_s), (Some(1800.0), Some(1860.0)));
    assert_eq!(
        (run.detail.energy_kcal, run.detail.steps, run.detail.distance_m),
        (Some(390.5), Some(4800.0), Some(5000.5))
    );
    let sleep = map("export_session", include_bytes!("fixtures/export_session/sleep.json"));
    let [Record::Samples(batch)] = sleep.records.as_slice() else { panic!("{:?}", sleep.records) };
    assert_eq!((batch.offset, batch.points[0].value), (None, SleepStage::Sleeping.as_value()));
    let backwards = "{\"fitnessActivity\": \"running\", \"startTime\": \"2026-03-01T08:00:00Z\", \"endTime\": \"2026-03-01T07:00:00Z\"}";
    assert_eq!(map("export_session", backwards.as_bytes()).issues.len(), 1);
}

/// What the REST API answered has the same points; every recorded one is stored or explained.
#[test]
fn recorded_points_are_stored_or_explained_one_by_one() {
    let folder = std::path::Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/samples/google-fit"));
    let Ok(files) = std::fs::read_dir(folder) else {
        eprintln!("SKIPPED: {} is not here, so no recorded point was looked at", folder.display());
        return;
    };
    for path in files.map(|file| file.unwrap().path()) {
        let bytes = std::fs::read(&path).unwrap();
        let told = String::from_utf8_lossy(&bytes).matches("\"dataTypeName\"").count();
        let mapped = map("export_points", &bytes);
        let stored: usize = mapped.records.iter().filter_map(samples).map(|batch| batch.points.len()).sum();
        let count = |issue: &model::Issue| issue.message.split(' ').next().unwrap().parse::<usize>().unwrap();
        let explained: usize = mapped.issues.iter().map(count).sum();
        assert_eq!((mapped.items as usize, stored + explained), (told, told), "{}", path.display());
    }
}
