//! What FIT files tell of a day outside workouts, and what of them has no place.

use crate::fit_writer::{FitWriter, UINT8, UINT16, UINT32, at, run};
use formats::fit::{self, FitFile};
use model::{Context, IssueCode, Point, ProviderName, Record, SeriesType, Timestamp};

fn read(file: &FitWriter) -> FitFile {
    fit::read(&mut file.bytes().as_slice())
}

#[test]
fn what_each_activity_of_a_day_did_is_kept_apart_and_counts_from_midnight() {
    let mut file = FitWriter::default();
    // local midnight: FIT counts local days from a midnight too
    let midnight = 1_000_000_000u32 / 86_400 * 86_400;
    let utc = midnight - 3600;
    file.define(0, 103, &[(253, 4, UINT32), (0, 4, UINT32)]);
    file.data(0, &[&utc.to_le_bytes(), &midnight.to_le_bytes()]);
    file.define(1, 55, &[(26, 2, UINT16), (24, 1, UINT8), (3, 4, UINT32), (2, 4, UINT32), (19, 2, UINT16)]);
    let mut at = |second: u32, kind: u8, steps: u32, metres: u32, kcal: u16| {
        let low = ((utc + second) as u16).to_le_bytes();
        file.data(1, &[&low, &[kind | 0x40], &steps.to_le_bytes(), &(metres * 100).to_le_bytes(), &kcal.to_le_bytes()]);
    };
    at(600, 8, 0, 0, 0);
    at(900, 6, 300, 210, 12);
    at(1000, 2, 0, 800, 20);
    at(1200, 6, 500, 350, 12);
    let records = fit::to_records(&read(&file), ProviderName::from_static("upload"));
    let of = |series: SeriesType, kind: u8| -> Vec<(i64, i64, f64)> {
        let batch = records.iter().find_map(|record| match record {
            Record::Samples(batch) if batch.series == series && batch.context == Context::epoch(kind) => Some(batch),
            _ => None,
        });
        let zero = Timestamp::from_seconds(631_065_600 + i64::from(utc));
        let shown =
            |point: &Point| (point.start.micros_since(zero) / 1_000_000, point.duration_us / 1_000_000, point.value);
        batch.map(|batch| batch.points.iter().map(shown).collect()).unwrap_or_default()
    };
    assert_eq!(of(SeriesType::STEPS, 6), [(600, 300, 300.0), (1000, 200, 200.0)]);
    assert_eq!(of(SeriesType::DISTANCE_WALKING_RUNNING, 6), [(600, 300, 210.0), (1000, 200, 140.0)]);
    assert_eq!(of(SeriesType::DISTANCE_CYCLING, 2), [(900, 100, 800.0)]);
    assert_eq!(of(SeriesType::ENERGY, 6), [(600, 300, 12.0)]);
    assert_eq!(of(SeriesType::ENERGY, 2), [(900, 100, 20.0)]);
    assert_eq!(of(SeriesType::STEPS, 2), [], "what turns on a bicycle are no steps");
}

#[test]
fn resting_heart_rate_variability_and_pressure_of_a_day_have_their_series() {
    let mut file = FitWriter::default();
    file.define(0, 211, &[(253, 4, UINT32), (0, 1, UINT8), (1, 1, UINT8)]).data(0, &[&at(0), &[52], &[49]]);
    file.data(0, &[&at(86_400), &[52], &[255]]);
    file.define(1, 371, &[(253, 4, UINT32), (0, 2, UINT16)]).data(1, &[&at(300), &(45u16 * 128).to_le_bytes()]);
    file.define(2, 370, &[(253, 4, UINT32), (1, 2, UINT16), (2, 2, UINT16)]);
    file.data(2, &[&at(600), &(50u16 * 128).to_le_bytes(), &(80u16 * 128).to_le_bytes()]);
    file.define(3, 51, &[(253, 4, UINT32), (0, 2, UINT16), (1, 2, UINT16), (6, 1, UINT8)]);
    file.data(3, &[&at(700), &121u16.to_le_bytes(), &79u16.to_le_bytes(), &[66]]);
    file.define(4, 290, &[(253, 4, UINT32), (0, 2, UINT16), (1, 4, UINT16)]);
    file.data(4, &[&at(800), &500u16.to_le_bytes(), &[800u16, 900].map(u16::to_le_bytes).concat()]);
    let file = read(&file);
    assert!(file.issues.is_empty(), "{:?}", file.issues);
    let values = |series: SeriesType, context: Context| -> Vec<f64> {
        let columns = file.parts[0].health.iter().filter(|it| it.series == series && it.context == context);
        columns.flat_map(|column| column.points.iter().map(|point| point.value)).collect()
    };
    assert_eq!(values(SeriesType::RESTING_HEART_RATE, Context::SAMPLES), [49.0, 52.0]);
    assert_eq!(values(SeriesType::HEART_RATE_VARIABILITY_RMSSD, Context::SAMPLES), [45.0]);
    assert_eq!(values(SeriesType::HEART_RATE_VARIABILITY_RMSSD, Context::DAILY), [50.0]);
    assert_eq!(values(SeriesType::HEART_RATE_VARIABILITY_5_MIN_HIGH, Context::DAILY), [80.0]);
    assert_eq!(values(SeriesType::BLOOD_PRESSURE_SYSTOLIC, Context::SAMPLES), [121.0]);
    assert_eq!(values(SeriesType::HEART_RATE, Context::SAMPLES), [66.0]);
    assert_eq!(values(SeriesType::RR_INTERVAL, Context::SAMPLES), [800.0, 900.0]);
}

#[test]
fn messages_without_a_place_are_counted_in_one_issue_a_kind() {
    let mut file = run(2);
    file.define(6, 233, &[(253, 4, UINT32)]).data(6, &[&at(0)]).data(6, &[&at(1)]);
    file.define(7, 3, &[(4, 2, UINT16)]).data(7, &[&725u16.to_le_bytes()]);
    let issues: Vec<_> = read(&file).issues.into_iter().map(|issue| (issue.code, issue.path, issue.message)).collect();
    let text = |count: u32| format!("{count} messages of a kind that no record has a place for");
    let unmapped = |path: &str, count| (IssueCode::Unmapped, path.to_owned(), text(count));
    assert_eq!(issues, [unmapped("message.user_profile", 1), unmapped("message.233", 2)]);
}
