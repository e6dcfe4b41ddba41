//! Nights on the wire.

use super::{Head, Json, OffsetMap};
use crate::{
    generator::{Night, Person, Stage, Validation, oxygen, respiration},
    kind::Kind,
};
use serde::Serialize;
use serde_json::value::to_raw_value;

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Sleep<'a> {
    #[serde(flatten)]
    head: Head<'a>,
    calendar_date: String,
    unmeasurable_sleep_duration_in_seconds: u32,
    deep_sleep_duration_in_seconds: u32,
    light_sleep_duration_in_seconds: u32,
    rem_sleep_in_seconds: u32,
    awake_duration_in_seconds: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    sleep_levels_map: Option<Levels>,
    validation: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    time_offset_sleep_respiration: Option<OffsetMap<f64>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    time_offset_sleep_spo2: Option<OffsetMap<u8>>,
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

/// An item of `sleeps`, as it is known at a level of certainty. A span without stages has its length and no more.
pub(crate) fn sleep_json(person: &Person, night: &Night, validation: Validation, user_id: Option<&str>) -> Json {
    let night = night.known(validation);
    let staged = validation.has_stages();
    let seconds = |stage| if staged { night.seconds_in(stage) } else { 0 };
    let asleep: u32 = [Stage::Deep, Stage::Light, Stage::Rem].into_iter().map(|stage| night.seconds_in(stage)).sum();
    let scored = staged && !validation.is_tentative() && validation != Validation::Device;
    let score = night.score();
    let unmeasured = if validation == Validation::OffWrist { night.length() } else { 0 };
    let duration = if staged { asleep } else { night.length() - unmeasured };
    to_raw_value(&Sleep {
        head: Head::new(person, user_id, night.start, duration),
        calendar_date: night.date.to_string(),
        unmeasurable_sleep_duration_in_seconds: unmeasured,
        deep_sleep_duration_in_seconds: seconds(Stage::Deep),
        light_sleep_duration_in_seconds: seconds(Stage::Light),
        rem_sleep_in_seconds: seconds(Stage::Rem),
        awake_duration_in_seconds: seconds(Stage::Awake),
        sleep_levels_map: staged.then(|| Levels {
            deep: spans(&night, Stage::Deep),
            light: spans(&night, Stage::Light),
            rem: spans(&night, Stage::Rem),
            awake: spans(&night, Stage::Awake),
        }),
        validation: validation.wire_name(),
        time_offset_sleep_respiration: staged.then(|| OffsetMap(respiration(person, &night))),
        time_offset_sleep_spo2: (staged && person.persona.makes(Kind::Pulseox))
            .then(|| OffsetMap(oxygen(person, &night))),
        overall_sleep_score: scored.then(|| Score { value: score, qualifier_key: qualifier(f64::from(score) / 100.0) }),
        sleep_scores: scored.then(|| scores(&night, asleep)),
        naps: night
            .nap
            .filter(|_| staged)
            .map(|(start, length)| Nap {
                nap_duration_in_seconds: length,
                nap_start_time_in_seconds: start,
                nap_offset_in_seconds: person.offset_at(start),
                nap_validation: "DEVICE",
            })
            .into_iter()
            .collect(),
    })
}
