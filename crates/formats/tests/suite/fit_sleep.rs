//! What FIT files tell of nights, and of days that a study follows.

use crate::fit_writer::{ENUM, FitWriter, SINT8, UINT8, UINT16, UINT32, at, instant, run};
use formats::fit::{self, FitFile};
use model::{Context, IssueCode, ProviderName, Record, SampleBatch, ScoreCategory, SeriesType, SleepStage, Timestamp};

fn read(file: &FitWriter) -> FitFile {
    fit::read(&mut file.bytes().as_slice())
}

fn records(file: &FitFile) -> Vec<Record> {
    fit::to_records(file, ProviderName::from_static("upload"))
}

fn batches(file: &FitFile, series: SeriesType) -> Vec<SampleBatch> {
    let batch = |record| match record {
        Record::Samples(batch) if batch.series == series => Some(batch),
        _ => None,
    };
    records(file).into_iter().filter_map(batch).collect()
}

/// When each stage began, how many seconds it lasted, and which it was.
fn stages(file: &FitFile) -> Vec<(Timestamp, i64, SleepStage)> {
    let batches = batches(file, SeriesType::SLEEP_STAGE);
    assert!(batches.iter().all(|batch| batch.context == Context::SLEEP_STAGES));
    let points = batches.iter().flat_map(|batch| &batch.points);
    points
        .map(|point| (point.start, point.duration_us / 1_000_000, SleepStage::of_value(point.value).unwrap()))
        .collect()
}

fn night(levels: &[(u32, u8)]) -> FitWriter {
    let mut file = FitWriter::default();
    file.define(0, 0, &[(0, 1, ENUM), (4, 4, UINT32)]).data(0, &[&[49], &at(0)]);
    file.define(1, 275, &[(253, 4, UINT32), (0, 1, ENUM)]);
    for (second, level) in levels {
        file.data(1, &[&at(*second), &[*level]]);
    }
    file
}

#[test]
fn a_stage_lasts_until_the_next_and_what_nobody_ends_is_left_out() {
    use SleepStage as S;
    let file = read(&night(&[(0, 1), (600, 2), (4_200, 3), (6_000, 4), (7_800, 0), (8_000, 2)]));
    let expected = [
        (instant(0), 600, S::Awake),
        (instant(600), 3_600, S::Light),
        (instant(4_200), 1_800, S::Deep),
        (instant(6_000), 1_800, S::Rem),
        (instant(7_800), 200, S::Unknown),
    ];
    assert_eq!(stages(&file), expected);
    let issues: Vec<_> = file.issues.iter().map(|issue| (issue.code, issue.path.as_str())).collect();
    assert_eq!(issues, [(IssueCode::Missing, "sleep_level.timestamp")]);
    assert!(!file.damaged);
}

#[test]
fn a_stage_a_minute_is_joined_with_its_like_and_the_last_is_a_minute_too() {
    use SleepStage as S;
    let levels: Vec<(u32, u8)> = (0..30).map(|minute| (minute * 60, if minute < 20 { 2 } else { 3 })).collect();
    let file = read(&night(&levels));
    assert_eq!(stages(&file), [(instant(0), 1_200, S::Light), (instant(1_200), 600, S::Deep)]);
    assert!(file.issues.is_empty(), "{:?}", file.issues);
}

#[test]
fn out_of_order_twice_or_of_another_night_stages_are_what_they_are() {
    use SleepStage as S;
    let whole = read(&night(&[(0, 2), (600, 3), (1_500, 1), (90_000, 2), (90_300, 4), (91_000, 1)]));
    let mixed = read(&night(&[(90_300, 4), (600, 4), (600, 3), (0, 2), (91_000, 1), (1_500, 1), (90_000, 2), (0, 2)]));
    assert_eq!(stages(&mixed), stages(&whole));
    let expected = [
        (instant(0), 600, S::Light),
        (instant(600), 900, S::Deep),
        (instant(90_000), 300, S::Light),
        (instant(90_300), 700, S::Rem),
    ];
    assert_eq!(stages(&whole), expected, "nobody was awake for a day");
    assert!(stages(&read(&night(&[(0, 9), (60, 255)]))).is_empty(), "levels that are none");
}

