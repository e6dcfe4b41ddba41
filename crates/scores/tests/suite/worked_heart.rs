//! Resilience, baselines, recovery, stress: numbers worked by hand from the formulas of docs/scores.md.

use crate::inputs::{at, date, days, hrv, lacks, minutes, near, night};
use scores::{
    DayValue, HrvKind, HrvValue, Night, hrv_baseline, quiet_heart_rate, recovery, resilience, resting_heart_rate,
    stress,
};

const DAY: &str = "2026-05-20";

fn before() -> model::LocalDate {
    date(DAY).plus_days(-1)
}

/// 40 and 90 by turns for 14 days: ln 40 = 3.688879, ln 90 = 4.499810; mean 4.094345 = ln 60; each 0.405465 away;
/// sample deviation √(14 × 0.164402 / 13) = 0.420771.
fn usual_nights() -> Vec<HrvValue> {
    hrv(HrvKind::Rmssd, before(), &[40.0, 90.0].repeat(7))
}

/// 50 and 52 by turns: median 51, each 1 away, spread 1.4826.
fn usual_resting() -> Vec<DayValue> {
    days(before(), &[50.0, 52.0].repeat(7))
}

/// 40, 50, 60, 50, 50: mean 50, squares 200 / 4 = 50, deviation 7.0711, CV 0.141421;
/// (0.40 − 0.141421) / 0.33 × 100 = 78.357
#[test]
fn resilience_is_how_little_a_week_varies() {
    let outcome = resilience(date(DAY), &hrv(HrvKind::Rmssd, before(), &[40.0, 50.0, 60.0, 50.0, 50.0]));
    assert_eq!((outcome.value, outcome.hrv_kind), (Some(78.0), Some(HrvKind::Rmssd)));
    assert_eq!(outcome.component("coefficient_of_variation"), Some(0.1414));
    assert_eq!(outcome.component("days_counted"), Some(5.0));
}

#[test]
fn resilience_needs_five_nights_of_one_kind_before_the_day() {
    let mut values = hrv(HrvKind::Rmssd, before(), &[50.0; 4]);
    values.extend(hrv(HrvKind::Rmssd, date(DAY), &[50.0])); // the day itself is not before it
    values.extend(hrv(HrvKind::Sdnn, before(), &[90.0; 3]));
    assert_eq!(lacks(&resilience(date(DAY), &values)), [("hrv_days", 5, 4)]);
    values.extend(hrv(HrvKind::Sdnn, before().plus_days(-3), &[90.0; 4]));
    let outcome = resilience(date(DAY), &values);
    assert_eq!((outcome.value, outcome.hrv_kind), (Some(100.0), Some(HrvKind::Sdnn)));
    assert_eq!(outcome.component("mean_ms"), Some(90.0));
    // a night eight days before is not of the week
    let old = hrv(HrvKind::Rmssd, before().plus_days(-7), &[50.0; 10]);
    assert_eq!(resilience(date(DAY), &old).value, None);
}

#[test]
fn the_usual_resting_heart_rate_is_a_median_with_its_range() {
    let mut values = usual_resting();
    values.push(DayValue { date: date(DAY), value: 54.0 });
    let outcome = resting_heart_rate(date(DAY), &values);
    assert_eq!(outcome.value, Some(51.0));
    assert_eq!(outcome.component("normal_low"), Some(49.52)); // 51 − 1.4826
    assert_eq!(outcome.component("normal_high"), Some(52.48));
    assert_eq!(outcome.component("deviation"), Some(2.02)); // 3 / 1.4826
    let short = &usual_resting()[1..];
    assert_eq!(lacks(&resting_heart_rate(date(DAY), short)), [("resting_heart_rate_days", 14, 13)]);
}

#[test]
fn single_wild_days_do_not_move_the_resting_heart_rate() {
    let mut values = vec![50.0; 14];
    values[3] = 120.0;
    values[9] = 149.0;
    let outcome = resting_heart_rate(date(DAY), &days(before(), &values));
    assert_eq!((outcome.value, outcome.component("normal_high")), (Some(50.0), Some(51.0)));
    assert_eq!(lacks(&outcome), [("resting_heart_rate", 1, 0)]);
}

