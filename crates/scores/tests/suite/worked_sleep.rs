//! Sleep, energy: numbers worked by hand from the formulas of docs/scores.md.

use crate::inputs::{at, date, lacks, minutes, near, night, staged};
use SleepStage::{Awake, Deep, Light, Rem, Sleeping};
use model::SleepStage;
use scores::{Night, Person, energy, sleep};

/// 6 h asleep: 45 min deep, 90 min REM, 225 min light; awake 10, 10 and 14 min between, 30 min before, 5 after.
fn restless(start: &str, end: &str) -> Night {
    let stages = [
        (Awake, 30),
        (Light, 100),
        (Awake, 10),
        (Deep, 45),
        (Light, 100),
        (Awake, 10),
        (Rem, 90),
        (Awake, 14),
        (Light, 25),
        (Awake, 5),
    ];
    staged(night(start, end), &stages)
}

fn at_eleven(day: u32) -> Night {
    let text = |day: u32, time: &str| format!("2026-03-{day:02}T{time}:00+01:00");
    Night { asleep_s: Some(28_800.0), ..night(&text(day, "23:00"), &text(day + 1, "07:00")) }
}

/// duration: 6 h: 100 (1 + e^−3) / (1 + e^−1.5) = 104.97871 / 1.2231302 = 85.828
/// stages: deep 45 of 90 = 50, REM 90 of 90 = 100: 75
/// consistency: 23:36 is 36 min late: 100 − (36 − 15) / 105 × 100 = 80
/// interruptions: 34 min awake between, 14 over 20: 80 − 14 × 80 / 70 = 64; three over 5 min: 20 × 0.5 = 10; 74
/// score: 0.4 × 85.828 + 0.2 × (75 + 80 + 74) = 34.331 + 45.8 = 80.131
#[test]
fn a_night_with_history_has_all_four_parts() {
    let mut nights: Vec<Night> = (1..=3).map(at_eleven).collect();
    nights.push(restless("2026-03-04T23:36:00+01:00", "2026-03-05T06:45:00+01:00"));
    let outcome = sleep(date("2026-03-05"), &nights);
    assert_eq!(outcome.value, Some(80.0));
    let values: Vec<_> = outcome.components.iter().map(|it| (it.name, it.value, it.weight)).collect();
    let expected = [
        ("duration", 85.83, Some(0.4)),
        ("stages", 75.0, Some(0.2)),
        ("consistency", 80.0, Some(0.2)),
        ("interruptions", 74.0, Some(0.2)),
        ("asleep_min", 360.0, None),
    ];
    assert_eq!(values, expected);
    assert!(outcome.missing.is_empty());
}

/// (0.4 × 85.828 + 0.2 × 75 + 0.2 × 74) / 0.8 = 64.131 / 0.8 = 80.164; a part of 0 would make it 64.
#[test]
fn a_first_night_is_not_punished_for_having_no_history() {
    let outcome = sleep(date("2026-03-05"), &[restless("2026-03-04T23:36:00+01:00", "2026-03-05T06:45:00+01:00")]);
    assert_eq!(outcome.value, Some(80.0));
    assert_eq!(outcome.component("consistency"), None);
    let weights: Vec<_> = outcome.components.iter().filter_map(|it| it.weight).collect();
    assert_eq!(weights, [0.5, 0.25, 0.25]);
    assert_eq!(lacks(&outcome), [("bedtimes", 3, 0)]);
}

#[test]
fn durations_follow_the_curve() {
    // hours, points: 5 h: 104.97871 / 2 = 52.489; 11 h: 100 (1 + e^−1.6) / 2 = 60.095; 16 h: floor
    for (hours, points) in [(5.0, 52.49), (7.0, 100.0), (9.0, 100.0), (11.0, 60.09), (16.0, 50.0)] {
        let one = Night {
            asleep_s: Some(hours * 3600.0),
            deep_s: Some(0.0),
            ..night("2026-03-04T20:00:00+01:00", "2026-03-05T13:00:00+01:00")
        };
        near(sleep(date("2026-03-05"), &[one]).component("duration"), points, 0.01);
    }
}

