//! Short ways to say nights, days and minutes.

use model::{LocalDate, SleepStage, StageInterval, Timestamp};
use scores::{DayValue, HeartMinute, HrvKind, HrvValue, Night, Outcome};

pub(crate) fn date(text: &str) -> LocalDate {
    LocalDate::parse(text).unwrap()
}

pub(crate) fn at(text: &str) -> Timestamp {
    Timestamp::parse_rfc3339(text).unwrap()
}

/// A night by the local clock, as `2026-03-01T23:00:00+01:00` to an end of the same form.
pub(crate) fn night(start: &str, end: &str) -> Night {
    let offset = |text: &str| model::LocalOffset::parse_hours_minutes(&text[19..]).unwrap();
    Night {
        date: at(end).local_date(offset(end)),
        is_nap: false,
        start_time: at(start),
        end_time: at(end),
        start_offset_s: Some(offset(start)),
        asleep_s: None,
        deep_s: None,
        rem_s: None,
        stages: Vec::new(),
    }
}

/// Stages one after another from the start of the night, minutes each.
pub(crate) fn staged(mut night: Night, stages: &[(SleepStage, i64)]) -> Night {
    let mut now = night.start_time;
    for (stage, minutes) in stages {
        let end_time = now.plus_seconds(minutes * 60);
        night.stages.push(StageInterval { stage: *stage, start_time: now, end_time });
        now = end_time;
    }
    night
}

/// Values of the days that end with `last`, in order.
pub(crate) fn days(last: LocalDate, values: &[f64]) -> Vec<DayValue> {
    let ages = (0..values.len() as i32).rev();
    ages.zip(values).map(|(age, value)| DayValue { date: last.plus_days(-age), value: *value }).collect()
}

pub(crate) fn hrv(kind: HrvKind, last: LocalDate, values: &[f64]) -> Vec<HrvValue> {
    days(last, values).into_iter().map(|day| HrvValue { date: day.date, kind, ms: day.value }).collect()
}

/// Minutes of one heart rate.
pub(crate) fn minutes(start: Timestamp, count: i64, bpm: f64) -> Vec<HeartMinute> {
    (0..count).map(|minute| HeartMinute { at: start.plus_seconds(minute * 60), bpm }).collect()
}

#[track_caller]
pub(crate) fn near(found: Option<f64>, expected: f64, tolerance: f64) {
    let found = found.expect("there is a value");
    assert!((found - expected).abs() <= tolerance, "{found} is not {expected}");
}

/// What is missing, by name with needed and found.
pub(crate) fn lacks(outcome: &Outcome) -> Vec<(&'static str, u32, u32)> {
    outcome.missing.iter().map(|missing| (missing.input.as_str(), missing.needed, missing.found)).collect()
}
