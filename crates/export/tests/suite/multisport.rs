//! A triathlon written as one FIT or TCX file is read back as its sports, transitions between them.

use crate::sample::triathlon;
use export::{Part, fit, tcx};
use formats::track;
use model::{Point, ProviderName, Record, SeriesType, Source, WorkoutRecord, WorkoutType};

const FILE: ProviderName = ProviderName::from_static("file");

fn workouts(records: Vec<Record>) -> Vec<WorkoutRecord> {
    let workout = |record| match record {
        Record::Workout(workout) => Some(*workout),
        _ => None,
    };
    records.into_iter().filter_map(workout).collect()
}

fn points(record: &WorkoutRecord, series: SeriesType) -> Vec<Point> {
    let batch = record.samples.iter().find(|batch| batch.series == series);
    batch.map(|batch| batch.points.clone()).unwrap_or_default()
}

/// Each sport comes back with its time, its distance and every heart rate.
fn check(parts: &[Part], read: &[WorkoutRecord]) {
    assert_eq!(read.len(), parts.len());
    for (part, record) in parts.iter().zip(read) {
        let name = part.view.detail.workout_type;
        assert_eq!((record.start, record.end), (Some(part.view.start), Some(part.view.end)), "{name:?}");
        assert_eq!(record.detail.distance_m, part.view.detail.distance_m, "{name:?}");
        let told: Vec<_> =
            part.track.rows.iter().filter_map(|row| Some((row.time, row.heart_rate_bpm?.round()))).collect();
        let found: Vec<_> =
            points(record, SeriesType::HEART_RATE).iter().map(|point| (point.start, point.value)).collect();
        assert_eq!(found, told, "{name:?}");
    }
}

#[test]
fn a_triathlon_is_one_fit_file_with_a_session_a_sport() {
    let (whole, parts) = triathlon();
    let bytes = fit::write_multisport(&whole, &parts).unwrap();
    let file = formats::fit::read(&mut bytes.as_slice());
    assert!(file.issues.is_empty() && !file.damaged, "{:?}", file.issues);
    let read = workouts(formats::fit::to_records(&file, FILE));
    let kinds: Vec<_> = read.iter().map(|record| record.detail.workout_type.unwrap()).collect();
    use WorkoutType as W;
    assert_eq!(
        kinds,
        [W::Multisport, W::OpenWaterSwimming, W::Transition, W::Cycling, W::Transition, W::Running],
        "the whole comes first"
    );
    check(&parts, &read[1..]);
    assert_eq!(read[0].detail.legs.len(), 5);
    assert_eq!((read[0].start, read[0].end), (Some(whole.start), Some(whole.end)));
    assert!(read[1..].iter().all(|leg| leg.detail.parent_external_id.as_ref() == Some(&read[0].external_id)));
    let laps: Vec<usize> = read[1..].iter().map(|leg| leg.detail.laps.len()).collect();
    assert_eq!(laps, [1, 1, 2, 1, 1]);
    assert_eq!(points(&read[3], SeriesType::CADENCE).len(), parts[2].track.rows.len(), "of the crank");
    assert_eq!(points(&read[5], SeriesType::RUNNING_CADENCE).len(), parts[4].track.rows.len(), "of the feet");
    let one = formats::fit::to_workout(&file, "x", Source::of(FILE)).unwrap();
    assert_eq!(one.detail.legs.len(), 5);
}

#[test]
fn a_triathlon_is_one_multisport_session_of_tcx() {
    let (whole, parts) = triathlon();
    let text = tcx::write_multisport(&whole, &parts).unwrap();
    assert_eq!((text.matches("<Transition ").count(), text.matches("<Activity ").count()), (2, 3));
    let file = formats::tcx::read(&mut text.as_bytes());
    assert!(file.issues.is_empty(), "{:?}", file.issues);
    let read = workouts(track::to_records(&file, FILE));
    assert_eq!(read[0].detail.workout_type, Some(WorkoutType::Multisport));
    assert_eq!((read[0].start, read[0].end), (Some(whole.start), Some(whole.end)));
    check(&parts, &read[1..]);
}

#[test]
fn transitions_that_lead_nowhere_are_sports_of_their_own() {
    let (whole, mut parts) = triathlon();
    parts.swap(0, 1);
    parts.pop();
    let text = tcx::write_multisport(&whole, &parts).unwrap();
    assert_eq!((text.matches("<Transition ").count(), text.matches("<Activity ").count()), (0, 4));
    assert_eq!(text.matches("<FirstSport>").count(), 1);
    let bytes = fit::write_multisport(&whole, &parts[..0]).unwrap();
    assert!(formats::fit::read(&mut bytes.as_slice()).issues.is_empty());
}
