//! Tables of events have every field, as it was.

use super::{Event, EventDetail, EventTable, EventTableWriter, Score};
use crate::samples::TableFormat;
use ::parquet::{
    file::reader::{FileReader as _, SerializedFileReader},
    record::Field,
};
use model::{
    Lap, LocalOffset, ProviderName, ScoreCategory, ScoreComponent, Source, Timestamp, WorkoutDetail, WorkoutType,
};

fn event<'a>(source: &'a Source, detail: EventDetail<'a>) -> Event<'a> {
    Event {
        id: "e-1".to_owned(),
        source,
        start: Timestamp::from_seconds(1_790_000_000),
        end: Timestamp::from_seconds(1_790_003_600),
        offset: Some(LocalOffset::device(7_200)),
        detail,
    }
}

fn workout() -> WorkoutDetail {
    WorkoutDetail {
        workout_type: Some(WorkoutType::Running),
        name: Some("to, \"from\"".to_owned()),
        distance_m: Some(5_000.25),
        is_parent: Some(true),
        laps: vec![Lap { distance_m: Some(1.5), ..Lap::default() }],
        ..WorkoutDetail::default()
    }
}

fn written(format: TableFormat, detail: EventDetail<'_>) -> Vec<u8> {
    let source = Source::of(ProviderName::from_static("garmin"));
    let mut writer = EventTableWriter::new(format, detail.table(), "u-1", Some("ann")).unwrap();
    let mut out = Vec::new();
    writer.write(&event(&source, detail), &mut out).unwrap();
    writer.finish(&mut out).unwrap();
    out
}

#[test]
fn csv_has_a_column_for_every_field_and_lists_as_json() {
    let text = String::from_utf8(written(TableFormat::Csv, EventDetail::Workout(&workout()))).unwrap();
    let (header, row) = text.split_once("\r\n").unwrap();
    let names: Vec<&str> = header.split(',').collect();
    assert_eq!(names[..8].join(","), "user_id,external_user_id,id,provider,device,start_time,end_time,zone_offset");
    assert_eq!(names.len(), 8 + EventTable::Of(model::EventKind::Workout).fields().len());
    assert!(names.contains(&"laps") && names.contains(&"developer_fields"));
    assert!(row.starts_with("u-1,ann,e-1,garmin,,2026-09-21T14:13:20Z,2026-09-21T15:13:20Z,+02:00,running,"), "{row}");
    assert!(row.contains(",\"to, \"\"from\"\"\",") && row.contains(",5000.25,") && row.contains(",true,"), "{row}");
    assert!(row.contains(",\"[{\"\"distance_m\"\":1.5}]\","), "{row}");
}

#[test]
fn parquet_has_columns_of_their_kind() {
    let bytes = written(TableFormat::Parquet, EventDetail::Workout(&workout()));
    let file = SerializedFileReader::new(bytes::Bytes::from(bytes)).unwrap();
    let row = file.get_row_iter(None).unwrap().next().unwrap().unwrap();
    let field = |name: &str| row.get_column_iter().find(|(it, _)| *it == name).unwrap().1.clone();
    assert_eq!(field("start_time"), Field::TimestampMicros(1_790_000_000_000_000));
    assert_eq!(field("distance_m"), Field::Double(5_000.25));
    assert_eq!(field("is_parent"), Field::Bool(true));
    assert_eq!(field("laps"), Field::Str("[{\"distance_m\":1.5}]".to_owned()));
    assert_eq!((field("device"), field("steps")), (Field::Null, Field::Null));
}

#[test]
fn lines_and_scores_and_empty_tables() {
    let parts = [ScoreComponent { name: "rem".to_owned(), value: Some(60.0), qualifier: None }];
    let score =
        Score { category: ScoreCategory::Sleep, value: Some(82.5), qualifier: Some("GOOD"), components: &parts };
    let line: serde_json::Value =
        serde_json::from_slice(&written(TableFormat::Ndjson, EventDetail::Score(&score))).unwrap();
    assert_eq!((&line["category"], &line["value"]), (&"sleep".into(), &82.5.into()));
    assert_eq!(line["components"][0]["name"], "rem");
    for table in EventTable::all() {
        let mut out = Vec::new();
        EventTableWriter::new(TableFormat::Csv, table, "u", None).unwrap().finish(&mut out).unwrap();
        assert_eq!(out.iter().filter(|byte| **byte == b'\n').count(), 1, "{}", table.as_str());
        let mut out = Vec::new();
        EventTableWriter::new(TableFormat::Parquet, table, "u", None).unwrap().finish(&mut out).unwrap();
        let file = SerializedFileReader::new(bytes::Bytes::from(out)).unwrap();
        assert_eq!(file.metadata().file_metadata().num_rows(), 0);
    }
}