/// baseline e^4.094345 = 60; range 60 e^∓0.210385: 48.62 and 74.05; last night 60: z 0.
/// Every second night is 40, so of the seven up to the day six are 40 and 90 by turns.
#[test]
fn the_usual_variability_is_a_geometric_mean_with_its_range() {
    let mut values = usual_nights();
    values.push(HrvValue { date: date(DAY), kind: HrvKind::Rmssd, ms: 60.0 });
    let outcome = hrv_baseline(date(DAY), HrvKind::Rmssd, &values);
    assert_eq!(outcome.component("baseline"), Some(60.0));
    near(outcome.component("normal_low"), 48.62, 0.01);
    near(outcome.component("normal_high"), 74.05, 0.01);
    assert_eq!(outcome.component("deviation"), Some(0.0));
    // the week: 60 and the six nights before it, three of each: their geometric mean is 60 again
    near(outcome.value, 60.0, 1e-9);
}

#[test]
fn one_kind_is_never_read_for_the_other() {
    let mut values = usual_nights();
    values.extend(hrv(HrvKind::Sdnn, date(DAY), &[120.0; 5]));
    let sdnn = hrv_baseline(date(DAY), HrvKind::Sdnn, &values);
    assert_eq!(lacks(&sdnn), [("hrv_days", 14, 4)]);
    let rmssd = hrv_baseline(date(DAY), HrvKind::Rmssd, &values);
    assert_eq!((rmssd.component("baseline"), rmssd.component("last_night")), (Some(60.0), None));
    assert_eq!(lacks(&rmssd), [("hrv_of_the_day", 1, 0)]);
}

/// HRV of the night 60 e^0.420771 = 91.387: z 1, Φ 0.84133; resting 51: z 0, Φ 0.5; sleep 100 (8 h, 90 min deep).
/// 0.4 × 84.133 + 0.3 × 50 + 0.3 × 100 = 78.65
#[test]
fn recovery_weighs_the_heart_beside_its_usual_and_the_sleep() {
    let mut nightly = usual_nights();
    nightly.push(HrvValue { date: date(DAY), kind: HrvKind::Rmssd, ms: 91.387 });
    let mut resting = usual_resting();
    resting.push(DayValue { date: date(DAY), value: 51.0 });
    let slept = Night {
        asleep_s: Some(28_800.0),
        deep_s: Some(5400.0),
        ..night("2026-05-19T23:00:00+02:00", "2026-05-20T07:00:00+02:00")
    };
    let outcome = recovery(date(DAY), &nightly, &resting, std::slice::from_ref(&slept));
    assert_eq!(outcome.value, Some(79.0));
    near(outcome.component("hrv"), 84.13, 0.02);
    assert_eq!((outcome.component("resting_heart_rate"), outcome.component("sleep")), (Some(50.0), Some(100.0)));
    // without the resting heart rate: (0.4 × 84.133 + 0.3 × 100) / 0.7 = 90.93
    let without = recovery(date(DAY), &nightly, &[], std::slice::from_ref(&slept));
    assert_eq!(without.value, Some(91.0));
    assert_eq!(lacks(&without), [("resting_heart_rate", 1, 0)]);
    // sleep alone says nothing of recovery
    let asleep = recovery(date(DAY), &[], &[], &[slept]);
    assert_eq!((asleep.value, asleep.component("sleep")), (None, Some(100.0)));
    assert_eq!(lacks(&asleep).last(), Some(&("heart_at_night", 1, 0)));
}

/// quiet 51 + 1.4826: z 1, 84.133; HRV 60 e^0.420771: z 1, 100 − 84.133 = 15.867; half of each: 50
#[test]
fn stress_is_a_fast_heart_that_varies_little() {
    let mut quiet = usual_resting();
    quiet.push(DayValue { date: date(DAY), value: 52.4826 });
    let mut varied = usual_nights();
    varied.push(HrvValue { date: date(DAY), kind: HrvKind::Rmssd, ms: 91.387 });
    assert_eq!(stress(date(DAY), &quiet, &varied).value, Some(50.0));
    assert_eq!(stress(date(DAY), &quiet, &usual_nights()).value, Some(84.0));
    let nothing = stress(date(DAY), &[], &[]);
    assert_eq!(lacks(&nothing).last(), Some(&("heart_by_day", 1, 0)));
}

#[test]
fn the_quiet_heart_rate_is_the_lower_quartile_of_waking_minutes() {
    let asleep = night("2026-05-19T23:00:00+02:00", "2026-05-20T07:00:00+02:00");
    let mut all = minutes(asleep.start_time, 480, 45.0);
    all.extend(minutes(at("2026-05-20T07:00:00+02:00"), 60, 60.0));
    all.extend(minutes(at("2026-05-20T08:00:00+02:00"), 60, 90.0));
    // place 0.25 × 119 = 29.75 of 60 sixties and 60 nineties
    assert_eq!(quiet_heart_rate(&all, std::slice::from_ref(&asleep)), Some(60.0));
    all.pop();
    assert_eq!(quiet_heart_rate(&all, &[asleep]), None);
}
