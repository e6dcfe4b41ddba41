//! `stressDetails`, `pulseox`, `allDayRespiration` and `hrv`: samples through a day or a night, and
//! averages that are never mixed with them.

use super::*;
use model::{Context, LocalOffset, ScoreCategory, ScoreRecord};

const MIDNIGHT_S: i64 = MIDNIGHT.as_seconds();
const SLOT_S: i64 = MIDNIGHT_S + 30_600;
const NOON_UTC_S: i64 = MIDNIGHT_S + 3_600 + 43_200;

fn in_context(mapped: &Mapped, series: SeriesType, context: Context) -> Vec<(i64, f64)> {
    let batches: Vec<_> = samples(mapped).into_iter().filter(|batch| batch.context == context).cloned().collect();
    values(&batches, series)
}

fn scores(mapped: &Mapped) -> Vec<&ScoreRecord> {
    let records = mapped.records.iter();
    records.filter_map(|record| if let Record::Score(score) = record { Some(score) } else { None }).collect()
}

#[test]
fn negative_states_of_stress_are_not_levels() {
    let mapped = fixture("stressDetails", "happy");
    assert_eq!(issues(&mapped), []);
    let levels = in_context(&mapped, SeriesType::GARMIN_STRESS_LEVEL, Context::SAMPLES);
    assert_eq!(levels, [(MIDNIGHT_S, 18.0), (MIDNIGHT_S + 540, 52.0)]);
    let battery = in_context(&mapped, SeriesType::GARMIN_BODY_BATTERY, Context::SAMPLES);
    assert_eq!(battery, [(MIDNIGHT_S, 40.0), (MIDNIGHT_S + 180, 71.0), (MIDNIGHT_S + 360, 33.0)]);
}

#[test]
fn a_days_body_battery_is_a_score_with_its_bounds_and_what_moved_it() {
    let mapped = fixture("stressDetails", "happy");
    let score = scores(&mapped)[0];
    assert_eq!((score.category, score.value, score.at), (ScoreCategory::BodyBattery, Some(71.0), MIDNIGHT));
    assert_eq!((score.qualifier.as_deref(), score.rank), (Some("MODERATE"), 86_400));
    let parts: Vec<_> =
        score.components.iter().map(|part| (part.name.as_str(), part.value, part.qualifier.as_deref())).collect();
    assert_eq!(
        parts,
        [
            ("highest", Some(71.0), None),
            ("lowest", Some(33.0), None),
            ("latest", Some(33.0), None),
            ("SLEEP", Some(46.0), None),
            ("ACTIVITY", Some(-17.0), Some("RUNNING")),
        ]
    );
}

#[test]
fn a_day_so_far_has_the_days_score_and_a_lower_rank() {
    let (first, last) = (fixture("stressDetails", "revised"), fixture("stressDetails", "happy"));
    let (first, last) = (scores(&first)[0], scores(&last)[0]);
    assert_eq!((first.category, first.at), (last.category, last.at));
    assert!(first.rank < last.rank && first.value < last.value);
}

#[test]
fn stress_without_an_offset_or_values_or_a_start() {
    let mapped = fixture("stressDetails", "no_offset");
    assert_eq!((scores(&mapped)[0].at.as_seconds(), scores(&mapped)[0].offset), (NOON_UTC_S, None));
    assert_eq!(in_context(&mapped, SeriesType::GARMIN_STRESS_LEVEL, Context::SAMPLES), [(MIDNIGHT_S, 25.0)]);
    let mapped = fixture("stressDetails", "null_field");
    assert_eq!((mapped.records.len(), issues(&mapped)), (0, vec![]));
    let mapped = fixture("stressDetails", "faults");
    assert_eq!(in_context(&mapped, SeriesType::GARMIN_STRESS_LEVEL, Context::SAMPLES), [(MIDNIGHT_S + 60, 30.0)]);
    assert_eq!(
        issues(&mapped),
        [
            (IssueCode::Missing, "stressDetails[0].startTimeInSeconds"),
            (IssueCode::Invalid, "stressDetails[1].timeOffsetStressLevelValues"),
            (IssueCode::Invalid, "stressDetails[1].timeOffsetBodyBatteryValues"),
        ]
    );
}

