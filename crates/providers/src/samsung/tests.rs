//! Files of the app's export.

use super::Samsung;
use crate::{Provider, recognise};
use model::{Context, IssueCode, Mapped, OffsetKind, PartMeta, Record, SampleBatch, SeriesType, SleepStage};

fn map_in(zone: Option<&str>, bytes: &[u8]) -> Mapped {
    let found = recognise(bytes).unwrap();
    assert_eq!(found.provider.as_str(), "samsung");
    let meta = PartMeta { time_zone: zone.map(str::to_owned), ..PartMeta::default() };
    Samsung.map(found.part_type, &meta, &mut &*bytes)
}

fn map(bytes: &[u8]) -> Mapped {
    map_in(None, bytes)
}

fn batches(mapped: &Mapped) -> Vec<&SampleBatch> {
    mapped.records.iter().filter_map(samples).collect()
}

fn samples(record: &Record) -> Option<&SampleBatch> {
    if let Record::Samples(batch) = record { Some(batch) } else { None }
}

fn shown(batch: &SampleBatch) -> Vec<(String, i64, f64)> {
    batch.points.iter().map(|point| (point.start.to_string(), point.duration_us / 1_000_000, point.value)).collect()
}

fn codes(mapped: &Mapped) -> Vec<IssueCode> {
    mapped.issues.iter().map(|issue| issue.code).collect()
}

#[test]
fn devices_are_kept_apart_and_every_row_is_a_point_or_an_issue() {
    let mapped = map(include_bytes!("fixtures/export_table/heart_rate.csv"));
    let found = batches(&mapped);
    let devices: Vec<_> = found.iter().map(|batch| batch.source.device.as_deref().unwrap()).collect();
    assert_eq!(devices, ["watch-1", "phone-1"]);
    assert_eq!(
        shown(found[0]),
        [("2026-03-01T15:20:00Z".to_owned(), 0, 64.0), ("2026-03-01T16:00:00Z".to_owned(), 3600, 71.5)]
    );
    let offset = found[0].offset.unwrap();
    assert_eq!((offset.seconds, offset.kind), (32_400, OffsetKind::Zone));
    assert_eq!(mapped.items, 6);
    assert_eq!(codes(&mapped), [IssueCode::Invalid, IssueCode::Missing, IssueCode::Unmapped]);
    assert!(mapped.issues[2].message.starts_with("2 of"), "{:?}", mapped.issues[2]);
}

#[test]
fn older_exports_write_the_persons_clock_beside_milliseconds() {
    let mapped = map(include_bytes!("fixtures/export_table/older_steps.csv"));
    let found = batches(&mapped);
    assert_eq!(shown(found[0]), [("2016-06-01T08:00:00Z".to_owned(), 60, 100.0)]);
    assert_eq!((found[0].series, found[0].offset.unwrap().seconds), (SeriesType::STEPS, 7200));
    let alone = found.iter().find(|batch| batch.offset.is_none()).unwrap();
    assert_eq!(shown(alone), [("2016-06-01T08:01:00Z".to_owned(), 60, 50.0)]);
    assert_eq!(mapped.issues, []);
}

#[test]
fn a_night_is_told_by_two_tables_that_need_not_come_together() {
    let bed = map(include_bytes!("fixtures/export_table/sleep.csv"));
    let [Record::Score(score), Record::Samples(in_bed)] = bed.records.as_slice() else { panic!("{:?}", bed.records) };
    assert_eq!((score.value, score.at.to_string().as_str()), (Some(81.0), "2026-03-01T21:30:00Z"));
    assert_eq!((in_bed.context, in_bed.points[0].value), (Context::IN_BED, SleepStage::InBed.as_value()));
    assert_eq!(codes(&bed), [IssueCode::Invalid], "a sleep without an end");
    let stages = map(include_bytes!("fixtures/export_table/sleep_stage.csv"));
    let [Record::Samples(batch)] = stages.records.as_slice() else { panic!("{:?}", stages.records) };
    assert_eq!((batch.context, &batch.source), (Context::SLEEP_STAGES, &in_bed.source));
    let told: Vec<_> = batch.points.iter().map(|point| SleepStage::of_value(point.value).unwrap()).collect();
    assert_eq!(told, [SleepStage::Light, SleepStage::Deep, SleepStage::Awake, SleepStage::Rem]);
    assert_eq!(codes(&stages), [IssueCode::Unknown]);
}

