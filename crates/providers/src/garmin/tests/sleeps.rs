//! `sleeps`: nights, naps, their ranks and what was measured.

use super::*;
use model::{LocalDate, LocalOffset, SleepDetail, SleepStage, StageInterval};

fn stage(stage: SleepStage, from: i64, to: i64) -> StageInterval {
    StageInterval { stage, start_time: MIDNIGHT.plus_seconds(from), end_time: MIDNIGHT.plus_seconds(to) }
}

#[test]
fn every_field_of_a_night_has_its_place() {
    let mapped = fixture("sleeps", "happy");
    assert_eq!(issues(&mapped), []);
    let night = sleeps(&mapped)[0];
    assert_eq!((night.external_id.as_str(), night.start), ("night:2026-03-01", MIDNIGHT));
    assert_eq!(night.end, MIDNIGHT.plus_seconds(27_000));
    assert_eq!(night.offset, Some(LocalOffset::device(3600)));
    let expected = SleepDetail {
        calendar_date: LocalDate::parse("2026-03-01"),
        is_nap: Some(false),
        asleep_s: Some(25_200.0),
        in_bed_s: Some(27_000.0),
        deep_s: Some(5400.0),
        light_s: Some(14_400.0),
        rem_s: Some(5400.0),
        awake_s: Some(1200.0),
        unmeasurable_s: Some(600.0),
        efficiency_percent: Some(25_200.0 / 27_000.0 * 100.0),
        validation: Some("ENHANCED_FINAL".into()),
        stages: vec![
            stage(SleepStage::Deep, 0, 5400),
            stage(SleepStage::Light, 5400, 19_800),
            stage(SleepStage::Awake, 19_800, 21_000),
            stage(SleepStage::Rem, 21_000, 26_400),
            stage(SleepStage::Unknown, 26_400, 26_500),
        ],
        ..SleepDetail::default()
    };
    assert_eq!(night.detail, expected);
}

#[test]
fn what_was_measured_at_night_becomes_samples_without_its_sentinels() {
    let mapped = fixture("sleeps", "happy");
    let samples = &sleeps(&mapped)[0].samples;
    let start = MIDNIGHT.as_seconds();
    assert_eq!(values(samples, SeriesType::RESPIRATORY_RATE), [(start, 14.5), (start + 60, 15.0)]);
    assert_eq!(values(samples, SeriesType::OXYGEN_SATURATION), [(start, 95.0), (start + 3600, 94.0)]);
    assert!(samples.iter().all(|batch| batch.rank == sleeps(&mapped)[0].rank));
}

#[test]
fn a_night_has_its_score_with_its_parts() {
    let mapped = fixture("sleeps", "happy");
    let score = sleeps(&mapped)[0].score.as_ref().unwrap();
    assert_eq!((score.value, score.qualifier.as_deref(), score.at), (Some(81.0), Some("GOOD"), MIDNIGHT));
    let parts: Vec<_> =
        score.components.iter().map(|part| (part.name.as_str(), part.value, part.qualifier.as_deref())).collect();
    assert_eq!(parts, [("totalDuration", None, Some("EXCELLENT")), ("remPercentage", Some(21.0), Some("FAIR"))]);
}

#[test]
fn a_nap_is_a_sleep_of_its_own() {
    let mapped = fixture("sleeps", "happy");
    let nap = sleeps(&mapped)[1];
    assert_eq!(nap.external_id, "nap:2026-03-01T13:00:00Z");
    assert_eq!((nap.start, nap.end), (MORNING.plus_seconds(18_000), MORNING.plus_seconds(19_500)));
    assert_eq!(
        (nap.detail.is_nap, nap.detail.asleep_s, nap.offset),
        (Some(true), Some(1500.0), Some(LocalOffset::device(3600)))
    );
    assert!(nap.rank > 0);
}

#[test]
fn a_tentative_night_has_the_same_identity_and_a_lower_rank() {
    let (last, first) = (fixture("sleeps", "happy"), fixture("sleeps", "revised"));
    assert_eq!(sleeps(&first)[0].external_id, sleeps(&last)[0].external_id);
    assert!(sleeps(&first)[0].rank < sleeps(&last)[0].rank);
    assert!(sleeps(&first)[0].rank > 0);
}

