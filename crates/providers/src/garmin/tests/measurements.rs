//! `bodyComps`, `bloodPressures`, `userMetrics` and `skinTemp`: one measurement an item.

use super::*;
use model::{Context, LocalOffset};

const MEASURED_S: i64 = MIDNIGHT.as_seconds() + 30_600;
const NOON_UTC_S: i64 = MIDNIGHT.as_seconds() + 3_600 + 43_200;

fn shown(mapped: &Mapped, series: SeriesType) -> Vec<(i64, f64, Context)> {
    let batches = samples(mapped);
    let of_series = batches.iter().filter(|batch| batch.series == series);
    of_series
        .flat_map(|batch| batch.points.iter().map(|point| (point.start.as_seconds(), point.value, batch.context)))
        .collect()
}

#[test]
fn every_field_of_a_body_composition_has_its_series_in_its_unit() {
    let mapped = fixture("bodyComps", "happy");
    assert_eq!(issues(&mapped), []);
    for (series, value) in [
        (SeriesType::WEIGHT, 71.25),
        (SeriesType::MUSCLE_MASS, 30.5),
        (SeriesType::BONE_MASS, 3.1),
        (SeriesType::BODY_WATER_PERCENTAGE, 58.5),
        (SeriesType::BODY_FAT_PERCENTAGE, 17.25),
        (SeriesType::BODY_MASS_INDEX, 22.5),
    ] {
        assert_eq!(shown(&mapped, series), [(MEASURED_S, value, Context::SAMPLES)], "{series}");
    }
    assert!(samples(&mapped).iter().all(|batch| batch.offset == Some(LocalOffset::device(3600))));
}

#[test]
fn muscle_is_not_taken_for_skeletal_muscle() {
    assert_eq!(shown(&fixture("bodyComps", "happy"), SeriesType::SKELETAL_MUSCLE_MASS), []);
}

#[test]
fn a_measurement_sent_again_has_its_slot_and_rank_so_that_the_latest_receipt_stands() {
    for (part_type, series) in [
        ("bodyComps", SeriesType::WEIGHT),
        ("bloodPressures", SeriesType::BLOOD_PRESSURE_SYSTOLIC),
        ("userMetrics", SeriesType::VO2_MAX),
        ("skinTemp", SeriesType::SKIN_TEMPERATURE_DEVIATION),
        ("hrv", SeriesType::HEART_RATE_VARIABILITY_5_MIN_HIGH),
    ] {
        let slot = |case| {
            let mapped = fixture(part_type, case);
            let batch = samples(&mapped).into_iter().find(|batch| batch.series == series).unwrap().clone();
            let point = batch.points[0];
            ((batch.source, batch.context, batch.rank, point.start, point.duration_us), point.value)
        };
        let (first, again) = (slot("happy"), slot("edited"));
        assert_eq!(first.0, again.0, "{part_type}");
        assert_eq!(first.0.2, 0, "{part_type}");
        assert_ne!(first.1, again.1, "{part_type}");
    }
}

#[test]
fn what_a_scale_could_not_tell_is_no_value() {
    let mapped = fixture("bodyComps", "null_field");
    assert_eq!((samples(&mapped).len(), issues(&mapped)), (1, vec![]));
    let faulty = fixture("bodyComps", "faults");
    assert_eq!(samples(&faulty).len(), 1);
    assert_eq!(
        issues(&faulty),
        [
            (IssueCode::Missing, "bodyComps[0].measurementTimeInSeconds"),
            (IssueCode::Invalid, "bodyComps[1].bodyFatInPercent"),
        ]
    );
    assert_eq!(samples(&fixture("bodyComps", "no_offset"))[0].offset, None);
}

#[test]
fn a_blood_pressure_has_both_values_and_the_pulse() {
    let mapped = fixture("bloodPressures", "happy");
    assert_eq!(issues(&mapped), []);
    for (series, value) in [
        (SeriesType::BLOOD_PRESSURE_SYSTOLIC, 121.0),
        (SeriesType::BLOOD_PRESSURE_DIASTOLIC, 79.0),
        (SeriesType::HEART_RATE, 62.0),
    ] {
        assert_eq!(shown(&mapped, series), [(MEASURED_S, value, Context::SAMPLES)], "{series}");
    }
}

#[test]
fn a_reading_that_a_person_typed_in_is_kept_apart_and_stands_at_the_time_of_measuring() {
    let mapped = fixture("bloodPressures", "manual");
    assert_eq!(shown(&mapped, SeriesType::BLOOD_PRESSURE_SYSTOLIC), [(MEASURED_S, 130.0, Context::MANUAL)]);
}

#[test]
fn an_impossible_pressure_is_left_out_with_an_issue() {
    let mapped = fixture("bloodPressures", "faults");
    assert_eq!(samples(&mapped).len(), 0);
    assert_eq!(
        issues(&mapped),
        [
            (IssueCode::Missing, "bloodPressures[0].measurementTimeInSeconds"),
            (IssueCode::Invalid, "bloodPressures[1].systolic"),
            (IssueCode::Invalid, "bloodPressures[1].pulse"),
        ]
    );
    assert_eq!(shown(&fixture("bloodPressures", "no_offset"), SeriesType::BLOOD_PRESSURE_DIASTOLIC)[0].1, 77.0);
    assert_eq!(samples(&fixture("bloodPressures", "null_field")).len(), 1);
}

#[test]
fn user_metrics_stand_at_noon_of_their_date_without_an_invented_offset() {
    let mapped = fixture("userMetrics", "happy");
    assert_eq!(issues(&mapped), []);
    for (series, value) in
        [(SeriesType::VO2_MAX, 51.5), (SeriesType::VO2_MAX_CYCLING, 48.0), (SeriesType::GARMIN_FITNESS_AGE, 32.0)]
    {
        assert_eq!(shown(&mapped, series), [(NOON_UTC_S, value, Context::SAMPLES)], "{series}");
    }
    assert!(samples(&mapped).iter().all(|batch| batch.offset.is_none()));
    assert_eq!(samples(&fixture("userMetrics", "null_field")).len(), 1);
    let faulty = fixture("userMetrics", "faults");
    assert_eq!(samples(&faulty).len(), 0);
    let codes: Vec<_> = faulty.issues.iter().map(|issue| issue.code).collect();
    assert_eq!(codes, [IssueCode::Missing, IssueCode::Invalid]);
}

#[test]
fn a_skin_temperature_is_a_deviation_of_the_day_of_waking_and_may_be_below_zero_or_zero() {
    let day_of = |case| shown(&fixture("skinTemp", case), SeriesType::SKIN_TEMPERATURE_DEVIATION);
    assert_eq!(day_of("happy"), [(MIDNIGHT.as_seconds(), -0.35, Context::DAILY)]);
    assert_eq!(day_of("edited"), [(MIDNIGHT.as_seconds(), 0.0, Context::DAILY)]);
    assert_eq!(day_of("no_offset"), [(NOON_UTC_S, 0.6, Context::DAILY)]);
    assert_eq!(day_of("null_field"), []);
}