#[test]
fn duration_alone_is_no_score_and_time_in_bed_is_no_sleep() {
    let told = Night { asleep_s: Some(28_800.0), ..night("2026-03-04T23:00:00+01:00", "2026-03-05T07:00:00+01:00") };
    let outcome = sleep(date("2026-03-05"), &[told]);
    assert_eq!(outcome.value, None);
    assert_eq!(outcome.component("duration"), Some(100.0));
    assert_eq!(lacks(&outcome).last(), Some(&("parts", 2, 1)));
    let in_bed = staged(night("2026-03-04T23:00:00+01:00", "2026-03-05T07:00:00+01:00"), &[(SleepStage::InBed, 480)]);
    assert_eq!(lacks(&sleep(date("2026-03-05"), &[in_bed])), [("night", 1, 0)]);
}

#[test]
fn a_source_that_never_says_awake_tells_nothing_of_interruptions() {
    let asleep = staged(night("2026-03-04T23:00:00+01:00", "2026-03-05T07:00:00+01:00"), &[(Sleeping, 480)]);
    let outcome = sleep(date("2026-03-05"), &[asleep]);
    assert_eq!(outcome.component("interruptions"), None);
    assert_eq!(outcome.component("duration"), Some(100.0));
}

#[test]
fn early_costs_at_most_twenty_and_a_quarter_of_an_hour_costs_nothing() {
    let mut nights: Vec<Night> = (1..=3).map(at_eleven).collect();
    for (start, points) in [("19:00", 80.0), ("22:45", 100.0), ("23:15", 100.0), ("22:31", 100.0 - 14.0 / 1.05)] {
        let tonight = night(&format!("2026-03-04T{start}:00+01:00"), "2026-03-05T07:00:00+01:00");
        nights.truncate(3);
        nights.push(Night { asleep_s: Some(27_000.0), ..tonight });
        near(sleep(date("2026-03-05"), &nights).component("consistency"), points, 0.01);
    }
}

#[test]
fn bedtimes_are_compared_on_the_circle_of_the_clock() {
    // somebody who works at night goes to bed around noon, now at 11:50, now at 12:10
    let morning = |day: u32, time: &str| Night {
        asleep_s: Some(27_000.0),
        ..night(&format!("2026-03-{day:02}T{time}:00+01:00"), &format!("2026-03-{day:02}T20:00:00+01:00"))
    };
    let nights = [morning(2, "11:50"), morning(3, "12:10"), morning(4, "11:50"), morning(5, "12:00")];
    assert_eq!(sleep(date("2026-03-05"), &nights).component("consistency"), Some(100.0));
    // and midnight is no edge either: 23:50 after 00:10
    let late = |day: u32, time: &str| Night {
        asleep_s: Some(20_000.0),
        ..night(&format!("2026-03-{day:02}T{time}:00+01:00"), &format!("2026-03-{day:02}T08:00:00+01:00"))
    };
    let tonight = Night { asleep_s: Some(20_000.0), ..night("2026-03-04T23:50:00+01:00", "2026-03-05T08:00:00+01:00") };
    let nights = [late(2, "00:10"), late(3, "00:10"), late(4, "00:10"), tonight];
    // 20 min early: 100 − 5 / 105 × 100 = 95.24
    near(sleep(date("2026-03-05"), &nights).component("consistency"), 95.24, 0.01);
}

