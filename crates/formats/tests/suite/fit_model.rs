//! From FIT fields to the model: units, cadence by sport, pauses, developer fields, ids.

use crate::fit_writer::{ENUM, FitWriter, SINT8, SINT32, UINT8, UINT16, UINT32, at, instant, run, session};
use formats::fit::{self, FitFile};
use model::{Facet, IssueCode, LocalOffset, ProviderName, Record, SeriesType, Source, WorkoutRecord, WorkoutType};

fn read(file: &FitWriter) -> FitFile {
    fit::read(&mut file.bytes().as_slice())
}

fn workout(file: &FitFile) -> WorkoutRecord {
    fit::to_workout(file, "activity-1", Source::of(ProviderName::from_static("garmin"))).unwrap()
}

fn values(workout: &WorkoutRecord, series: SeriesType) -> Vec<f64> {
    let batches = workout.samples.iter().filter(|batch| batch.series == series);
    batches.flat_map(|batch| batch.points.iter().map(|point| point.value)).collect()
}

#[test]
fn a_run_becomes_a_workout_with_steps_of_both_feet() {
    let file = read(&run(3));
    assert!(file.issues.is_empty(), "{:?}", file.issues);
    let workout = workout(&file);
    assert_eq!((workout.facet, workout.detail.workout_type), (Facet::File, Some(WorkoutType::Running)));
    assert_eq!((workout.start, workout.end), (Some(instant(0)), Some(instant(3))));
    assert_eq!(workout.offset, Some(LocalOffset::device(7200)));
    assert!(workout.samples.iter().all(|batch| batch.offset == workout.offset));
    assert_eq!(values(&workout, SeriesType::HEART_RATE), [120.0, 121.0, 122.0]);
    assert_eq!(values(&workout, SeriesType::RUNNING_CADENCE), [170.0; 3]);
    assert!(values(&workout, SeriesType::CADENCE).is_empty());
    assert_eq!(values(&workout, SeriesType::TOTAL_DISTANCE), [0.0, 3.0, 6.0]);
    assert_eq!(workout.detail.laps.len(), 1);
    assert_eq!(workout.file.unwrap().product.as_deref(), Some("fenix6x"));
}

#[test]
fn units_are_those_of_the_series() {
    let mut file = FitWriter::default();
    let fields = [(253, 4, UINT32), (0, 4, SINT32), (1, 4, SINT32), (2, 2, UINT16), (6, 2, UINT16)];
    file.define(0, 20, &[&fields[..], &[(13, 1, SINT8), (39, 2, UINT16), (30, 1, UINT8)]].concat());
    let position = [(1i32 << 29).to_le_bytes(), (-(1i32 << 30)).to_le_bytes()].concat();
    let altitude = 2750u16.to_le_bytes();
    file.data(0, &[&at(0), &position, &altitude, &3500u16.to_le_bytes(), &[0xFB], &985u16.to_le_bytes(), &[0x80 | 52]]);
    let file = read(&file);
    let value = |series| file.whole().column(series).first().map(|point| point.value);
    assert_eq!(value(SeriesType::LATITUDE), Some(45.0));
    assert_eq!(value(SeriesType::LONGITUDE), Some(-90.0));
    assert_eq!(value(SeriesType::ELEVATION), Some(50.0));
    assert_eq!(value(SeriesType::SPEED), Some(3.5));
    assert_eq!(value(SeriesType::AIR_TEMPERATURE), Some(-5.0));
    assert_eq!(value(SeriesType::RUNNING_VERTICAL_OSCILLATION), Some(9.85));
    assert_eq!(value(SeriesType::LEFT_RIGHT_BALANCE), Some(52.0));
}

#[test]
fn compressed_timestamps_count_on_from_the_latest_time() {
    let mut file = FitWriter::default();
    file.define(0, 20, &[(253, 4, UINT32), (3, 1, UINT8)]).define(1, 20, &[(3, 1, UINT8)]);
    file.data(0, &[&1_000_000_030u32.to_le_bytes(), &[100]]);
    let low = (1_000_000_030u32 & 0x1F) as u8;
    file.compressed(1, low + 1, &[&[101]]).compressed(1, low + 31, &[&[102]]);
    let file = read(&file);
    let times: Vec<_> = file.whole().column(SeriesType::HEART_RATE).iter().map(|point| point.start).collect();
    assert_eq!(times, [instant(30), instant(31), instant(61)]);
}

#[test]
fn a_pause_is_from_the_timers_stop_to_its_next_start() {
    let mut file = run(100);
    file.define(5, 21, &[(253, 4, UINT32), (0, 1, ENUM), (1, 1, ENUM)]);
    for (second, kind) in [(0, 0), (10, 4), (12, 4), (20, 0), (90, 9)] {
        file.data(5, &[&at(second), &[0], &[kind]]);
    }
    assert_eq!(workout(&read(&file)).detail.pauses, [(instant(10), instant(20))]);
}

