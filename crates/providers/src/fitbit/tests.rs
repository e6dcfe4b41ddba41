//! Files of a Takeout.

use super::Fitbit;
use crate::{Provider, recognise};
use model::{Context, IssueCode, Mapped, PartMeta, Record, SampleBatch, SeriesType, SleepStage};

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

/// Maps a table in the zone of Berlin.
fn table(bytes: &[u8]) -> Mapped {
    map("export_table", bytes)
}

fn samples(record: &Record) -> Option<&SampleBatch> {
    if let Record::Samples(batch) = record { Some(batch) } else { None }
}

/// Series, device, time and value of every point.
fn shown(mapped: &Mapped) -> Vec<(&str, Option<&str>, String, f64)> {
    let mut all = Vec::new();
    for batch in mapped.records.iter().filter_map(samples) {
        let device = batch.source.device.as_deref();
        all.extend(batch.points.iter().map(|at| (batch.series.as_str(), device, at.start.to_string(), at.value)));
    }
    all
}

#[test]
fn beats_close_to_one_another_are_heart_rates_and_those_of_days_are_at_rest() {
    let rates = table(include_bytes!("fixtures/export_table/heart_rate.csv"));
    assert_eq!(
        shown(&rates),
        [
            ("heart_rate", Some("Fitbit Air"), "2026-03-01T08:00:00Z".to_owned(), 61.0),
            ("heart_rate", Some("Fitbit Air"), "2026-03-01T08:00:05Z".to_owned(), 62.0),
            ("heart_rate", Some("Some Phone"), "2026-03-01T08:00:05Z".to_owned(), 70.0),
        ]
    );
    assert_eq!((rates.items, rates.issues.len()), (5, 2), "{:?}", rates.issues);
    let rest = table(include_bytes!("fixtures/export_table/resting.csv"));
    let seen = shown(&rest);
    assert_eq!((seen[0].0, seen[0].2.as_str(), seen[0].3), ("resting_heart_rate", "2026-02-28T23:00:00Z", 55.25));
    for rows in ["2026-05-27T22:01:13Z,51,Phone\n", "2026-05-27T22:01:13Z,51,Phone\n2026-05-27T22:04:00Z,52,Scale\n"] {
        let unsure = table(format!("timestamp,beats per minute,data source\n{rows}").as_bytes());
        assert_eq!((unsure.records.len(), unsure.issues[0].code), (0, IssueCode::Unmapped), "{rows} could be either");
    }
}

#[test]
fn units_are_converted_as_the_columns_say_and_sentinels_are_none() {
    let of = |bytes: &[u8]| {
        let mapped = table(bytes);
        let values: Vec<_> = shown(&mapped).into_iter().map(|(series, .., value)| (series.to_owned(), value)).collect();
        (values, mapped.issues.len())
    };
    let one = |series: &str, value| (series.to_owned(), value);
    assert_eq!(of(include_bytes!("fixtures/export_table/weight.csv")), (vec![one("weight", 71.5)], 0));
    assert_eq!(of(include_bytes!("fixtures/export_table/height.csv")), (vec![one("height", 180.0)], 0));
    assert_eq!(of(include_bytes!("fixtures/export_table/oxygen.csv")), (vec![one("oxygen_saturation", 96.5)], 1));
    let nightly = of(include_bytes!("fixtures/export_table/nightly_temperature.csv"));
    let skin = |value| one("skin_temperature", value);
    assert_eq!(nightly, (vec![skin(33.5), skin(33.5), one("skin_temperature_deviation", 0.25)], 0));
    // of the skin or of the core: two tables have this column
    assert_eq!(of(include_bytes!("fixtures/export_table/temperature.csv")), (vec![], 1));
    assert_eq!(of(include_bytes!("fixtures/export_table/live_pace.csv")), (vec![], 1));
    let steps = of(include_bytes!("fixtures/export_table/steps.csv"));
    assert_eq!(steps, (vec![one("steps", 12.0), one("steps", 15.0)], 2));
}

#[test]
fn stages_and_time_in_bed_bear_one_source_and_their_own_offset() {
    let bed = table(include_bytes!("fixtures/export_table/sleeps.csv"));
    let stages = table(include_bytes!("fixtures/export_table/sleep_stages.csv"));
    let (bed_batch, stage_batch) = (samples(&bed.records[0]).unwrap(), samples(&stages.records[0]).unwrap());
    assert_eq!(bed_batch.source, stage_batch.source);
    assert_eq!((bed_batch.context, stage_batch.context), (Context::IN_BED, Context::SLEEP_STAGES));
    assert_eq!(
        (bed_batch.points[0].start.to_string().as_str(), bed_batch.offset.unwrap().seconds),
        ("2026-03-01T21:30:00Z", 3600)
    );
    assert_eq!((stage_batch.points.len(), bed.issues.len(), stages.issues.len()), (4, 1, 1));
}

#[test]
fn scores_without_a_calculation_are_none_and_a_walk_is_in_metres() {
    let stress = table(include_bytes!("fixtures/export_table/stress.csv"));
    let [Record::Score(score)] = stress.records.as_slice() else { panic!("{:?}", stress.records) };
    assert_eq!(
        (score.value, score.components.len(), score.at.to_string().as_str()),
        (Some(78.0), 3, "2024-02-29T23:00:00Z")
    );
    assert_eq!(stress.issues.len(), 1);
    let walk = table(include_bytes!("fixtures/export_table/exercises.csv"));
    let [Record::Workout(walk)] = walk.records.as_slice() else { panic!("{:?}", walk.records) };
    assert_eq!(
        (walk.external_id.as_str(), walk.detail.distance_m, walk.detail.manual),
        ("900", Some(2500.0), Some(false))
    );
    assert_eq!((walk.offset.unwrap().seconds, walk.detail.elapsed_s), (3600, Some(1800.0)));
}

#[test]
fn a_table_of_nothing_but_a_time_and_a_value_says_not_what_it_is() {
    for text in ["timestamp,value\n2026-03-01T02:00:00Z,96\n", "timestamp,data source\n", "steps,timestamp\n"] {
        assert_eq!(recognise(text.as_bytes()), None, "{text}");
    }
}