/// On 2026-03-29 clocks in Berlin go from 02:00 to 03:00: 23:00 to 07:00 is seven hours, and the evenings after it
/// are an hour earlier in UTC but at the same local time.
#[test]
fn over_a_change_of_the_clock_bedtimes_are_local_and_durations_are_real() {
    let evening = |start: &str, end: &str| {
        let mut night = night(start, end);
        night.asleep_s = Some(((night.end_time.micros_since(night.start_time)) / 1_000_000) as f64);
        night
    };
    let nights = [
        evening("2026-03-26T23:00:00+01:00", "2026-03-27T07:00:00+01:00"),
        evening("2026-03-27T23:00:00+01:00", "2026-03-28T07:00:00+01:00"),
        evening("2026-03-28T23:00:00+01:00", "2026-03-29T07:00:00+02:00"),
        evening("2026-03-29T23:00:00+02:00", "2026-03-30T07:00:00+02:00"),
        evening("2026-03-30T23:00:00+02:00", "2026-03-31T07:00:00+02:00"),
    ];
    let changed = sleep(date("2026-03-29"), &nights);
    assert_eq!(changed.component("asleep_min"), Some(420.0));
    assert_eq!(lacks(&changed).iter().find(|lack| lack.0 == "bedtimes"), Some(&("bedtimes", 3, 2)));
    for day in ["2026-03-30", "2026-03-31"] {
        assert_eq!(sleep(date(day), &nights).component("consistency"), Some(100.0), "{day}");
    }
    // without the offset nobody knows the local time
    let mut unknown = nights.to_vec();
    unknown[4].start_offset_s = None;
    assert_eq!(sleep(date("2026-03-31"), &unknown).component("consistency"), None);
}

#[test]
fn the_longest_sleep_of_the_day_counts_and_naps_never() {
    let nap = Night {
        is_nap: true,
        asleep_s: Some(30_000.0),
        deep_s: Some(5400.0),
        ..night("2026-03-05T10:00:00+01:00", "2026-03-05T19:00:00+01:00")
    };
    let short = Night { asleep_s: Some(3600.0), deep_s: Some(0.0), ..at_eleven(4) };
    let long = Night { deep_s: Some(5400.0), ..at_eleven(4) };
    let outcome = sleep(date("2026-03-05"), &[nap.clone(), short, long]);
    assert_eq!((outcome.value, outcome.component("asleep_min")), (Some(100.0), Some(480.0)));
    assert_eq!(lacks(&sleep(date("2026-03-05"), &[nap])), [("night", 1, 0)]);
}

/// From 0 and from 100 through 8 h of sleep: 100 − 100 e^(−8/4.2) = 100 − 14.886 = 85.114, and 100.
/// Awake 8 h: × e^(−8/18.18) = 0.64402: 54.815 and 64.402, within 10; the middle 59.609.
#[test]
fn energy_is_told_once_empty_and_full_come_to_the_same() {
    let slept = [night("2026-03-04T23:00:00+01:00", "2026-03-05T07:00:00+01:00")];
    let person = Person { max_heart_rate_bpm: Some(200.0), ..Person::default() };
    let on = |time: &str| energy(at(time), date("2026-03-05"), &person, &slept, &[]);
    let afternoon = on("2026-03-05T15:00:00+01:00");
    assert_eq!(afternoon.value, Some(60.0));
    near(afternoon.component("low"), 54.815, 0.01);
    near(afternoon.component("high"), 64.402, 0.01);
    // at 11:00 they are still 12 apart, and after a night without a record nobody knows
    assert_eq!(lacks(&on("2026-03-05T11:00:00+01:00")), [("recent_sleep", 1, 0)]);
    assert_eq!(on("2026-03-06T08:00:00+01:00").value, None);
}

/// 30 min in zone 4 (170 of 200) take 30 × 0.4 = 12, each less what the hours after take of it.
/// From 12:00 to 12:30 at 15:00: sum of 0.4 e^(−m/60/18.18), m from 151 to 180: 12 e^(−165.5/1090.8) = 10.311.
#[test]
fn exertion_takes_energy() {
    let nights = [2, 3, 4].map(at_eleven);
    let person = Person { max_heart_rate_bpm: Some(200.0), ..Person::default() };
    let run = minutes(at("2026-03-05T12:00:00+01:00"), 30, 170.0);
    let on = |run: &[_]| energy(at("2026-03-05T15:00:00+01:00"), date("2026-03-05"), &person, &nights, run);
    let (rested, tired) = (on(&[]), on(&run));
    near(tired.component("exertion"), 12.0, 1e-9);
    let taken = rested.component("low").unwrap() - tired.component("low").unwrap();
    near(Some(taken), 10.311, 0.02);
}
