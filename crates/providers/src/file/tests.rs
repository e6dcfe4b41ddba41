//! Uploaded files.

mod archives;

use super::File;
use crate::{Provider, fit_bytes, garmin::Garmin, track_text};
use model::{FileFormat, IssueCode, Mapped, PartMeta, Record, SeriesType, Timestamp};
use proptest::prelude::*;

const START: Timestamp = Timestamp::from_seconds(1_772_352_000);

fn upload(meta: &PartMeta, mut bytes: &[u8]) -> Mapped {
    File.map("workout_file", meta, &mut bytes)
}

#[test]
fn an_uploaded_run_is_a_workout_with_the_name_the_person_gave() {
    let meta = PartMeta { name: Some("Lunch".into()), file_name: Some("a.fit".into()), ..PartMeta::default() };
    let mapped = upload(&meta, &fit_bytes::run(START));
    assert_eq!((mapped.items, mapped.issues.len(), mapped.records.len()), (1, 0, 1));
    let Record::Workout(workout) = &mapped.records[0] else { panic!("{:?}", mapped.records) };
    assert_eq!((workout.start, workout.detail.name.as_deref()), (Some(START), Some("Lunch")));
    assert_eq!((workout.rank, workout.source.provider.as_str()), (2, "file"));
    assert!(workout.samples.iter().all(|batch| batch.rank == 2));
}

#[test]
fn the_same_file_again_is_the_same_workout_and_another_is_another() {
    let id = |start| match &upload(&PartMeta::default(), &fit_bytes::run(start)).records[0] {
        Record::Workout(workout) => workout.external_id.clone(),
        other => panic!("{other:?}"),
    };
    assert_eq!(id(START), id(START));
    assert_ne!(id(START), id(START.plus_seconds(3600)));
}

#[test]
fn a_copy_that_was_cut_or_damaged_ranks_below_a_whole_one() {
    let rank = |bytes: &[u8]| match upload(&PartMeta::default(), bytes).records.first() {
        Some(Record::Workout(workout)) => {
            assert!(workout.samples.iter().all(|batch| batch.rank == workout.rank));
            workout.rank
        }
        other => panic!("{other:?}"),
    };
    for whole in [fit_bytes::run(START), track_text::tcx(START), track_text::gpx(START)] {
        assert_eq!((rank(&whole), rank(&whole[..whole.len() - 20])), (2, 0));
    }
    let mut wrong = fit_bytes::run(START);
    *wrong.last_mut().unwrap() ^= 1;
    assert_eq!(rank(&wrong), 0);
}

#[test]
fn a_scales_file_gives_a_weight() {
    let mapped = upload(&PartMeta::default(), &fit_bytes::weight(START));
    let Record::Samples(batch) = &mapped.records[0] else { panic!("{:?}", mapped.records) };
    assert_eq!((batch.series, batch.points[0].value, batch.rank), (SeriesType::WEIGHT, 71.5, 2));
}

#[test]
fn tcx_and_gpx_are_workouts_with_ids_that_stay() {
    for bytes in [track_text::tcx(START), track_text::gpx(START)] {
        let again = [upload(&PartMeta::default(), &bytes), upload(&PartMeta::default(), &bytes)];
        assert_eq!(again[0], again[1]);
        assert_eq!(again[0].issues, []);
        let Record::Workout(workout) = &again[0].records[0] else { panic!("{:?}", again[0].records) };
        assert_eq!((workout.start, workout.rank, workout.samples.is_empty()), (Some(START), 2, false));
        assert_eq!(workout.detail.workout_type, Some(model::WorkoutType::Running));
    }
}

#[test]
fn what_is_no_known_file_is_noted() {
    let code = |mapped: Mapped| (mapped.records.len(), mapped.issues[0].code);
    assert_eq!(code(upload(&PartMeta::default(), b"hello")), (0, IssueCode::Unknown));
    assert_eq!(code(upload(&PartMeta::default(), b"")), (0, IssueCode::Unknown));
    let fit = PartMeta { format: Some(FileFormat::Fit), ..PartMeta::default() };
    assert_eq!(upload(&fit, b"hello").records.len(), 0);
    assert!(!upload(&fit, b"hello").issues.is_empty());
    assert_eq!(code(File.map("else", &fit, &mut fit_bytes::run(START).as_slice())), (0, IssueCode::Unknown));
}

/// A file of each format, damaged: bytes changed, repeated, cut.
fn damaged() -> impl Strategy<Value = Vec<u8>> {
    let whole = prop::sample::select(vec![fit_bytes::run(START), track_text::tcx(START), track_text::gpx(START)]);
    let wrong = prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..8);
    (whole, wrong, any::<prop::sample::Index>(), any::<prop::sample::Index>(), any::<bool>()).prop_map(
        |(mut bytes, wrong, from, to, repeats)| {
            for (index, byte) in wrong {
                let index = index.index(bytes.len());
                bytes[index] = byte;
            }
            let (from, to) = (from.index(bytes.len()), to.index(bytes.len()));
            let piece = bytes[from.min(to)..from.max(to)].to_vec();
            if repeats {
                bytes.splice(to..to, piece).for_each(drop)
            } else {
                bytes.truncate(to)
            }
            bytes
        },
    )
}

proptest! {
    #[test]
    fn damaged_files_are_mapped_without_panic_and_twice_the_same(bytes in damaged(), format in 0usize..4) {
        let format = FileFormat::ALL.get(format).copied();
        let meta = PartMeta { format, external_id: Some("1".into()), ..PartMeta::default() };
        for provider in [&File as &dyn Provider, &Garmin] {
            let part_type = if provider.manifest().types.contains_key("workout_file") { "workout_file" } else { "activityFiles" };
            let mapped = provider.map(part_type, &meta, &mut bytes.as_slice());
            prop_assert_eq!(&mapped, &provider.map(part_type, &meta, &mut bytes.as_slice()));
            let batches = mapped.records.iter().flat_map(|record| match record {
                Record::Workout(workout) => workout.samples.as_slice(),
                Record::Samples(batch) => std::slice::from_ref(batch),
                _ => &[],
            });
            let mut points = batches.flat_map(|batch| &batch.points);
            prop_assert!(points.all(|point| point.value.is_finite()));
            prop_assert!(!mapped.records.is_empty() || !mapped.issues.is_empty(), "nothing is lost unsaid");
        }
    }
}