#[test]
fn several_sports_are_a_parent_and_parts_with_their_own_samples() {
    let mut file = run(10);
    session(&mut file, 10, 10, 2);
    file.define(1, 20, &[(253, 4, UINT32), (4, 1, UINT8)]);
    for second in 10..20 {
        file.data(1, &[&at(second), &[90]]);
    }
    let file = read(&file);
    let records = fit::to_records(&file, ProviderName::from_static("upload"));
    let [Record::Workout(parent), Record::Workout(ran), Record::Workout(rode)] = records.as_slice() else {
        panic!("a parent and two parts: {records:?}");
    };
    assert_eq!((parent.detail.is_parent, parent.detail.legs.len(), parent.samples.len()), (Some(true), 2, 0));
    assert_eq!(parent.detail.distance_m, Some(60.0));
    assert_eq!(ran.detail.parent_external_id.as_ref(), Some(&parent.external_id));
    assert_eq!((values(ran, SeriesType::RUNNING_CADENCE).len(), values(ran, SeriesType::CADENCE).len()), (10, 0));
    assert_eq!(
        (values(rode, SeriesType::RUNNING_CADENCE).len(), values(rode, SeriesType::CADENCE)),
        (0, vec![90.0; 10])
    );
    assert_eq!(parent.external_id, format!("fit:garmin:77:{}", instant(0).as_seconds()));
    assert_eq!(rode.external_id, format!("{}:1", parent.external_id));
}

#[test]
fn a_file_whose_header_never_got_its_length_is_read_to_its_end() {
    let file = fit::read(&mut run(5).bytes_stating(0).as_slice());
    assert_eq!((file.whole().record_count, file.whole().sessions.len()), (5, 1));
    assert_eq!(file.issues.iter().map(|issue| issue.code).collect::<Vec<_>>(), [IssueCode::Damaged]);
}

#[test]
fn a_wrong_checksum_costs_nothing_but_an_issue() {
    let mut bytes = run(5).bytes();
    *bytes.last_mut().unwrap() ^= 1;
    let file = fit::read(&mut bytes.as_slice());
    assert_eq!(file.whole().record_count, 5);
    assert_eq!(file.issues.iter().map(|issue| issue.code).collect::<Vec<_>>(), [IssueCode::Damaged]);
}

#[test]
fn files_without_a_serial_number_are_known_by_their_bytes() {
    let id = |heart_rate: u8| {
        let mut file = FitWriter::default();
        file.define(0, 20, &[(253, 4, UINT32), (3, 1, UINT8)]).data(0, &[&at(0), &[heart_rate]]);
        match fit::to_records(&read(&file), ProviderName::from_static("upload")).into_iter().next() {
            Some(Record::Workout(workout)) => workout.external_id,
            other => panic!("{other:?}"),
        }
    };
    assert_eq!(id(60), id(60));
    assert_ne!(id(60), id(61));
}

#[test]
fn weights_of_one_person_are_kept_and_of_several_are_not() {
    let scale = |people: &[u16]| {
        let mut file = FitWriter::default();
        file.define(0, 30, &[(253, 4, UINT32), (0, 2, UINT16), (12, 2, UINT16)]);
        for (second, person) in (0..).zip(people) {
            file.data(0, &[&at(second), &7250u16.to_le_bytes(), &person.to_le_bytes()]);
        }
        read(&file)
    };
    let one = fit::to_records(&scale(&[0, 0]), ProviderName::from_static("upload"));
    let [Record::Samples(batch)] = one.as_slice() else { panic!("{one:?}") };
    assert_eq!((batch.series, batch.points.len(), batch.points[0].value), (SeriesType::WEIGHT, 2, 72.5));
    let several = scale(&[0, 1]);
    assert!(fit::to_records(&several, ProviderName::from_static("upload")).is_empty());
    assert!(several.issues.iter().any(|issue| issue.code == IssueCode::Invalid));
}

#[test]
fn chained_files_are_workouts_of_their_own() {
    let mut bytes = run(10).bytes();
    bytes.extend(run(20).bytes());
    let file = fit::read(&mut bytes.as_slice());
    assert!(file.issues.is_empty(), "{:?}", file.issues);
    let samples: Vec<usize> = fit::to_records(&file, ProviderName::from_static("upload"))
        .iter()
        .map(|record| match record {
            Record::Workout(workout) => values(workout, SeriesType::HEART_RATE).len(),
            other => panic!("{other:?}"),
        })
        .collect();
    assert_eq!(samples, [10, 20]);
    assert_eq!(workout(&file).detail.legs.len(), 2);
}

