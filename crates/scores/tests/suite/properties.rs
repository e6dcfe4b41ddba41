//! Whatever comes in: no panic, values within the range that is promised, the order of the input without effect,
//! more of the good never a lower value, and nothing read beyond the days that the description names.

use crate::inputs::{date, hrv, night};
use model::{LocalDate, SleepStage, StageInterval, Timestamp};
use proptest::collection::vec;
use proptest::prelude::*;
use scores::*;

/// Usual and absurd numbers.
fn number() -> impl Strategy<Value = f64> {
    prop_oneof![
        6 => 0.0..250.0_f64,
        1 => prop::num::f64::ANY,
        1 => prop::sample::select(vec![f64::NAN, f64::INFINITY, f64::NEG_INFINITY, -1.0, 0.0, f64::MAX, f64::MIN_POSITIVE]),
    ]
}

fn day() -> impl Strategy<Value = LocalDate> {
    prop_oneof![
        20 => (20_500..20_600).prop_map(LocalDate::from_days),
        1 => any::<i32>().prop_map(LocalDate::from_days),
    ]
}

fn instant() -> impl Strategy<Value = Timestamp> {
    prop_oneof![
        20 => (20_500 * 86_400..20_600 * 86_400_i64).prop_map(Timestamp::from_seconds),
        1 => any::<i64>().prop_map(Timestamp::from_micros),
    ]
}

prop_compose! {
    fn some_night()(
        date in day(), is_nap in any::<bool>(), start_time in instant(), hours in -3..30_i64, far in instant(),
        is_far in prop::bool::weighted(0.05), start_offset_s in prop::option::of(any::<i32>()),
        told in (prop::option::of(number()), prop::option::of(number()), prop::option::of(number())),
        stages in vec((0..7_usize, -30..600_i64, -20..200_i64), 0..8),
    ) -> Night {
        let stage = |(stage, start, minutes): (usize, i64, i64)| StageInterval {
            stage: SleepStage::ALL[stage],
            start_time: start_time.plus_seconds(start * 60),
            end_time: start_time.plus_seconds((start + minutes) * 60),
        };
        let end_time = if is_far { far } else { start_time.plus_seconds(hours * 3600) };
        Night {
            date, is_nap, start_time, end_time, start_offset_s,
            asleep_s: told.0.map(|it| it * 200.0), deep_s: told.1.map(|it| it * 60.0), rem_s: told.2,
            stages: stages.into_iter().map(stage).collect(),
        }
    }
}

prop_compose! {
    fn anything()(
        date in day(), at in instant(),
        person in (prop::option::of(day()), any::<Option<bool>>(), prop::option::of(number())),
        resting_bpm in prop::option::of(number()),
        nights in vec(some_night(), 0..12),
        values in vec((day(), number()), 0..200),
        hrvs in vec((day(), any::<bool>(), number()), 0..200),
        beats in vec((instant(), number()), 0..200),
        runs in vec((day(), number(), number(), prop::option::of(number()), number()), 0..10),
    ) -> Everything {
        let sex = person.1.map(|is_male| if is_male { Sex::Male } else { Sex::Female });
        let kind = |is_sdnn| if is_sdnn { HrvKind::Sdnn } else { HrvKind::Rmssd };
        Everything {
            date, at, resting_bpm, nights,
            person: Person { birth_date: person.0, sex, max_heart_rate_bpm: person.2 },
            values: values.into_iter().map(|(date, value)| DayValue { date, value }).collect(),
            hrvs: hrvs.into_iter().map(|(date, is_sdnn, ms)| HrvValue { date, kind: kind(is_sdnn), ms }).collect(),
            minutes: beats.into_iter().map(|(at, bpm)| HeartMinute { at, bpm }).collect(),
            runs: runs.into_iter().map(|(date, duration, speed_mps, grade, heart_rate_bpm)| RunSegment {
                date, duration_s: duration * 60.0, speed_mps: speed_mps / 30.0, grade, heart_rate_bpm,
            }).collect(),
        }
    }
}

/// The input of all algorithms.
#[derive(Clone, Debug)]
struct Everything {
    date: LocalDate,
    at: Timestamp,
    person: Person,
    resting_bpm: Option<f64>,
    nights: Vec<Night>,
    values: Vec<DayValue>,
    hrvs: Vec<HrvValue>,
    minutes: Vec<HeartMinute>,
    runs: Vec<RunSegment>,
}

impl Everything {
    fn outcomes(&self) -> Vec<Outcome> {
        vec![
            sleep(self.date, &self.nights),
            resilience(self.date, &self.hrvs),
            recovery(self.date, &self.hrvs, &self.values, &self.nights),
            resting_heart_rate(self.date, &self.values),
            hrv_baseline(self.date, HrvKind::Rmssd, &self.hrvs),
            hrv_baseline(self.date, HrvKind::Sdnn, &self.hrvs),
            trimp_banister(self.date, &self.person, self.resting_bpm, &self.minutes),
            trimp_edwards(self.date, &self.person, &self.minutes),
            training_load(self.date, &self.values),
            vo2max(self.date, &self.person, self.resting_bpm, &self.runs),
            energy(self.at, self.date, &self.person, &self.nights, &self.minutes),
            stress(self.date, &self.values, &self.hrvs),
        ]
    }

