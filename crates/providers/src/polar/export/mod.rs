//! Files of a Flow account's export, told by their keys: training sessions, days, pulse around the clock, nights with
//! their scores, and how they recovered.

mod days;
mod nights;
mod samples;
mod sessions;

use super::NAME;
use crate::{
    json::{Field, Notes, has_keys, note_type},
    wall::{self, Wall},
};
use jiff::{SignedDuration, civil::DateTime};
use model::{Mapped, PartMeta, Source};
use std::io::Read;

const SESSION: &str = "export_session";
const ACTIVITY: &str = "export_activity";
const PULSE: &str = "export_pulse";
const SLEEP: &str = "export_sleep";
const SCORE: &str = "export_sleep_score";
const RECOVERY: &str = "export_recovery";

const FORMS: &[&str] = &["%Y-%m-%dT%H:%M:%S%.f", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M:%S"];

/// Which keys stand at the beginning of which type.
const KEYS: &[(&str, &[&str])] = &[
    (PULSE, &["deviceDays", "samples"]),
    (SLEEP, &["night", "sleepResult"]),
    (SCORE, &["night", "sleepScoreResult"]),
    (RECOVERY, &["night", "meanNightlyRecoveryRri"]),
    (SESSION, &["durationMillis", "exercises"]),
    (SESSION, &["durationMillis", "startTime", "stopTime"]),
    (SESSION, &["exportVersion", "startTime", "stopTime"]),
    (ACTIVITY, &["exportVersion", "date", "samples"]),
    (ACTIVITY, &["exportVersion", "date", "summary"]),
];

pub(super) fn recognise(beginning: &[u8]) -> Option<&'static str> {
    KEYS.iter().find(|(_, keys)| has_keys(beginning, keys)).map(|(part_type, _)| *part_type)
}

pub(super) fn part(part_type: &str, meta: &PartMeta, body: &mut dyn Read) -> Mapped {
    let (mut mapped, mut wall) = (Mapped::default(), Wall::of(meta));
    match part_type {
        SESSION => sessions::map(part_type, &mut wall, body, &mut mapped),
        ACTIVITY => days::map(part_type, &mut wall, body, &mut mapped),
        PULSE => days::pulse(part_type, &mut wall, body, &mut mapped),
        SLEEP => nights::map(part_type, body, &mut mapped),
        SCORE => nights::scores(part_type, &mut wall, body, &mut mapped),
        RECOVERY => nights::recoveries(part_type, &mut wall, body, &mut mapped),
        _ => note_type(&mut mapped.issues, part_type),
    }
    wall.finish(&mut mapped);
    mapped
}

/// The device's number, as nothing but the list of devices names it.
fn source(device: Option<String>) -> Source {
    Source { device, ..Source::of(NAME) }
}

/// What a clock showed.
fn shown(text: &str) -> Option<DateTime> {
    wall::read(text.trim_end_matches('Z'), FORMS)
}

/// Seconds of a duration as it is written: `PT1H2M3.5S`.
fn seconds(field: &Field<String>, notes: &mut Notes<'_>) -> Option<f64> {
    const MOST_S: f64 = 30.0 * 86_400.0;
    let text = notes.text(field)?;
    let seconds = text.parse::<SignedDuration>().ok().map(|duration| duration.as_secs_f64());
    let seconds = seconds.filter(|seconds| (0.0..=MOST_S).contains(seconds));
    if seconds.is_none() {
        notes.add(model::IssueCode::Invalid, field.key, "not a duration");
    }
    seconds
}
