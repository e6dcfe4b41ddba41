//! A workout written as FIT or TCX is read back as it was, within what the format can hold.

use export::{Cadence, Row, Track, fit, tcx};
use formats::track;
use model::{
    Lap, LocalOffset, Point, ProviderName, SeriesType, Source, Timestamp, WorkoutDetail, WorkoutRecord, WorkoutType,
    WorkoutView,
};
use proptest::prelude::*;

/// 2026-11-10T06:30:00Z.
const START: i64 = 1_794_292_200;
const FILE: ProviderName = ProviderName::from_static("file");

fn at(second: i64) -> Timestamp {
    Timestamp::from_seconds(START + second)
}

fn view(seconds: i64, kind: WorkoutType) -> WorkoutView {
    let half = seconds / 2;
    let lap = |from: i64, to: i64| Lap {
        start: Some(at(from)),
        end: Some(at(to)),
        elapsed_s: Some((to - from) as f64),
        timer_s: Some((to - from) as f64),
        distance_m: Some((to - from) as f64 * 3.25),
        energy_kcal: Some(40.0),
        heart_rate_avg_bpm: Some(140.0),
        heart_rate_max_bpm: Some(171.0),
        trigger: Some("distance".to_owned()),
        ..Lap::default()
    };
    WorkoutView {
        source: Source::of(FILE),
        start: at(0),
        end: at(seconds),
        offset: Some(LocalOffset::device(3_600)),
        detail: WorkoutDetail {
            workout_type: Some(kind),
            name: Some("Über den <Berg>".to_owned()),
            elapsed_s: Some(seconds as f64),
            timer_s: Some(seconds as f64),
            distance_m: Some(seconds as f64 * 3.25),
            energy_kcal: Some(80.0),
            heart_rate_avg_bpm: Some(140.0),
            heart_rate_max_bpm: Some(171.0),
            elevation_gain_m: Some(12.0),
            laps: vec![lap(0, half), lap(half, seconds)],
            ..WorkoutDetail::default()
        },
        file: None,
    }
}

/// A row of which some values may be missing.
fn row() -> impl Strategy<Value = Row> {
    let some = |range: std::ops::Range<f64>| prop::option::weighted(0.8, range);
    let position = prop::option::weighted(0.8, (-90.0..90.0, -179.0..179.0));
    let motion = (some(0.0..20.0), some(1.0..250.0), some(0.0..250.0));
    (position, some(-400.0..8_000.0), motion, some(-40.0..50.0), some(0.0..2_000.0), some(0.0..1e5)).prop_map(
        |(position, elevation_m, (speed_mps, heart_rate_bpm, cadence_rpm), temperature_c, power_w, distance_m)| Row {
            latitude_deg: position.map(|position| position.0),
            longitude_deg: position.map(|position| position.1),
            elevation_m,
            speed_mps,
            heart_rate_bpm,
            cadence_rpm,
            temperature_c,
            power_w,
            distance_m,
            ..Row::default()
        },
    )
}

fn track(rows: Vec<Row>, cadence: Cadence) -> Track {
    let rows = rows.into_iter().enumerate().map(|(second, row)| Row { time: at(second as i64), ..row }).collect();
    Track { rows, cadence }
}

type Value = fn(&Row) -> Option<f64>;

