//! The app's tables.

use super::Whoop;
use crate::{Provider, recognise};
use model::{IssueCode, Mapped, PartMeta, Record, ScoreCategory, SeriesType, WorkoutType};

fn map(part_type: &str, bytes: &[u8]) -> Mapped {
    let found = recognise(bytes).unwrap();
    assert_eq!((found.provider.as_str(), found.part_type), ("whoop", part_type));
    Whoop.map(found.part_type, &PartMeta::default(), &mut &*bytes)
}

#[test]
fn a_cycle_gives_its_scores_and_what_was_measured_until_waking() {
    let mapped = map("export_cycles", include_bytes!("fixtures/export_cycles/two.csv"));
    assert_eq!((mapped.items, mapped.issues.len()), (2, 0));
    let scores: Vec<_> = mapped
        .records
        .iter()
        .filter_map(|record| match record {
            Record::Score(score) => Some((score.category, score.at.to_string(), score.value)),
            _ => None,
        })
        .collect();
    let strain = |at: &str, value| (ScoreCategory::Strain, at.to_owned(), Some(value));
    let recovery = (ScoreCategory::Recovery, "2026-01-05T10:30:00Z".to_owned(), Some(66.0));
    assert_eq!(scores, [strain("2026-01-05T21:30:00Z", 3.1), recovery, strain("2026-01-05T02:40:00Z", 12.4)]);
    let resting = mapped.records.iter().find_map(|record| match record {
        Record::Samples(batch) if batch.series == SeriesType::RESTING_HEART_RATE => Some(batch),
        _ => None,
    });
    let resting = resting.unwrap();
    assert_eq!((resting.points.len(), resting.points[0].value), (1, 52.0));
    assert_eq!(resting.offset.map(|offset| offset.seconds), Some(-12_600));
}

#[test]
fn a_night_and_a_nap_are_told_apart_and_one_that_has_not_ended_is_not_kept() {
    let mapped = map("export_sleeps", include_bytes!("fixtures/export_sleeps/night_and_nap.csv"));
    let sleeps: Vec<_> = mapped
        .records
        .iter()
        .filter_map(|record| match record {
            Record::Sleep(sleep) => Some(sleep),
            _ => None,
        })
        .collect();
    assert_eq!(sleeps.len(), 2);
    assert_eq!((sleeps[0].start.to_string().as_str(), sleeps[0].detail.is_nap), ("2026-01-04T22:10:00Z", Some(false)));
    assert_eq!((sleeps[0].detail.asleep_s, sleeps[0].detail.deep_s), (Some(26_400.0), Some(6000.0)));
    assert_eq!(sleeps[0].score.as_ref().and_then(|score| score.value), Some(88.0));
    assert_eq!((sleeps[1].detail.is_nap, sleeps[1].score.is_some()), (Some(true), false));
    assert_eq!(mapped.issues.iter().map(|issue| issue.code).collect::<Vec<_>>(), [IssueCode::Missing]);
}

#[test]
fn a_workout_has_its_type_length_and_heart_rates_and_the_journal_is_counted() {
    let mapped = map("export_workouts", include_bytes!("fixtures/export_workouts/run.csv"));
    let Some(Record::Workout(run)) = mapped.records.last() else { panic!("{:?}", mapped.records) };
    assert_eq!((run.detail.workout_type, run.detail.elapsed_s), (Some(WorkoutType::Running), Some(2730.0)));
    assert_eq!((run.detail.duration_s, run.detail.energy_kcal), (Some(2700.0), Some(430.0)));
    assert_eq!(run.start.unwrap().to_string(), "2026-01-05T16:00:00Z");
    let journal = map("export_journal", include_bytes!("fixtures/export_journal/entries.csv"));
    assert_eq!((journal.items, journal.issues[0].code), (1, IssueCode::Unmapped));
}
