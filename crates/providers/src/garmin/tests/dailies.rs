//! `dailies`: the day, its totals, its samples and its stress.

use super::*;
use model::{Context, DailyDetail, LocalDate, LocalOffset, ScoreCategory, ScoreRecord};

const MIDNIGHT_S: i64 = MIDNIGHT.as_seconds();

#[test]
fn every_field_of_a_day_has_its_place() {
    let mapped = fixture("dailies", "happy");
    assert_eq!(issues(&mapped), []);
    let day = days(&mapped)[0];
    assert_eq!((day.external_id.as_str(), day.rank, day.start), ("day:2026-03-01", 86_400, MIDNIGHT));
    assert_eq!((day.date, day.offset), (LocalDate::parse("2026-03-01").unwrap(), Some(LocalOffset::device(3600))));
    let expected = DailyDetail {
        covered_s: Some(86_400.0),
        steps: Some(11_234.0),
        pushes: Some(5.0),
        distance_m: Some(8765.5),
        push_distance_m: Some(40.5),
        active_energy_kcal: Some(512.0),
        basal_energy_kcal: Some(1688.0),
        consumed_energy_kcal: Some(2100.0),
        floors_climbed: Some(9.0),
        active_s: Some(5430.0),
        moderate_intensity_s: Some(1800.0),
        vigorous_intensity_s: Some(600.0),
        heart_rate_min_bpm: Some(44.0),
        heart_rate_avg_bpm: Some(61.0),
        heart_rate_max_bpm: Some(166.0),
        resting_heart_rate_bpm: Some(47.0),
        stress_avg: Some(31.0),
        stress_max: Some(93.0),
        stress_s: Some(20_000.0),
        rest_stress_s: Some(30_000.0),
        activity_stress_s: Some(5000.0),
        low_stress_s: Some(12_000.0),
        medium_stress_s: Some(6000.0),
        high_stress_s: Some(2000.0),
        stress_qualifier: Some("balanced".into()),
        goal_steps: Some(9000.0),
        goal_pushes: Some(50.0),
        goal_net_energy_kcal: Some(1900.0),
        goal_intensity_s: Some(9000.0),
        goal_floors: Some(10.0),
        body_battery_charged: Some(61.0),
        body_battery_drained: Some(58.0),
    };
    assert_eq!(day.detail, expected);
}

#[test]
fn totals_stand_for_the_day_apart_from_samples() {
    let mapped = fixture("dailies", "happy");
    let day = days(&mapped)[0];
    for (series, value) in [
        (SeriesType::STEPS, 11_234.0),
        (SeriesType::PUSH_COUNT, 5.0),
        (SeriesType::DISTANCE_WALKING_RUNNING, 8765.5),
        (SeriesType::FLIGHTS_CLIMBED, 9.0),
        (SeriesType::ENERGY, 512.0),
        (SeriesType::BASAL_ENERGY, 1688.0),
        (SeriesType::CONSUMED_ENERGY, 2100.0),
        (SeriesType::ACTIVE_TIME, 90.5),
        (SeriesType::MODERATE_INTENSITY_TIME, 30.0),
        (SeriesType::VIGOROUS_INTENSITY_TIME, 10.0),
        (SeriesType::RESTING_HEART_RATE, 47.0),
        (SeriesType::BODY_BATTERY_CHARGED, 61.0),
        (SeriesType::BODY_BATTERY_DRAINED, 58.0),
    ] {
        assert_eq!(values(&day.samples, series), [(MIDNIGHT_S, value)], "{series}");
    }
    for batch in &day.samples {
        let samples = batch.series == SeriesType::HEART_RATE;
        assert_eq!(batch.context, if samples { Context::SAMPLES } else { Context::DAILY });
        assert_eq!(batch.rank, 86_400);
        let duration = if samples { 0 } else { 86_400_000_000 };
        assert!(batch.points.iter().all(|point| point.duration_us == duration));
    }
    assert_eq!(values(&day.samples, SeriesType::HEART_RATE), [(MIDNIGHT_S + 15, 51.0), (MIDNIGHT_S + 3600, 64.0)]);
}

#[test]
fn a_day_so_far_has_the_same_identity_and_a_lower_rank() {
    let (full, half) = (fixture("dailies", "happy"), fixture("dailies", "revised"));
    assert_eq!(days(&half)[0].external_id, days(&full)[0].external_id);
    assert_eq!(days(&half)[0].rank, 43_200);
}

#[test]
fn stress_is_a_score_in_either_spelling_and_none_when_not_measured() {
    let mapped = fixture("dailies", "misspelt_and_none");
    assert_eq!(issues(&mapped), []);
    assert_eq!(days(&mapped)[0].scores, []);
    assert!(values(&days(&mapped)[0].samples, SeriesType::RESTING_HEART_RATE).is_empty());
    let ScoreRecord { category, value, at, .. } = days(&mapped)[1].scores[0].clone();
    assert_eq!((category, value, at), (ScoreCategory::Stress, Some(22.0), MIDNIGHT.plus_seconds(172_800)));
}

#[test]
fn date_and_start_are_found_from_each_other_and_never_from_an_invented_offset() {
    let mapped = fixture("dailies", "no_offset");
    let found: Vec<_> = days(&mapped)
        .iter()
        .map(|day| (day.date.to_string(), day.start.to_string(), day.offset.map(|o| o.seconds)))
        .collect();
    let row = |date: &str, start: &str, offset| (date.to_owned(), start.to_owned(), offset);
    assert_eq!(
        found,
        [
            row("2026-03-01", "2026-02-28T23:00:00Z", None),
            row("2026-03-01", "2026-03-01T06:30:00Z", Some(-23_400)),
            row("2026-03-05", "2026-03-04T22:00:00Z", Some(7200)),
        ]
    );
    assert_eq!(issues(&mapped), [(IssueCode::Missing, "dailies[3].startTimeInSeconds")]);
}

#[test]
fn a_day_of_23_hours_keeps_its_date_and_the_nominal_length_of_its_totals() {
    let mapped = fixture("dailies", "dst_change");
    let day = days(&mapped)[0];
    assert_eq!((day.external_id.as_str(), day.rank), ("day:2026-03-29", 82_800));
    assert_eq!(day.samples[0].points[0].duration_us, 86_400_000_000);
}

#[test]
fn nulls_are_as_if_absent() {
    let mapped = fixture("dailies", "null_field");
    assert_eq!(issues(&mapped), []);
    let day = days(&mapped)[0];
    assert_eq!((day.detail.clone(), day.samples.len(), day.scores.len(), day.rank), (DailyDetail::default(), 0, 0, 0));
}