/// Every value of a series is there, at its time, no further off than the format's step allows.
fn check(record: &WorkoutRecord, series: SeriesType, track: &Track, value: Value, worth: f64, step: f64) {
    let batch = record.samples.iter().find(|batch| batch.series == series);
    let read: Vec<Point> = batch.map(|batch| batch.points.clone()).unwrap_or_default();
    let written: Vec<(Timestamp, f64)> =
        track.rows.iter().filter_map(|row| Some((row.time, value(row)? * worth))).collect();
    assert_eq!(
        read.iter().map(|point| point.start).collect::<Vec<_>>(),
        written.iter().map(|(at, _)| *at).collect::<Vec<_>>(),
        "{series}"
    );
    for (point, (at, value)) in read.iter().zip(&written) {
        assert!((point.value - value).abs() <= step * 0.500_001, "{series} at {at}: {value} became {}", point.value);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn fit_gives_back_every_value_within_its_resolution(rows in prop::collection::vec(row(), 2..200)) {
        let track = track(rows, Cadence::Strides);
        let view = view(track.rows.len() as i64, WorkoutType::Running);
        let bytes = fit::write_workout(&view, &track).unwrap();
        let file = formats::fit::read(&mut bytes.as_slice());
        prop_assert!(file.issues.is_empty(), "{:?}", file.issues);
        let record = formats::fit::to_workout(&file, "x", Source::of(FILE)).unwrap();
        let degree = 180.0 / 2_147_483_648.0;
        check(&record, SeriesType::LATITUDE, &track, |row| row.latitude_deg, 1.0, degree);
        check(&record, SeriesType::LONGITUDE, &track, |row| row.longitude_deg, 1.0, degree);
        check(&record, SeriesType::ELEVATION, &track, |row| row.elevation_m, 1.0, 0.2);
        check(&record, SeriesType::SPEED, &track, |row| row.speed_mps, 1.0, 0.001);
        check(&record, SeriesType::HEART_RATE, &track, |row| row.heart_rate_bpm, 1.0, 1.0);
        check(&record, SeriesType::RUNNING_CADENCE, &track, |row| row.cadence_rpm, 2.0, 2.0 / 128.0);
        check(&record, SeriesType::AIR_TEMPERATURE, &track, |row| row.temperature_c, 1.0, 1.0);
        check(&record, SeriesType::POWER, &track, |row| row.power_w, 1.0, 1.0);
        check(&record, SeriesType::TOTAL_DISTANCE, &track, |row| row.distance_m, 1.0, 0.01);
    }

    #[test]
    fn tcx_gives_back_what_it_has_a_place_for(rows in prop::collection::vec(row(), 2..100)) {
        let track = track(rows, Cadence::Turns);
        let view = view(track.rows.len() as i64, WorkoutType::Cycling);
        let text = tcx::write_workout(&view, &track).unwrap();
        let file = formats::tcx::read(&mut text.as_bytes());
        prop_assert!(file.issues.is_empty(), "{:?}", file.issues);
        let record = track::to_workout(&file, "x", Source::of(FILE)).unwrap();
        check(&record, SeriesType::LATITUDE, &track, |row| row.latitude_deg, 1.0, 0.0);
        check(&record, SeriesType::LONGITUDE, &track, |row| row.longitude_deg, 1.0, 0.0);
        check(&record, SeriesType::ELEVATION, &track, |row| row.elevation_m, 1.0, 0.0);
        check(&record, SeriesType::SPEED, &track, |row| row.speed_mps, 1.0, 0.0);
        check(&record, SeriesType::HEART_RATE, &track, |row| row.heart_rate_bpm, 1.0, 1.0);
        check(&record, SeriesType::CADENCE, &track, |row| row.cadence_rpm, 1.0, 1.0);
        check(&record, SeriesType::POWER, &track, |row| row.power_w, 1.0, 1.0);
        check(&record, SeriesType::TOTAL_DISTANCE, &track, |row| row.distance_m, 1.0, 0.0);
    }
}

fn minutes() -> Track {
    let row = |second: i64| Row {
        latitude_deg: Some(52.5),
        longitude_deg: Some(13.4 + second as f64 / 1e4),
        heart_rate_bpm: Some(130.0 + second as f64),
        cadence_rpm: Some(85.5),
        ..Row::default()
    };
    track((0..120).map(row).collect(), Cadence::Strides)
}

#[test]
fn fit_keeps_totals_laps_pauses_sport_and_clock() {
    let mut view = view(120, WorkoutType::TrailRunning);
    view.detail.pauses = vec![(at(30), at(50))];
    view.detail.run_cadence_avg_spm = Some(172.0);
    let mut track = minutes();
    track.rows.retain(|row| !(at(31)..at(50)).contains(&row.time));
    let bytes = fit::write_workout(&view, &track).unwrap();
    let file = formats::fit::read(&mut bytes.as_slice());
    assert!(file.issues.is_empty() && !file.damaged, "{:?}", file.issues);
    let record = formats::fit::to_workout(&file, "x", Source::of(FILE)).unwrap();
    assert_eq!((record.start, record.end), (Some(at(0)), Some(at(120))));
    assert_eq!(record.offset.map(|offset| offset.seconds), Some(3_600));
    let detail = &record.detail;
    assert_eq!(detail.workout_type, Some(WorkoutType::TrailRunning));
    assert_eq!(detail.name.as_deref(), Some("Über den <Berg>"));
    assert_eq!((detail.distance_m, detail.energy_kcal), (Some(390.0), Some(80.0)));
    assert_eq!((detail.heart_rate_avg_bpm, detail.run_cadence_avg_spm), (Some(140.0), Some(172.0)));
    assert_eq!(detail.pauses, [(at(30), at(50))]);
    let laps: Vec<_> =
        detail.laps.iter().map(|lap| (lap.start, lap.end, lap.distance_m, lap.trigger.clone())).collect();
    let distance = Some("distance".to_owned());
    assert_eq!(
        laps,
        [
            (Some(at(0)), Some(at(60)), Some(195.0), distance.clone()),
            (Some(at(60)), Some(at(120)), Some(195.0), distance)
        ]
    );
}

#[test]
fn tcx_keeps_laps_their_points_pauses_and_the_cadence_of_the_feet() {
    let mut view = view(120, WorkoutType::Running);
    view.detail.pauses = vec![(at(30), at(50))];
    let mut track = minutes();
    track.rows.retain(|row| !(at(31)..at(50)).contains(&row.time));
    let text = tcx::write_workout(&view, &track).unwrap();
    let file = formats::tcx::read(&mut text.as_bytes());
    let record = track::to_workout(&file, "x", Source::of(FILE)).unwrap();
    assert_eq!((record.start, record.detail.workout_type), (Some(at(0)), Some(WorkoutType::Running)));
    assert_eq!(record.detail.pauses, [(at(30), at(50))]);
    assert_eq!(record.detail.description.as_deref(), Some("Über den <Berg>"));
    let laps: Vec<_> = record.detail.laps.iter().map(|lap| (lap.start, lap.timer_s, lap.distance_m)).collect();
    assert_eq!(laps, [(Some(at(0)), Some(60.0), Some(195.0)), (Some(at(60)), Some(60.0), Some(195.0))]);
    check(&record, SeriesType::RUNNING_CADENCE, &track, |row| row.cadence_rpm, 2.0, 2.0);
}

#[test]
fn a_workout_without_laps_or_samples_is_one_lap() {
    let mut view = view(60, WorkoutType::Yoga);
    view.detail.laps.clear();
    let bytes = fit::write_workout(&view, &Track::default()).unwrap();
    let file = formats::fit::read(&mut bytes.as_slice());
    let record = formats::fit::to_workout(&file, "x", Source::of(FILE)).unwrap();
    assert_eq!((record.detail.laps.len(), record.detail.workout_type), (1, Some(WorkoutType::Yoga)));
    let text = tcx::write_workout(&view, &Track::default()).unwrap();
    assert_eq!(text.matches("<Lap ").count(), 1);
}

#[test]
fn rows_of_one_second_are_one_record_and_times_before_fit_are_refused() {
    let mut track = minutes();
    track.rows.truncate(2);
    track.rows[1].time = track.rows[0].time.plus_micros(400_000);
    let bytes = fit::write_workout(&view(60, WorkoutType::Running), &track).unwrap();
    let file = formats::fit::read(&mut bytes.as_slice());
    let beats: Vec<_> = file.whole().column(SeriesType::HEART_RATE).iter().map(|point| point.value).collect();
    assert_eq!(beats, [131.0], "the latest of the second");
    let old = WorkoutView { start: Timestamp::from_seconds(0), ..view(60, WorkoutType::Running) };
    assert!(fit::write_workout(&old, &track).is_err());
}