#[test]
fn a_workout_has_its_figures_in_our_units() {
    let mapped = map(include_bytes!("fixtures/export_table/exercise.csv"));
    let [Record::Workout(run), Record::Workout(ride), Record::Samples(fitness)] = mapped.records.as_slice() else {
        panic!("{:?}", mapped.records)
    };
    assert_eq!((run.external_id.as_str(), run.detail.workout_type.unwrap().as_str()), ("e-1", "running"));
    assert_eq!((run.detail.duration_s, run.detail.elapsed_s), (Some(1800.0), Some(1860.0)));
    assert_eq!((run.detail.distance_m, run.detail.energy_kcal), (Some(5000.5), Some(390.0)));
    assert_eq!((run.detail.run_cadence_avg_spm, run.detail.bike_cadence_avg_rpm), (Some(164.0), None));
    assert_eq!((ride.detail.run_cadence_avg_spm, ride.detail.bike_cadence_avg_rpm), (None, Some(71.0)));
    assert_eq!(shown(fitness), [("2026-03-01T22:31:00Z".to_owned(), 0, 44.1)]);
    assert_eq!(mapped.issues, []);
}

#[test]
fn glucose_is_in_millimoles_and_more_than_a_meter_shows_is_none() {
    let mapped = map(include_bytes!("fixtures/export_table/blood_glucose.csv"));
    let found = batches(&mapped);
    assert!((found[0].points[0].value - 99.1).abs() < 0.01, "{:?}", found[0].points);
    assert_eq!((found[0].points.len(), found[0].offset.unwrap().seconds), (1, -12_600));
    assert_eq!(codes(&mapped), [IssueCode::Invalid, IssueCode::Unmapped]);
}

#[test]
fn a_day_is_the_persons_and_all_devices_together_are_no_device() {
    let days = |zone, bytes: &[u8]| map_in(zone, bytes);
    let seoul = days(Some("Asia/Seoul"), include_bytes!("fixtures/export_table/steps_of_days.csv"));
    let steps = batches(&seoul)[0];
    assert_eq!(
        (steps.series, steps.context, steps.source.device.as_deref()),
        (SeriesType::STEPS, Context::DAILY, Some("watch-1"))
    );
    assert_eq!(shown(steps), [("2026-02-28T15:00:00Z".to_owned(), 86_400, 8123.0)]);
    assert_eq!(codes(&seoul), [IssueCode::Missing], "a row without a day");
    let trend = days(Some("Asia/Seoul"), include_bytes!("fixtures/export_table/trend.csv"));
    assert_eq!((batches(&trend)[0].source.device.as_deref(), batches(&trend)[0].points[0].value), (None, 9000.0));
    assert_eq!(codes(&trend), [IssueCode::Unmapped]);
    let nowhere = days(None, include_bytes!("fixtures/export_table/floors_of_days.csv"));
    assert_eq!(codes(&nowhere), [IssueCode::Missing], "nobody told the zone");
    // the day on which clocks are put forward is an hour short
    let day = "com.samsung.shealth.tracker.floors_day_summary,1,1\nfloor_count,day_time,\n3,1774742400000,\n";
    let short = days(Some("Europe/Berlin"), day.as_bytes());
    assert_eq!(shown(batches(&short)[0]), [("2026-03-28T23:00:00Z".to_owned(), 23 * 3600, 3.0)]);
}

#[test]
fn tables_that_nothing_has_a_place_for_are_counted() {
    let mapped = map(include_bytes!("fixtures/export_table/mood.csv"));
    assert_eq!((mapped.items, mapped.records.len(), mapped.issues[0].path.as_str()), (1, 0, "mood"));
    for (text, is_table) in [
        ("com.samsung.shealth.badge,1,2\nx,y\n", true),
        ("com.samsung.health.device_profile,1\nname,\nWatch,\n", true),
        ("com.samsung.shealth.badge,name\nx,y\n", false),
        ("com.samsung.other.badge,1\nx,y\n", false),
        ("com.samsung.health.,1\nx,y\n", false),
        ("com.samsung.health.heart_rate", false),
    ] {
        assert_eq!(recognise(text.as_bytes()).is_some(), is_table, "{text}");
    }
    assert_eq!(map(b"com.samsung.shealth.badge,1,2").issues.len(), 1, "nothing but its name");
}

#[test]
fn lists_beside_the_tables_stand_on_their_own() {
    let heart = map(include_bytes!("fixtures/export_bins/heart_rate.json"));
    assert_eq!(shown(batches(&heart)[0]), [("2026-03-01T15:20:00Z".to_owned(), 59, 61.0)]);
    assert_eq!(
        (heart.items, codes(&heart).as_slice()),
        (3, [IssueCode::Invalid, IssueCode::Invalid, IssueCode::Unmapped].as_slice())
    );
    let live = map(include_bytes!("fixtures/export_bins/live.json"));
    let series: Vec<_> = batches(&live).iter().map(|batch| batch.series).collect();
    assert_eq!(series, [SeriesType::HEART_RATE, SeriesType::SPEED]);
    assert_eq!(codes(&live), [IssueCode::Unmapped; 4], "cadence, distance, energy, and a moment without anything");
    for text in
        ["[{\"start_time\": \"2026-03-01\", \"rmssd\": 1, \"sdnn\": 2}]", "[{\"start_time\": 1772378400000}]", "{}"]
    {
        assert_eq!(recognise(text.as_bytes()), None, "{text}");
    }
}