#[test]
fn old_records_hold_speed_and_distance_in_three_bytes() {
    let mut file = FitWriter::default();
    file.define(0, 20, &[(253, 4, UINT32), (8, 3, 0x0D)]);
    // 2.50 m/s = 250 = 0x0FA; 5 m = 80 sixteenths = 0x050, then 4090 and, over the edge, 10 more.
    file.data(0, &[&at(0), &[0xFA, 0x00, 0x05]]).data(0, &[&at(1), &[0xFA, 0xA0, 0xFF]]);
    file.data(0, &[&at(2), &[0xFA, 0x40, 0x00]]).data(0, &[&at(3), &[0xFF; 3]]);
    let file = read(&file);
    let series = |series| file.whole().column(series).iter().map(|point| point.value).collect::<Vec<_>>();
    assert_eq!(series(SeriesType::SPEED), [2.5; 3]);
    assert_eq!(series(SeriesType::TOTAL_DISTANCE), [5.0, 255.625, 256.25]);
}

#[test]
fn a_straps_memory_fills_the_gaps_of_the_records() {
    let mut file = FitWriter::default();
    file.define(0, 20, &[(253, 4, UINT32), (3, 1, UINT8)]).data(0, &[&at(0), &[100]]).data(0, &[&at(60), &[0xFF]]);
    file.define(1, 132, &[(253, 4, UINT32), (0, 2, UINT16), (9, 4, UINT32), (6, 1, UINT8)]);
    file.data(1, &[&at(0), &16_384u16.to_le_bytes(), &5000u32.to_le_bytes(), &[99]]);
    // 5000 = 0x1388; twelve bits 0x788 are one second on, 0xB88 two.
    file.define(2, 132, &[(10, 3, 0x0D), (6, 2, UINT8)]).data(2, &[&[0x88, 0x87, 0xB8], &[98, 97]]);
    let file = read(&file);
    assert_eq!(file.whole().strap_heart_rate.len(), 3);
    let workout = workout(&file);
    assert_eq!(values(&workout, SeriesType::HEART_RATE), [100.0, 97.0]);
    let last = workout.samples[0].points.last().unwrap().start;
    assert_eq!(last, instant(2).plus_micros(500_000));
}

#[test]
fn beat_intervals_follow_one_another_from_the_latest_record() {
    let mut file = FitWriter::default();
    file.define(0, 20, &[(253, 4, UINT32)]).define(1, 78, &[(0, 6, UINT16)]);
    let beats = [800u16, 850, 0xFFFF].map(u16::to_le_bytes).concat();
    file.data(0, &[&at(0)]).data(1, &[&beats]).data(0, &[&at(2)]).data(1, &[&beats]);
    file.data(0, &[&at(600)]).data(1, &[&beats]);
    let file = read(&file);
    let column = file.whole().column(SeriesType::RR_INTERVAL).to_vec();
    let milliseconds: Vec<_> = column.iter().map(|point| point.start.micros_since(instant(0)) / 1000).collect();
    assert_eq!(milliseconds, [800, 1650, 2450, 3300, 600_800, 601_650]);
    assert!(column.iter().all(|point| point.value == 800.0 || point.value == 850.0));
}

#[test]
fn steps_of_a_day_are_the_differences_of_its_counter() {
    let mut file = FitWriter::default();
    file.define(0, 103, &[(253, 4, UINT32), (0, 4, UINT32)]).data(0, &[&at(0), &at(3600)]);
    file.define(1, 55, &[(253, 4, UINT32), (5, 1, ENUM), (3, 4, UINT32)]);
    for (second, steps) in [(0, 0u32), (60, 100), (120, 100), (180, 130), (240, 20)] {
        file.data(1, &[&at(second), &[6], &steps.to_le_bytes()]);
    }
    file.define(2, 55, &[(26, 2, UINT16), (27, 1, UINT8)]);
    file.data(2, &[&(1_000_000_300u32 as u16).to_le_bytes(), &[61]]);
    let records = fit::to_records(&read(&file), ProviderName::from_static("upload"));
    let [Record::Samples(steps), Record::Samples(heart)] = records.as_slice() else { panic!("{records:?}") };
    let minutes: Vec<_> = steps.points.iter().map(|point| (point.start, point.duration_us, point.value)).collect();
    let minute = 60_000_000;
    assert_eq!(minutes, [(instant(0), minute, 100.0), (instant(120), minute, 30.0), (instant(180), minute, 20.0)]);
    assert_eq!((heart.series, heart.points[0].start), (SeriesType::HEART_RATE, instant(300)));
    assert_eq!(steps.offset, Some(LocalOffset::device(3600)));
}

#[test]
fn zones_are_given_to_their_session_with_their_edges() {
    let mut file = run(3);
    file.define(5, 216, &[(0, 2, UINT16), (2, 8, UINT32), (6, 2, UINT8)]);
    let seconds = [1500u32, 2000].map(u32::to_le_bytes).concat();
    file.data(5, &[&19u16.to_le_bytes(), &seconds, &[90, 110]]).data(5, &[&18u16.to_le_bytes(), &seconds, &[100, 120]]);
    let zones = workout(&read(&file)).detail.zones;
    assert_eq!(
        zones.iter().map(|zone| (zone.zone, zone.high, zone.seconds)).collect::<Vec<_>>(),
        [(0, Some(100.0), 1.5), (1, Some(120.0), 2.0)]
    );
}