#[test]
fn a_night_whose_start_moves_keeps_the_place_of_its_score() {
    let scored = |start: i64, date: &str| {
        let body = format!(
            r#"{{"startTimeInSeconds":{start},"startTimeOffsetInSeconds":3600,"durationInSeconds":600,{date}"overallSleepScore":70}}"#
        );
        sleeps(&map("sleeps", body.as_bytes()))[0].score.as_ref().unwrap().at
    };
    let date = r#""calendarDate":"2026-03-01","#;
    assert_eq!((scored(1_772_316_000, date), scored(1_772_317_000, date)), (MIDNIGHT, MIDNIGHT));
    assert_eq!(scored(1_772_316_000, "").as_seconds(), 1_772_316_000, "a night without a date is known by itself");
}

#[test]
fn validations_rank_from_off_wrist_to_corrected_by_a_person() {
    let ascending =
        ["OFF_WRIST", "AUTO_TENTATIVE", "ENHANCED_TENTATIVE", "DEVICE", "AUTO_FINAL", "ENHANCED_FINAL", "auto_manual"];
    let rank = |word: &str| {
        let body = format!(r#"{{"startTimeInSeconds":1772319600,"durationInSeconds":60,"validation":"{word}"}}"#);
        sleeps(&map("sleeps", body.as_bytes()))[0].rank
    };
    assert!(ascending.windows(2).all(|pair| rank(pair[0]) < rank(pair[1])));
    assert_eq!(rank("MANUAL"), rank("AUTO_MANUAL"));
    assert_eq!(rank("SOMETHING_ELSE"), 0);
}

#[test]
fn without_date_and_offset_the_summary_id_is_the_identity() {
    let mapped = fixture("sleeps", "no_offset");
    let night = sleeps(&mapped)[0];
    assert_eq!((night.external_id.as_str(), night.offset, night.detail.calendar_date), ("x-plain", None, None));
    assert_eq!((night.rank, night.score.clone(), night.samples.len()), (0, None, 0));
    assert_eq!(night.detail.efficiency_percent, Some(100.0));
}

#[test]
fn time_awake_that_was_counted_in_is_taken_out() {
    let mapped = fixture("sleeps", "awake_counted_in");
    let night = sleeps(&mapped)[0];
    assert_eq!((night.detail.asleep_s, night.detail.in_bed_s), (Some(9000.0), Some(10_000.0)));
    assert_eq!(night.detail.efficiency_percent, Some(90.0));
}

#[test]
fn a_night_in_which_the_clocks_change_is_as_long_as_it_was() {
    let mapped = fixture("sleeps", "dst_change");
    let night = sleeps(&mapped)[0];
    assert_eq!(night.end.micros_since(night.start), 25_200_000_000);
    assert_eq!((night.external_id.as_str(), night.offset), ("night:2026-03-29", Some(LocalOffset::device(3600))));
}

#[test]
fn faults_cost_what_they_touch() {
    let mapped = fixture("sleeps", "faults");
    assert_eq!((mapped.items, sleeps(&mapped).len()), (3, 1));
    let night = sleeps(&mapped)[0];
    assert_eq!(night.external_id, "x-3");
    assert_eq!(night.detail.stages, [stage(SleepStage::Deep, 0, 600)]);
    assert_eq!(values(&night.samples, SeriesType::OXYGEN_SATURATION), [(MIDNIGHT.as_seconds() + 60, 97.0)]);
    let mut paths = issues(&mapped);
    paths.sort_by_key(|(_, path)| *path);
    assert_eq!(
        paths,
        [
            (IssueCode::Missing, "sleeps[0].startTimeInSeconds"),
            (IssueCode::Missing, "sleeps[1].durationInSeconds"),
            (IssueCode::Invalid, "sleeps[2].calendarDate"),
            (IssueCode::Invalid, "sleeps[2].naps"),
            (IssueCode::Missing, "sleeps[2].naps[0]"),
            (IssueCode::Invalid, "sleeps[2].overallSleepScore"),
            (IssueCode::Invalid, "sleeps[2].sleepLevelsMap"),
            (IssueCode::Invalid, "sleeps[2].timeOffsetSleepSpo2"),
        ]
    );
}
