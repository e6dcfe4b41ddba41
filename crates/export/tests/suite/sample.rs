//! A record in which every series and every kind of event is, and a run with every value.

use export::{
    Cadence, Part, Row, Track,
    events::{Event, EventDetail, Score},
    record::{About, RecordFormat, RecordWriter, Sample},
    samples::SampleRow,
};
use model::{
    ActivityDetail, Aggregation, Context, DailyDetail, DeviceType, HealthSnapshotDetail, Lap, Leg, LocalDate,
    LocalOffset, MenstrualCycleDetail, PoolLength, ProviderName, SERIES, ScoreCategory, SeriesType, SleepDetail,
    SleepStage, SnapshotReading, Source, StageInterval, StrengthSet, Timestamp, WorkoutDetail, WorkoutType,
    WorkoutView, Zone, ZoneKind,
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
pub(crate) fn record(format: RecordFormat, sampled: bool) -> Vec<u8> {
    let user = "01a1ffb4-0000-7000-8000-000000000001".parse().unwrap();
    let about = About { sampled, ..About::of(user, at(86_400)) };
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
        let sample = Sample { series: spec.id, source: 1, context: Context::SAMPLES, twin: 0, row };
        let lasting = SampleRow { duration_us: 900_000_000, offset: Some(LocalOffset::device(-12_600)), ..row };
        let day = SampleRow { duration_us: 86_400_000_000, is_daily_total: Some(true), source: Some(&plain), ..row };
        let samples = [
            sample,
            Sample { context: Context::MANUAL, row: lasting, ..sample },
            Sample { context: Context::DAILY, row: day, ..sample },
        ];
        writer.samples(&samples, &mut out).unwrap();
    }
    let pulse: Vec<Sample<'_>> = (0..120).map(|second| heart_rate(second, &source)).collect();
    writer.samples(&pulse, &mut out).unwrap();
    events(&source, |event| writer.event(event, &mut out).unwrap());
    writer.finish(&mut out);
    out
}

fn heart_rate(second: i64, source: &Source) -> Sample<'_> {
    let row = SampleRow {
        at: at(90_000 + second),
        duration_us: 0,
        value: 60.0 + second as f64 / 8.0,
        offset: Some(LocalOffset::device(3_600)),
        source: Some(source),
        is_daily_total: None,
        is_reduced: false,
    };
    Sample { series: SeriesType::HEART_RATE, source: 1, context: Context::SAMPLES, twin: 0, row }
}

fn events(source: &Source, mut take: impl FnMut(&Event<'_>)) {
    let mut number = 0;
    let mut tell = |detail: EventDetail<'_>| {
        number += 1;
        let id = format!("01a1ffb4-0000-7000-8000-0000000001{number:02}");
        take(&Event { id, source, start: at(0), end: at(3_600), offset: Some(LocalOffset::device(19_800)), detail });
    };
    let own = || Lap { start: Some(at(5)), end: Some(at(65)), timer_s: Some(58.5), ..Lap::default() };
    tell(EventDetail::Workout(&WorkoutDetail {
        laps: vec![own(), Lap { distance_m: Some(400.0), trigger: Some("manual".to_owned()), ..own() }, Lap::default()],
        zones: vec![
            Zone { kind: ZoneKind::HeartRate, zone: 2, high: Some(150.0), seconds: 61.5 },
            Zone { kind: ZoneKind::Power, zone: 0, high: None, seconds: 0.0 },
        ],
        lengths: vec![PoolLength { start: Some(at(7)), elapsed_s: Some(31.0), ..PoolLength::default() }],
        sets: vec![StrengthSet { repetitions: Some(12.0), weight_kg: Some(20.0), ..StrengthSet::default() }],
        legs: vec![Leg { workout_type: Some(WorkoutType::Cycling), start: Some(at(9)), ..Leg::default() }],
        ..view().detail
    }));
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

/// Swimming, cycling and running, with transitions: a heart rate a second, and of each sport what it measures.
pub(crate) fn triathlon() -> (WorkoutView, Vec<Part>) {
    use WorkoutType as W;
    let sports = [
        (W::OpenWaterSwimming, 0, 60),
        (W::Transition, 60, 75),
        (W::Cycling, 75, 195),
        (W::Transition, 200, 215),
        (W::Running, 215, 300),
    ];
    let parts: Vec<Part> = sports.into_iter().map(|(kind, from, to)| part(kind, from, to)).collect();
    let detail = WorkoutDetail {
        workout_type: Some(W::Multisport),
        name: Some("Sprint".to_owned()),
        elapsed_s: Some(300.0),
        timer_s: Some(295.0),
        ..WorkoutDetail::default()
    };
    (WorkoutView { detail, ..view() }, parts)
}

fn part(kind: WorkoutType, from: i64, to: i64) -> Part {
    let seconds = (to - from) as f64;
    let half = (from + to) / 2;
    let lap = |from: i64, to: i64| Lap { start: Some(at(from)), end: Some(at(to)), ..Lap::default() };
    let is_ride = kind == WorkoutType::Cycling;
    let detail = WorkoutDetail {
        workout_type: Some(kind),
        elapsed_s: Some(seconds),
        timer_s: Some(seconds),
        distance_m: Some(seconds * 4.0),
        laps: if is_ride {
            let metres = Some(seconds * 2.0);
            vec![Lap { distance_m: metres, ..lap(from, half) }, Lap { distance_m: metres, ..lap(half, to) }]
        } else {
            Vec::new()
        },
        ..WorkoutDetail::default()
    };
    let has_cadence = is_ride || kind == WorkoutType::Running;
    let row = |second: i64| Row {
        time: at(second),
        heart_rate_bpm: Some(110.0 + (second % 60) as f64),
        cadence_rpm: has_cadence.then_some(88.5),
        power_w: is_ride.then_some(210.0),
        latitude_deg: Some(52.5 + second as f64 / 1e4),
        longitude_deg: Some(13.25),
        ..Row::default()
    };
    let cadence = if is_ride { Cadence::Turns } else { Cadence::Strides };
    let view = WorkoutView { start: at(from), end: at(to), detail, ..view() };
    Part { view, track: Track { rows: (from..to).map(row).collect(), cadence } }
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
