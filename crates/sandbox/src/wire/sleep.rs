//! Nights on the wire.

use super::OffsetMap;
use crate::generator::{Night, Person, Stage, Validation};
use serde::Serialize;

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Sleep<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    user_id: Option<&'a str>,
    summary_id: String,
    calendar_date: String,
    duration_in_seconds: u32,
    start_time_in_seconds: i64,
    start_time_offset_in_seconds: i32,
    unmeasurable_sleep_duration_in_seconds: u32,
    deep_sleep_duration_in_seconds: u32,
    light_sleep_duration_in_seconds: u32,
    rem_sleep_in_seconds: u32,
    awake_duration_in_seconds: u32,
    sleep_levels_map: Levels,
    validation: &'static str,
    time_offset_sleep_respiration: OffsetMap<f64>,
    time_offset_sleep_spo2: OffsetMap<u8>,
    #[serde(skip_serializing_if = "Option::is_none")]
    overall_sleep_score: Option<Score>,
    #[serde(skip_serializing_if = "Option::is_none")]
    sleep_scores: Option<Scores>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    naps: Vec<Nap>,
}

#[derive(Serialize)]
struct Levels {
    deep: Vec<Span>,
    light: Vec<Span>,
    rem: Vec<Span>,
    awake: Vec<Span>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Span {
    start_time_in_seconds: i64,
    end_time_in_seconds: i64,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Score {
    value: u32,
    qualifier_key: &'static str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Qualifier {
    qualifier_key: &'static str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Scores {
    total_duration: Qualifier,
    stress: Qualifier,
    awake_count: Qualifier,
    rem_percentage: Qualifier,
    restlessness: Qualifier,
    light_percentage: Qualifier,
    deep_percentage: Qualifier,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Nap {
    nap_duration_in_seconds: u32,
    nap_start_time_in_seconds: i64,
    nap_offset_in_seconds: i32,
    nap_validation: &'static str,
}

fn spans(night: &Night, wanted: Stage) -> Vec<Span> {
    let of_stage = night.stages.iter().filter(|(stage, ..)| *stage == wanted);
    of_stage
        .map(|(_, from, length)| Span {
            start_time_in_seconds: night.start + i64::from(*from),
            end_time_in_seconds: night.start + i64::from(from + length),
        })
        .collect()
}

/// A word for how good a share from `0` (bad) to `1` is.
fn qualifier(share: f64) -> &'static str {
    match share {
        s if s >= 0.9 => "EXCELLENT",
        s if s >= 0.75 => "GOOD",
        s if s >= 0.6 => "FAIR",
        _ => "POOR",
    }
}

fn scores(night: &Night, asleep: u32) -> Scores {
    let share = |stage, ideal: f64| Qualifier {
        qualifier_key: qualifier(f64::from(night.seconds_in(stage)) / f64::from(asleep.max(1)) / ideal),
    };
    let wakings = night.stages.iter().filter(|(stage, ..)| *stage == Stage::Awake).count() as f64;
    Scores {
        total_duration: Qualifier { qualifier_key: qualifier(f64::from(asleep) / 28_800.0) },
        stress: Qualifier { qualifier_key: qualifier(f64::from(night.score()) / 95.0) },
        awake_count: Qualifier { qualifier_key: qualifier(1.0 - wakings / 10.0) },
        rem_percentage: share(Stage::Rem, 0.22),
        restlessness: Qualifier { qualifier_key: qualifier(1.0 - wakings / 14.0) },
        light_percentage: share(Stage::Light, 0.55),
        deep_percentage: share(Stage::Deep, 0.18),
    }
}

/// An item of `sleeps`, as it is known at a level of certainty.
pub(crate) fn sleep_json(
    person: &Person,
    night: &Night,
    validation: Validation,
    user_id: Option<&str>,
) -> serde_json::Result<String> {
    let night = night.known(validation);
    let asleep = [Stage::Deep, Stage::Light, Stage::Rem].into_iter().map(|stage| night.seconds_in(stage)).sum();
    let is_final = validation == Validation::Final;
    let score = night.score();
    let by_minute = |index: usize| index as u32 * 60;
    serde_json::to_string(&Sleep {
        user_id,
        summary_id: person.summary_id(night.start),
        calendar_date: night.date.to_string(),
        duration_in_seconds: asleep,
        start_time_in_seconds: night.start,
        start_time_offset_in_seconds: person.offset_seconds,
        unmeasurable_sleep_duration_in_seconds: 0,
        deep_sleep_duration_in_seconds: night.seconds_in(Stage::Deep),
        light_sleep_duration_in_seconds: night.seconds_in(Stage::Light),
        rem_sleep_in_seconds: night.seconds_in(Stage::Rem),
        awake_duration_in_seconds: night.seconds_in(Stage::Awake),
        sleep_levels_map: Levels {
            deep: spans(&night, Stage::Deep),
            light: spans(&night, Stage::Light),
            rem: spans(&night, Stage::Rem),
            awake: spans(&night, Stage::Awake),
        },
        validation: validation.wire_name(),
        time_offset_sleep_respiration: OffsetMap(
            night.respiration.iter().enumerate().map(|(index, breaths)| (by_minute(index), *breaths)).collect(),
        ),
        time_offset_sleep_spo2: OffsetMap(
            night.oxygen.iter().enumerate().map(|(index, percent)| (by_minute(index), *percent)).collect(),
        ),
        overall_sleep_score: is_final
            .then(|| Score { value: score, qualifier_key: qualifier(f64::from(score) / 100.0) }),
        sleep_scores: is_final.then(|| scores(&night, asleep)),
        naps: night
            .nap
            .map(|(start, length)| Nap {
                nap_duration_in_seconds: length,
                nap_start_time_in_seconds: start,
                nap_offset_in_seconds: person.offset_seconds,
                nap_validation: "DEVICE",
            })
            .into_iter()
            .collect(),
    })
}
