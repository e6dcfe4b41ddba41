//! Quarters of an hour on the wire: one item for each activity type in each.

use super::{Head, Json, rounded};
use crate::generator::{Day, Epoch, Person};
use serde::Serialize;
use serde_json::value::to_raw_value;

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct WireEpoch<'a> {
    #[serde(flatten)]
    head: Head<'a>,
    activity_type: &'static str,
    active_kilocalories: u32,
    steps: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    pushes: Option<u32>,
    distance_in_meters: f64,
    #[serde(skip_serializing_if = "Option::is_none")]
    push_distance_in_meters: Option<f64>,
    active_time_in_seconds: u32,
    met: f64,
    intensity: &'static str,
    mean_motion_intensity: f64,
    max_motion_intensity: u8,
}

/// The id of an item: the quarter and a number for the activity type.
pub(crate) fn epoch_id(person: &Person, start: i64, epoch: &Epoch) -> String {
    let number = match epoch.activity {
        "SEDENTARY" => 8,
        "WALKING" => 6,
        "RUNNING" => 1,
        "CYCLING" => 2,
        "SWIMMING" => 5,
        "WHEELCHAIR_PUSH_WALK" => 16,
        "WHEELCHAIR_PUSH_RUN" => 17,
        _ => 0,
    };
    format!("{}-{number}", person.summary_id(start))
}

/// The items of `epochs` from the quarter of one second of a day to another second.
pub(crate) fn epochs_json(
    person: &Person,
    day: &Day,
    (since, until): (u32, u32),
    user_id: Option<&str>,
) -> serde_json::Result<Vec<Box<serde_json::value::RawValue>>> {
    let epochs = day.movement.epochs(since, until);
    epochs.iter().map(|epoch| one(person, day.start + i64::from(epoch.from), epoch, user_id)).collect()
}

fn one(person: &Person, start: i64, epoch: &Epoch, user_id: Option<&str>) -> Json {
    let wheels = person.persona.wheels();
    let meters = f64::from(epoch.centimetres) / 100.0;
    let (intensity, motion) = match epoch.activity {
        _ if epoch.is_sedentary() => ("SEDENTARY", 0.4),
        "WALKING" | "WHEELCHAIR_PUSH_WALK" | "GENERIC" => ("ACTIVE", 3.2),
        _ => ("HIGHLY_ACTIVE", 5.6),
    };
    let share = f64::from(epoch.active) / f64::from(epoch.duration.max(1));
    to_raw_value(&WireEpoch {
        head: Head { summary_id: epoch_id(person, start, epoch), ..Head::new(person, user_id, start, epoch.duration) },
        activity_type: epoch.activity,
        active_kilocalories: epoch.kilocalories(),
        steps: epoch.steps,
        pushes: wheels.then_some(epoch.pushes),
        distance_in_meters: if wheels { 0.0 } else { meters },
        push_distance_in_meters: wheels.then_some(meters),
        active_time_in_seconds: epoch.active,
        met: rounded(epoch.met(person.persona.traits().basal_kilocalories), 6),
        intensity,
        mean_motion_intensity: rounded(motion * (0.5 + share / 2.0), 2),
        max_motion_intensity: (motion + 1.6) as u8,
    })
}