#[test]
fn an_average_of_blood_oxygen_is_of_the_day_and_not_among_the_samples() {
    let mapped = fixture("pulseox", "happy");
    assert_eq!(issues(&mapped), []);
    let oxygen = SeriesType::OXYGEN_SATURATION;
    assert_eq!(in_context(&mapped, oxygen, Context::SAMPLES), [(MIDNIGHT_S, 94.0), (MIDNIGHT_S + 3600, 97.0)]);
    assert_eq!(in_context(&mapped, oxygen, Context::DAILY), [(MIDNIGHT_S, 95.5)]);
    let unknown = fixture("pulseox", "no_offset");
    assert_eq!(in_context(&unknown, oxygen, Context::DAILY), [(NOON_UTC_S, 96.0)]);
    assert_eq!(fixture("pulseox", "null_field").records.len(), 0);
}

#[test]
fn oxygen_that_a_person_asked_for_does_not_take_the_place_of_the_days() {
    let mapped = fixture("pulseox", "on_demand");
    assert_eq!(in_context(&mapped, SeriesType::OXYGEN_SATURATION, Context::ON_DEMAND), [(MIDNIGHT_S + 3600, 98.0)]);
    assert_eq!(mapped.records.len(), 1);
}

#[test]
fn breaths_are_samples_and_the_waking_average_is_of_the_day() {
    let mapped = fixture("allDayRespiration", "happy");
    let breaths = SeriesType::RESPIRATORY_RATE;
    let expected = [(SLOT_S, 14.63), (SLOT_S + 60, 13.5), (SLOT_S + 840, 15.0)];
    assert_eq!((in_context(&mapped, breaths, Context::SAMPLES).as_slice(), issues(&mapped)), (&expected[..], vec![]));
    assert_eq!(in_context(&mapped, breaths, Context::DAILY), [(MIDNIGHT_S, 15.25)]);
    assert_eq!(in_context(&fixture("allDayRespiration", "no_offset"), breaths, Context::SAMPLES), [(SLOT_S, 12.5)]);
    let nulls = fixture("allDayRespiration", "null_field");
    assert_eq!(in_context(&nulls, breaths, Context::SAMPLES), [(SLOT_S + 60, 12.0)]);
}

#[test]
fn a_nights_variability_has_samples_an_average_and_a_peak_of_its_day_of_waking() {
    let mapped = fixture("hrv", "happy");
    let (rmssd, peak) = (SeriesType::HEART_RATE_VARIABILITY_RMSSD, SeriesType::HEART_RATE_VARIABILITY_5_MIN_HIGH);
    assert_eq!(issues(&mapped), []);
    let expected = [(MIDNIGHT_S - 3300, 32.0), (MIDNIGHT_S - 3000, 47.5)];
    assert_eq!(in_context(&mapped, rmssd, Context::SAMPLES), expected);
    assert_eq!(in_context(&mapped, rmssd, Context::DAILY), [(MIDNIGHT_S, 44.0)]);
    assert_eq!(in_context(&mapped, peak, Context::DAILY), [(MIDNIGHT_S, 72.0)]);
    assert!(samples(&mapped).iter().all(|batch| batch.offset == Some(LocalOffset::device(3600))));
    assert_eq!(in_context(&fixture("hrv", "no_date"), rmssd, Context::DAILY), [(MIDNIGHT_S, 44.0)]);
    assert_eq!(in_context(&fixture("hrv", "no_offset"), rmssd, Context::DAILY), [(NOON_UTC_S, 44.0)]);
    assert_eq!(fixture("hrv", "null_field").records.len(), 0);
}

#[test]
fn variability_of_a_night_in_which_the_clocks_change_keeps_its_instants() {
    let mapped = fixture("hrv", "dst_change");
    let rmssd = SeriesType::HEART_RATE_VARIABILITY_RMSSD;
    let change_s = 1_774_746_000;
    let instants: Vec<_> = in_context(&mapped, rmssd, Context::SAMPLES).into_iter().map(|(at, _)| at).collect();
    assert_eq!(instants, [change_s - 3600, change_s + 3600]);
    assert_eq!(in_context(&mapped, rmssd, Context::DAILY), [(1_774_738_800, 50.0)]);
}
