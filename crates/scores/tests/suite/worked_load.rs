//! Impulses, load and oxygen uptake: numbers worked by hand from the formulas of docs/scores.md.

use crate::inputs::{at, date, days, lacks, minutes, near};
use scores::{DayValue, HeartMinute, Person, RunSegment, Sex, training_load, trimp_banister, trimp_edwards, vo2max};

const DAY: &str = "2026-05-20";

fn runner(sex: Sex) -> Person {
    Person { sex: Some(sex), max_heart_rate_bpm: Some(190.0), birth_date: None }
}

fn noon() -> model::Timestamp {
    at("2026-05-20T12:00:00Z")
}

/// 151 of 60 to 190: r = 91 / 130 = 0.7
/// men: 0.7 × 0.64 × e^1.344 = 0.448 × 3.834350 = 1.717789 a minute, 51.534 in 30
/// women: 0.7 × 0.86 × e^1.169 = 0.602 × 3.218772 = 1.937701 a minute, 58.131 in 30
#[test]
fn banisters_impulse_weighs_minutes_by_reserve() {
    let run = minutes(noon(), 30, 151.0);
    let of = |sex| trimp_banister(date(DAY), &runner(sex), Some(60.0), &run);
    near(of(Sex::Male).value, 51.534, 0.001);
    near(of(Sex::Female).value, 58.131, 0.001);
    assert_eq!(of(Sex::Male).component("training_min"), Some(30.0));
}

#[test]
fn a_quiet_day_is_no_training_and_a_day_without_a_record_is_unknown() {
    // 98 of 60 to 190: r = 0.292
    let desk = minutes(noon(), 600, 98.0);
    let quiet = trimp_banister(date(DAY), &runner(Sex::Male), Some(60.0), &desk);
    assert_eq!((quiet.value, quiet.component("covered_min")), (Some(0.0), Some(600.0)));
    let nothing = trimp_banister(date(DAY), &Person::default(), None, &[]);
    let expected = [("heart_minutes", 1, 0), ("resting_heart_rate", 1, 0), ("maximum_heart_rate", 1, 0), ("sex", 1, 0)];
    assert_eq!(lacks(&nothing), expected);
    assert_eq!(lacks(&trimp_edwards(date(DAY), &Person::default(), &desk)), [("maximum_heart_rate", 1, 0)]);
}

/// ten minutes in each zone of 200: 10 × (1 + 2 + 3 + 4 + 5) = 150; 90 is below all
#[test]
fn edwards_impulse_counts_zones() {
    let person = Person { max_heart_rate_bpm: Some(200.0), ..Person::default() };
    let mut all = Vec::new();
    for (hour, bpm) in (0..).zip([90.0, 110.0, 130.0, 150.0, 170.0, 190.0]) {
        all.extend(minutes(noon().plus_seconds(hour * 3600), 10, bpm));
    }
    let outcome = trimp_edwards(date(DAY), &person, &all);
    assert_eq!(outcome.value, Some(150.0));
    assert_eq!((outcome.component("zone_5_min"), outcome.component("covered_min")), (Some(10.0), Some(60.0)));
    // where a zone begins it counts: 100 of 200 is zone 1
    assert_eq!(trimp_edwards(date(DAY), &person, &minutes(noon(), 1, 100.0)).value, Some(1.0));
}

#[test]
fn values_of_one_minute_are_averaged_not_added() {
    let person = Person { max_heart_rate_bpm: Some(200.0), ..Person::default() };
    let second = |second: i64, bpm: f64| HeartMinute { at: noon().plus_seconds(second), bpm };
    // 130 and 150: 140 is zone 3
    let twice = trimp_edwards(date(DAY), &person, &[second(0, 130.0), second(59, 150.0)]);
    assert_eq!((twice.value, twice.component("covered_min")), (Some(3.0), Some(1.0)));
}