#[test]
fn what_judges_a_night_is_a_score_of_the_night_it_began_with() {
    let mut file = night(&[(300, 2), (600, 3), (900, 1), (1_200, 2)]);
    file.define(2, 346, &[(6, 1, UINT8), (3, 1, UINT8), (11, 1, UINT8), (7, 1, UINT8), (15, 2, UINT16)]);
    file.data(2, &[&[82], &[71], &[3], &[255], &1850u16.to_le_bytes()]);
    let file = read(&file);
    let score = records(&file).into_iter().find_map(|record| match record {
        Record::Score(score) => Some(score),
        _ => None,
    });
    let score = score.unwrap();
    assert_eq!((score.category, score.at, score.value), (ScoreCategory::Sleep, instant(300), Some(82.0)));
    let parts: Vec<_> = score.components.iter().map(|part| (part.name.as_str(), part.value.unwrap())).collect();
    assert_eq!(parts, [("deep_sleep", 71.0), ("awakenings", 3.0), ("average_stress", 18.5)]);
    assert!(file.issues.is_empty(), "{:?}", file.issues);
    let mut empty = run(2);
    empty.define(6, 346, &[(6, 1, UINT8)]).data(6, &[&[255]]);
    assert!(!records(&read(&empty)).iter().any(|record| matches!(record, Record::Score(_))));
}

#[test]
fn values_of_a_study_are_a_step_apart_and_what_was_not_measured_is_left_out() {
    let mut file = FitWriter::default();
    file.define(0, 308, &[(253, 4, UINT32), (0, 2, UINT16), (1, 1, UINT8), (2, 4, UINT8)]);
    file.data(0, &[&at(0), &60u16.to_le_bytes(), &[1], &[61, 0, 255, 64]]);
    file.define(1, 306, &[(253, 4, UINT32), (0, 2, UINT16), (1, 3, SINT8)]);
    file.data(1, &[&at(0), &180u16.to_le_bytes(), &[25, 0xFE, 0]]);
    file.define(2, 307, &[(253, 4, UINT32), (0, 2, UINT16), (1, 2, 0x83)]);
    file.data(2, &[&at(0), &60u16.to_le_bytes(), &1450i16.to_le_bytes()]);
    file.define(3, 314, &[(253, 4, UINT32), (0, 2, UINT16), (1, 2, SINT8)]);
    file.data(3, &[&at(0), &60u16.to_le_bytes(), &[77, 0xF0]]);
    file.define(4, 409, &[(253, 4, UINT32), (0, 2, UINT16), (1, 2, UINT16)]);
    file.data(4, &[&at(0), &60u16.to_le_bytes(), &33_250u16.to_le_bytes()]);
    file.define(5, 305, &[(253, 4, UINT32), (0, 2, UINT16), (1, 2, UINT8)]);
    file.data(5, &[&at(0), &0xFFFFu16.to_le_bytes(), &[96, 97]]);
    file.define(6, 304, &[(253, 4, UINT32), (0, 2, UINT16), (1, 4, UINT32)]);
    file.data(6, &[&at(0), &60u16.to_le_bytes(), &500u32.to_le_bytes()]);
    let file = read(&file);
    let told = |series| -> Vec<(Timestamp, f64)> {
        let batches = batches(&file, series);
        batches.iter().flat_map(|batch| batch.points.iter().map(|point| (point.start, point.value))).collect()
    };
    assert_eq!(told(SeriesType::HEART_RATE), [(instant(0), 61.0), (instant(180), 64.0)]);
    assert_eq!(told(SeriesType::GARMIN_STRESS_LEVEL), [(instant(0), 25.0), (instant(360), 0.0)]);
    assert_eq!(told(SeriesType::RESPIRATORY_RATE), [(instant(0), 14.5)]);
    assert_eq!(told(SeriesType::GARMIN_BODY_BATTERY), [(instant(0), 77.0)]);
    assert_eq!(told(SeriesType::SKIN_TEMPERATURE), [(instant(0), 33.25)]);
    assert_eq!(told(SeriesType::OXYGEN_SATURATION), [(instant(0), 96.0)], "the second has no time");
    assert!(told(SeriesType::STEPS).is_empty());
    let issues: Vec<_> = file.issues.iter().map(|issue| (issue.code, issue.path.as_str())).collect();
    assert_eq!(issues, [(IssueCode::Unmapped, "message.hsa_step_data")], "it is counted");
}
