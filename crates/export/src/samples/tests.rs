//! Tables are what was given, to the last bit, and say where they broke off.

use super::{Batch, SampleRow, TableFormat, TableWriter, parquet::GROUP_ROWS};
use ::parquet::{
    file::reader::{FileReader as _, SerializedFileReader},
    record::{Field, RowAccessor as _},
};
use model::{LocalOffset, ProviderName, SeriesType, Source, Timestamp};

fn source(device: &str) -> Source {
    Source { device: Some(device.to_owned()), ..Source::of(ProviderName::from_static("garmin")) }
}

fn row(second: i64, value: f64, source: Option<&Source>) -> SampleRow<'_> {
    SampleRow {
        at: Timestamp::from_seconds(1_790_000_000 + second),
        duration_us: 0,
        value,
        offset: None,
        source,
        is_daily_total: None,
        is_reduced: false,
    }
}

fn batch<'a>(series: SeriesType, rows: &'a [SampleRow<'a>]) -> Batch<'a> {
    Batch { user_id: "u-1", external_user_id: Some("ann, \"the runner\""), series, rows }
}

fn written(format: TableFormat, batches: &[Batch<'_>]) -> Vec<u8> {
    let mut writer = TableWriter::new(format).unwrap();
    let mut out = Vec::new();
    batches.iter().for_each(|batch| writer.write(batch, &mut out).unwrap());
    writer.finish(&mut out).unwrap();
    out
}

#[test]
fn lines_hold_what_is_known_and_leave_out_what_is_not() {
    let watch = source("fenix, 7");
    let steps = SampleRow {
        duration_us: 900_500_000,
        offset: Some(LocalOffset::device(-12_600)),
        is_daily_total: Some(false),
        is_reduced: true,
        ..row(0, 0.1, Some(&watch))
    };
    let rows = [steps, row(60, 1e-7, None)];
    let csv = String::from_utf8(written(TableFormat::Csv, &[batch(SeriesType::STEPS, &rows)])).unwrap();
    assert_eq!(
        csv.lines().collect::<Vec<_>>(),
        [
            "user_id,external_user_id,type,unit,time,duration_s,value,zone_offset,provider,device,is_daily_total,is_reduced",
            "u-1,\"ann, \"\"the runner\"\"\",steps,count,2026-09-21T14:13:20Z,900.5,0.1,-03:30,garmin,\"fenix, 7\",false,true",
            "u-1,\"ann, \"\"the runner\"\"\",steps,count,2026-09-21T14:14:20Z,0,0.0000001,,,,,false",
        ]
    );
    let lines = String::from_utf8(written(TableFormat::Ndjson, &[batch(SeriesType::STEPS, &rows)])).unwrap();
    let lines: Vec<serde_json::Value> = lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(lines[0]["zone_offset"], "-03:30");
    assert_eq!((&lines[0]["duration_s"], &lines[0]["device"]), (&900.5.into(), &"fenix, 7".into()));
    assert_eq!((&lines[0]["is_reduced"], &lines[1]["is_reduced"]), (&true.into(), &false.into()));
    assert_eq!((lines[1]["value"].as_f64(), &lines[1]["provider"]), (Some(1e-7), &serde_json::Value::Null));
}

#[test]
fn an_empty_table_is_a_table() {
    assert_eq!(written(TableFormat::Csv, &[]).iter().filter(|byte| **byte == b'\n').count(), 1);
    assert!(written(TableFormat::Ndjson, &[]).is_empty());
    let file = SerializedFileReader::new(bytes::Bytes::from(written(TableFormat::Parquet, &[]))).unwrap();
    assert_eq!(file.metadata().file_metadata().num_rows(), 0);
}

#[test]
fn parquet_reads_back_to_the_bit_in_groups_of_bounded_size() {
    let (watch, strap) = (source("watch"), source("strap"));
    let value = |second: usize| 40.0 + (second % 97) as f64 / 3.0;
    let of = |second: usize| if second.is_multiple_of(2) { Some(&watch) } else { Some(&strap) };
    let rows: Vec<SampleRow<'_>> =
        (0..GROUP_ROWS + 100).map(|second| row(second as i64, value(second), of(second))).collect();
    let last = [SampleRow { is_reduced: true, ..row(0, 7.0, None) }];
    let bytes = written(TableFormat::Parquet, &[batch(SeriesType::HEART_RATE, &rows), batch(SeriesType::STEPS, &last)]);
    assert!(bytes.len() < rows.len() * 4, "{} bytes", bytes.len());
    let file = SerializedFileReader::new(bytes::Bytes::from(bytes)).unwrap();
    let groups: Vec<i64> = file.metadata().row_groups().iter().map(|group| group.num_rows()).collect();
    assert_eq!(groups, [GROUP_ROWS as i64, 101]);
    let mut read = 0;
    for (second, found) in file.get_row_iter(None).unwrap().enumerate().take(rows.len()) {
        let found = found.unwrap();
        assert_eq!(found.get_double(6).unwrap().to_bits(), value(second).to_bits());
        assert_eq!(found.get_timestamp_micros(4).unwrap(), (1_790_000_000 + second as i64) * 1_000_000);
        let device = if second.is_multiple_of(2) { "watch" } else { "strap" };
        assert_eq!(found.get_string(9).unwrap(), device);
        read += 1;
    }
    assert_eq!(read, rows.len());
    let last = file.get_row_iter(None).unwrap().last().unwrap().unwrap();
    let fields: Vec<&Field> = last.get_column_iter().map(|(_, field)| field).collect();
    assert_eq!((fields[2], fields[8], fields[11]), (&Field::Str("steps".to_owned()), &Field::Null, &Field::Bool(true)));
}

#[test]
fn a_table_that_broke_off_says_so() {
    let rows = [row(0, 1.0, None)];
    let broken = |format| {
        let mut writer = TableWriter::new(format).unwrap();
        let mut out = Vec::new();
        writer.write(&batch(SeriesType::STEPS, &rows), &mut out).unwrap();
        writer.break_off(&mut out);
        out
    };
    let csv = String::from_utf8(broken(TableFormat::Csv)).unwrap();
    assert!(csv.lines().last().unwrap().starts_with("# truncated"));
    let lines = String::from_utf8(broken(TableFormat::Ndjson)).unwrap();
    let last: serde_json::Value = serde_json::from_str(lines.lines().last().unwrap()).unwrap();
    assert_eq!(last["truncated"], true);
    assert!(SerializedFileReader::new(bytes::Bytes::from(broken(TableFormat::Parquet))).is_err());
}