/// Born 1986-05-21: still 39 on the day, 40 the day after; 208 − 0.7 × 39 = 180.7 and 208 − 28 = 180
#[test]
fn the_greatest_heart_rate_follows_age_unless_it_was_measured() {
    let person = Person { birth_date: Some(date("1986-05-21")), ..Person::default() };
    near(person.max_heart_rate_on(date(DAY)), 180.7, 1e-9);
    near(person.max_heart_rate_on(date("2026-05-21")), 180.0, 1e-9);
    let measured = Person { max_heart_rate_bpm: Some(195.0), ..person };
    assert_eq!(measured.max_heart_rate_on(date(DAY)), Some(195.0));
    let child = Person { birth_date: Some(date("2016-05-21")), ..Person::default() };
    assert_eq!(child.max_heart_rate_on(date(DAY)), None);
    let leap = Person { birth_date: Some(date("2004-02-29")), ..Person::default() };
    assert_eq!((leap.age_on(date("2026-02-28")), leap.age_on(date("2026-03-01"))), (Some(21), Some(22)));
    assert_eq!(person.age_on(date("1900-01-01")), None);
}

#[test]
fn the_same_every_day_is_a_ratio_of_one() {
    let outcome = training_load(date(DAY), &days(date(DAY), &[50.0; 84]));
    near(outcome.value, 1.0, 1e-9);
    assert_eq!((outcome.component("acute"), outcome.component("balance")), (Some(50.0), Some(0.0)));
}

/// 100 today after 83 days of rest.
/// acute: λ = 0.25: 100 × 0.25 = 25 (0.75^84 is nothing)
/// chronic: λ = 2 / 29: 100 × 0.0689655 / (1 − (27/29)^84) = 6.89655 / 0.9975275 = 6.91365; ratio 3.61604
#[test]
fn one_hard_day_after_rest_is_far_above_usual() {
    let mut loads = vec![0.0; 84];
    loads[83] = 100.0;
    let outcome = training_load(date(DAY), &days(date(DAY), &loads));
    assert_eq!((outcome.component("acute"), outcome.component("chronic")), (Some(25.0), Some(6.91)));
    near(outcome.value, 3.61604, 1e-4);
}

#[test]
fn days_that_nobody_recorded_are_not_rest() {
    let all = days(date(DAY), &[50.0; 28]);
    let gaps: Vec<DayValue> = all.iter().enumerate().filter(|(day, _)| day % 7 != 0).map(|(_, day)| *day).collect();
    near(training_load(date(DAY), &gaps).value, 1.0, 1e-9);
    let too_few: Vec<DayValue> = all.iter().filter(|day| day.date < date("2026-05-17")).copied().collect();
    let outcome = training_load(date(DAY), &too_few);
    // four of the last seven, 24 of the last 28, and of the last 42
    assert_eq!(outcome.value, None);
    assert_eq!(lacks(&outcome), [("load_days", 5, 3), ("load_days", 31, 24)]);
    assert_eq!(outcome.component("chronic"), Some(50.0));
    let rest = training_load(date(DAY), &days(date(DAY), &[0.0; 84]));
    assert_eq!((rest.value, lacks(&rest)), (None, vec![("chronic_load", 1, 0)]));
}

/// 15.3 × 190 / 50 = 58.14
/// 200 m/min: 3.5 + 40 = 43.5; 155 of 50 to 190 is r = 0.75: 3.5 + 40 / 0.75 = 56.833
#[test]
fn oxygen_uptake_is_taken_from_runs_and_without_them_from_heart_rates() {
    let person = runner(Sex::Male);
    let run = |age: i32, bpm: f64| RunSegment {
        date: date(DAY).plus_days(-age),
        duration_s: 1800.0,
        speed_mps: 200.0 / 60.0,
        grade: None,
        heart_rate_bpm: bpm,
    };
    let none = vo2max(date(DAY), &person, Some(50.0), &[run(1, 155.0), run(43, 155.0), run(2, 110.0)]);
    near(none.value, 58.14, 1e-9);
    assert_eq!(lacks(&none), [("runs", 3, 1)]);
    let some = vo2max(date(DAY), &person, Some(50.0), &[run(0, 155.0), run(42, 150.0), run(9, 160.0)]);
    near(some.value, 56.8333, 1e-3);
    assert_eq!((some.component("runs_counted"), some.component("by_heart_rate_ratio")), (Some(3.0), Some(58.14)));
}

#[test]
fn an_estimate_that_nobody_can_have_is_none() {
    // 15.3 × 200 / 25 = 122.4
    let person = Person { max_heart_rate_bpm: Some(200.0), ..Person::default() };
    let outcome = vo2max(date(DAY), &person, Some(25.0), &[]);
    assert_eq!((outcome.value, lacks(&outcome).last().copied()), (None, Some(("plausible_estimate", 1, 0))));
}
