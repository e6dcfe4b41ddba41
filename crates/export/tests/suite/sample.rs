//! A record in which every series and every kind of event is, and a run with every value.

use export::{
    Cadence, Row, Track,
    events::{Event, EventDetail, Score},
    record::{About, RecordFormat, RecordWriter, Sample},
    samples::SampleRow,
};
use model::{
    ActivityDetail, Aggregation, Context, DailyDetail, DeviceType, HealthSnapshotDetail, LocalDate, LocalOffset,
    MenstrualCycleDetail, ProviderName, SERIES, ScoreCategory, SleepDetail, SleepStage, SnapshotReading, Source,
    StageInterval, Timestamp, WorkoutDetail, WorkoutType, WorkoutView,
};

/// 2026-11-10T06:30:00Z.
const START: i64 = 1_794_292_200;

fn at(second: i64) -> Timestamp {
    Timestamp::from_seconds(START + second)
}

fn source() -> Source {
    Source {
        device: Some("fenix 7 \"pro\"".to_owned()),
        device_type: Some(DeviceType::Watch),
        software_version: Some("12.5".to_owned()),
        ..Source::of(ProviderName::from_static("garmin"))
    }
}

/// The whole of it, written.
pub(crate) fn record(format: RecordFormat) -> Vec<u8> {
    let user = "01a1ffb4-0000-7000-8000-000000000001".parse().unwrap();
    let about = About { user, written_at: at(86_400), summary: None };
    let (source, plain) = (source(), Source::of(ProviderName::from_static("file")));
    let (mut writer, mut out) = (RecordWriter::new(format, about), Vec::new());
    writer.begin(&[source.clone(), plain.clone()], &mut out).unwrap();
    for (index, spec) in SERIES.iter().enumerate() {
        let row = SampleRow {
            at: at(index as i64).plus_micros(250_000),
            duration_us: 0,
            value: 36.6 + index as f64 / 7.0,
            offset: None,
            source: Some(&source),
            is_daily_total: (spec.aggregation == Aggregation::Sum).then_some(false),
            is_reduced: false,
        };
        let sample = Sample { series: spec.id, source: 1, context: Context::SAMPLES, row };
        let lasting = SampleRow { duration_us: 900_000_000, offset: Some(LocalOffset::device(-12_600)), ..row };
        let day = SampleRow { duration_us: 86_400_000_000, is_daily_total: Some(true), source: Some(&plain), ..row };
        let samples = [
            sample,
            Sample { context: Context::MANUAL, row: lasting, ..sample },
            Sample { context: Context::DAILY, row: day, ..sample },
        ];
        writer.samples(&samples, &mut out).unwrap();
    }
    events(&source, |event| writer.event(event, &mut out).unwrap());
    writer.finish(&mut out);
    out
}

fn events(source: &Source, mut take: impl FnMut(&Event<'_>)) {
    let mut number = 0;
    let mut tell = |detail: EventDetail<'_>| {
        number += 1;
        let id = format!("01a1ffb4-0000-7000-8000-0000000001{number:02}");
        take(&Event { id, source, start: at(0), end: at(3_600), offset: Some(LocalOffset::device(19_800)), detail });
    };
    tell(EventDetail::Workout(&view().detail));
    let stage = |stage, from, to| StageInterval { stage, start_time: at(from), end_time: at(to) };
    tell(EventDetail::Sleep(&SleepDetail {
        asleep_s: Some(3_000.0),
        deep_s: Some(1_000.5),
        efficiency_percent: Some(91.0),
        is_nap: Some(false),
        calendar_date: LocalDate::parse("2026-11-10"),
        stages: SleepStage::ALL.iter().enumerate().map(|(n, it)| stage(*it, n as i64, n as i64 + 1)).collect(),
        ..SleepDetail::default()
    }));
    tell(EventDetail::Daily(&DailyDetail {
        steps: Some(9_000.0),
        resting_heart_rate_bpm: Some(48.0),
        stress_qualifier: Some("balanced".to_owned()),
        ..DailyDetail::default()
    }));
    tell(EventDetail::Activity(&ActivityDetail { raw_type: Some("Walking".to_owned()), ..ActivityDetail::default() }));
    tell(EventDetail::MenstrualCycle(&MenstrualCycleDetail {
        cycle_length_days: Some(28),
        last_updated: Some(at(60)),
        is_predicted_cycle: Some(false),
        ..MenstrualCycleDetail::default()
    }));
    let reading =
        SnapshotReading { series: Some("heart_rate".to_owned()), min: Some(55.0), max: None, avg: Some(61.5) };
    tell(EventDetail::HealthSnapshot(&HealthSnapshotDetail {
        readings: vec![reading],
        ..HealthSnapshotDetail::default()
    }));
    let score = Score { category: ScoreCategory::Sleep, value: Some(82.0), qualifier: Some("GOOD"), components: &[] };
    tell(EventDetail::Score(&score));
}

fn view() -> WorkoutView {
    WorkoutView {
        source: source(),
        start: at(0),
        end: at(300),
        offset: Some(LocalOffset::device(3_600)),
        detail: WorkoutDetail {
            workout_type: Some(WorkoutType::Running),
            name: Some("Morning run".to_owned()),
            duration_s: Some(280.0),
            elapsed_s: Some(300.0),
            distance_m: Some(1_000.25),
            energy_kcal: Some(77.0),
            manual: Some(false),
            pauses: vec![(at(100), at(120))],
            ..WorkoutDetail::default()
        },
        file: None,
    }
}

/// A run of five minutes with a pause, and now and then a value missing.
pub(crate) fn track() -> (WorkoutView, Track) {
    let some = |second: i64, every: i64, value: f64| (second % every != 0).then_some(value);
    let row = |second: i64| {
        let share = second as f64;
        Row {
            time: at(second),
            latitude_deg: some(second, 11, 52.5 + share / 9e3),
            longitude_deg: some(second, 11, -13.25 - share / 7e3),
            elevation_m: some(second, 5, share / 3.0 - 20.0),
            distance_m: some(second, 7, share * 3.331),
            speed_mps: some(second, 13, 3.3 + share / 1e3),
            heart_rate_bpm: some(second, 3, 120.0 + share / 10.0),
            cadence_rpm: some(second, 4, 80.0 + share / 50.0),
            temperature_c: some(second, 17, -5.0 + share / 100.0),
            power_w: some(second, 6, 250.0 + share),
        }
    };
    let rows = (0..300).filter(|second| !(101..120).contains(second)).map(row).collect();
    (view(), Track { rows, cadence: Cadence::Strides })
}