    fn reversed(mut self) -> Self {
        self.nights.reverse();
        self.nights.iter_mut().for_each(|night| night.stages.reverse());
        self.values.reverse();
        self.hrvs.reverse();
        self.minutes.reverse();
        self.runs.reverse();
        self
    }
}

proptest! {
    #[test]
    fn whatever_comes_in_values_are_in_range_and_reasons_are_given(input in anything()) {
        for outcome in input.outcomes() {
            let algorithm = outcome.algorithm;
            match outcome.value {
                Some(value) => {
                    let greatest = algorithm.greatest.unwrap_or(f64::MAX);
                    prop_assert!((algorithm.least..=greatest).contains(&value), "{} {value}", algorithm.name);
                }
                None => prop_assert!(!outcome.missing.is_empty(), "{} says no reason", algorithm.name),
            }
            for component in &outcome.components {
                prop_assert!(component.value.is_finite(), "{} {component:?}", algorithm.name);
                prop_assert!(algorithm.parts.iter().any(|part| part.name == component.name), "{component:?}");
            }
            let weights: Vec<f64> = outcome.components.iter().filter_map(|component| component.weight).collect();
            prop_assert!(weights.is_empty() || (weights.iter().sum::<f64>() - 1.0).abs() < 1e-9);
            prop_assert!(outcome.missing.iter().all(|missing| missing.found < missing.needed), "{outcome:?}");
        }
        prop_assert!(quiet_heart_rate(&input.minutes, &input.nights).is_none_or(f64::is_finite));
    }

    #[test]
    fn the_order_of_the_input_does_not_matter(input in anything()) {
        prop_assert_eq!(input.clone().reversed().outcomes(), input.outcomes());
    }

    #[test]
    fn what_lies_beyond_the_days_that_are_read_changes_nothing(input in anything()) {
        for algorithm in ALGORITHMS {
            let first = input.date.plus_days(-i32::from(algorithm.reads_days_back));
            let mut within = input.clone();
            within.nights.retain(|night| (first..=input.date).contains(&night.date));
            within.values.retain(|day| (first..=input.date).contains(&day.date));
            within.hrvs.retain(|day| (first..=input.date).contains(&day.date));
            within.runs.retain(|run| (first..=input.date).contains(&run.date));
            if algorithm.name == ENERGY.name {
                // instants, not dates, say what it reads
                within.nights.clone_from(&input.nights);
                within.nights.retain(|night| night.end_time >= input.at.plus_seconds(-3 * 86_400));
                within.minutes.retain(|it| it.at >= input.at.plus_seconds(-3 * 86_400) && it.at < input.at);
            }
            let of = |input: &Everything| {
                input.outcomes().into_iter().filter(|it| it.algorithm == *algorithm).collect::<Vec<_>>()
            };
            prop_assert_eq!(of(&within), of(&input));
        }
    }

    #[test]
    fn more_sleep_up_to_nine_hours_is_never_worse(minutes in 1..539_i64, deep in 0.0..90.0_f64) {
        let slept = |minutes: i64, deep_min: f64| Night {
            asleep_s: Some(minutes as f64 * 60.0),
            deep_s: Some(deep_min * 60.0),
            ..night("2026-03-04T22:00:00+01:00", "2026-03-05T07:00:00+01:00")
        };
        let score = |minutes, deep| sleep(date("2026-03-05"), &[slept(minutes, deep)]).value;
        prop_assert!(score(minutes + 1, deep) >= score(minutes, deep));
        prop_assert!(score(minutes, deep + 1.0) >= score(minutes, deep));
    }

    #[test]
    fn a_slower_heart_that_varies_more_recovers_better_and_is_less_stressed(
        history in vec((40.0..70.0_f64, 20.0..120.0_f64), 14..42), bpm in 40.0..80.0_f64, ms in 10.0..150.0_f64,
    ) {
        let today = date("2026-05-20");
        let of = |bpm: f64, ms: f64| {
            let (mut resting, mut variability): (Vec<f64>, Vec<f64>) = history.iter().copied().unzip();
            resting.push(bpm);
            variability.push(ms);
            let resting = crate::inputs::days(today, &resting);
            let variability = hrv(HrvKind::Rmssd, today, &variability);
            (recovery(today, &variability, &resting, &[]).value, stress(today, &resting, &variability).value)
        };
        let (usual, better) = (of(bpm, ms), of(bpm - 2.0, ms + 5.0));
        prop_assert!(better.0 >= usual.0 && better.1 <= usual.1, "{usual:?} {better:?}");
    }

    #[test]
    fn harder_minutes_are_never_a_smaller_impulse(bpm in 40.0..220.0_f64, more in 0.0..30.0_f64) {
        let today = date("2026-05-20");
        let person = Person { sex: Some(Sex::Female), max_heart_rate_bpm: Some(190.0), birth_date: None };
        let minute = |bpm: f64| [HeartMinute { at: Timestamp::from_seconds(0), bpm }];
        let banister = |bpm| trimp_banister(today, &person, Some(50.0), &minute(bpm)).value;
        let edwards = |bpm| trimp_edwards(today, &person, &minute(bpm)).value;
        prop_assert!(banister(bpm + more) >= banister(bpm) && edwards(bpm + more) >= edwards(bpm));
    }
}
