//! An energy reserve over the day: sleep fills it, being awake and exertion empty it.
//!
//! It is the homeostatic process of the two-process model of sleep, turned over: what that model calls sleep
//! pressure is here what the reserve lacks. Where it stood at first nobody knows, so it is followed from empty and
//! from full at once; sleep brings the two together, and the value is there as soon as they agree.

use crate::algorithm::{Algorithm, Need, Part, Unit};
use crate::daily::by_minute;
use crate::interval::{Interval, union, within};
use crate::outcome::{Component, points};
use crate::source::{BORBELY_2016, DAAN_1984, EDWARDS_1993};
use crate::trimp_edwards::zone;
use crate::{HeartMinute, Input, Missing, Night, Outcome, Person};
use model::{LocalDate, ScoreCategory, Timestamp};

/// The energy reserve.
pub static ENERGY: Algorithm = Algorithm {
    name: "energy_reserve",
    version: 1,
    meaning: "what is left of the day's energy at an instant: full is 100, slept off and not yet used",
    formula: "awake: E falls as e^(−t / 18.18 h), and by 0.1 × zone for each minute in one of Edwards' zones; asleep: 100 − E \
              falls as e^(−t / 4.2 h); over the last 72 hours, from 0 and from 100; value = the middle when they are \
              within 10",
    category: Some(ScoreCategory::BodyBattery),
    unit: Unit::Points,
    least: 0.0,
    greatest: Some(100.0),
    parts: &[
        Part::told("low", Unit::Points, "the reserve if it was empty at first"),
        Part::told("high", Unit::Points, "the reserve if it was full at first"),
        Part::told("exertion", Unit::Points, "what the exertion of the last 24 hours took"),
    ],
    needs: &[Need::required(Input::RecentSleep, 1), Need::helpful(Input::MaximumHeartRate, 1)],
    reads_days_back: 3,
    changes_days_forward: 3,
    sources: &[DAAN_1984, BORBELY_2016, EDWARDS_1993],
};

const HOUR_S: f64 = 3600.0;
const AWAKE_H: f64 = 18.18;
const ASLEEP_H: f64 = 4.2;
const DRAIN_A_MINUTE: f64 = 0.1;
const WINDOW_S: i64 = 72 * 3600;
/// Nobody is taken to have been awake for longer: a night was not recorded.
const LONGEST_AWAKE_S: i64 = 24 * 3600;
const AGREEMENT: f64 = 10.0;

/// The reserve at an instant, from the nights and naps and the heart rate of the 72 hours before.
#[must_use]
pub fn energy(at: Timestamp, date: LocalDate, person: &Person, nights: &[Night], minutes: &[HeartMinute]) -> Outcome {
    let end = at.as_seconds();
    let start = end.saturating_sub(WINDOW_S);
    let sleeps = within(&union(nights.iter().flat_map(slept)), (start, end));
    let max = person.max_heart_rate_on(date);
    let drains: Vec<(i64, f64)> = max.map(|max| drains(minutes, max)).unwrap_or_default();
    let reserve = follow(start, end, &sleeps, &drains);
    let mut outcome = Outcome::new(&ENERGY);
    if max.is_none() {
        outcome.missing.push(Missing::one(Input::MaximumHeartRate));
    }
    if reserve.high - reserve.low <= AGREEMENT {
        outcome.value = Some(points((reserve.low + reserve.high) / 2.0));
        outcome.components.push(Component::told("low", reserve.low));
        outcome.components.push(Component::told("high", reserve.high));
        let last_day = drains.iter().filter(|(second, _)| *second < end && *second >= end.saturating_sub(86_400));
        outcome.components.push(Component::told("exertion", last_day.map(|(_, drain)| drain).sum()));
    } else {
        outcome.missing.push(Missing::one(Input::RecentSleep));
    }
    outcome
}

/// The seconds asleep: by the stages where they say so, else all of it.
fn slept(night: &Night) -> Vec<Interval> {
    let asleep = night.asleep();
    if asleep.is_empty() { night.span().into_iter().collect() } else { asleep }
}

/// When exertion takes how much.
fn drains(minutes: &[HeartMinute], max: f64) -> Vec<(i64, f64)> {
    let zones = by_minute(minutes).into_iter().map(|(minute, bpm)| (minute * 60, zone(bpm, max)));
    zones.filter(|(_, zone)| *zone > 0).map(|(second, zone)| (second, DRAIN_A_MINUTE * zone as f64)).collect()
}

/// Between what and what the reserve lies.
#[derive(Clone, Copy)]
struct Reserve {
    low: f64,
    high: f64,
}

impl Reserve {
    const UNKNOWN: Reserve = Reserve { low: 0.0, high: 100.0 };

    fn each(self, change: impl Fn(f64) -> f64) -> Self {
        Self { low: change(self.low), high: change(self.high) }
    }

    fn asleep(self, seconds: i64) -> Self {
        let kept = (-(seconds as f64) / HOUR_S / ASLEEP_H).exp();
        self.each(|reserve| 100.0 - (100.0 - reserve) * kept)
    }

    fn awake(self, (start, end): Interval, drains: &[(i64, f64)]) -> Self {
        if end - start > LONGEST_AWAKE_S {
            return Self::UNKNOWN;
        }
        let first = drains.partition_point(|(second, _)| *second < start);
        let (mut reserve, mut now) = (self, start);
        for (second, drain) in drains.iter().skip(first).take_while(|(second, _)| *second < end) {
            reserve = reserve.decayed(second - now).each(|reserve| (reserve - drain).max(0.0));
            now = *second;
        }
        reserve.decayed(end - now)
    }

    fn decayed(self, seconds: i64) -> Self {
        let kept = (-(seconds as f64) / HOUR_S / AWAKE_H).exp();
        self.each(|reserve| reserve * kept)
    }
}

fn follow(start: i64, end: i64, sleeps: &[Interval], drains: &[(i64, f64)]) -> Reserve {
    let (mut reserve, mut now) = (Reserve::UNKNOWN, start);
    for (fell_asleep, woke) in sleeps {
        reserve = reserve.awake((now, *fell_asleep), drains).asleep(woke - fell_asleep);
        now = *woke;
    }
    reserve.awake((now, end), drains)
}
