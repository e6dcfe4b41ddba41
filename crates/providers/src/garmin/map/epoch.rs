//! `epochs`: what one activity did within a slot of fifteen minutes.
//!
//! A slot may hold several activities, which are kept apart by their contexts and add up. Whatever
//! time of the slot has passed, its points stand for the whole slot, so that the complete slot takes
//! the place of a provisional one.

use super::{
    super::MANIFEST,
    bounds, ping,
    samples::{Base, Gathered},
};
use crate::{Rank, garmin::wire::Epoch, json::Notes};
use model::{Context, Mapped, Point, SeriesType};
use std::io::Read;

const SLOT_US: i64 = 900_000_000;

/// The activities that have a place of their own. Places are stored: append, never reorder.
const ACTIVITIES: &[&str] = &[
    "GENERIC",
    "SEDENTARY",
    "WALKING",
    "RUNNING",
    "CYCLING",
    "SWIMMING",
    "WHEELCHAIR_PUSH_WALK",
    "WHEELCHAIR_PUSH_RUN",
    "SLEEP",
    "STOP",
    "TRANSITION",
    "FITNESS_EQUIPMENT",
    "OTHER",
    "UNKNOWN",
];
/// Other activities have places from here on, by a hash of their name.
const HASHED_FROM: u8 = 64;
/// The place of an epoch without an activity.
const NAMELESS: u8 = u8::MAX;

/// Maps the items of a part.
pub(super) fn items(part_type: &str, body: &mut dyn Read, mapped: &mut Mapped) {
    let rank = MANIFEST.rank(part_type);
    let mut gathered = Gathered::default();
    ping::each_summary::<Epoch>(part_type, body, mapped, |wire, notes, _| epoch(wire, &rank, notes, &mut gathered));
    mapped.records.extend(gathered.into_records());
}

fn epoch(wire: &Epoch, rank: &Rank, notes: &mut Notes<'_>, gathered: &mut Gathered) {
    let Some(start) = notes.needed_time(&wire.start) else { return };
    let rank = rank.of_number(notes.span(&wire.duration));
    let base = Base { start, offset: notes.device_offset(&wire.offset), rank };
    let context = Context::epoch(place(notes.text(&wire.activity_type).as_deref()));
    let values = [
        (SeriesType::STEPS, notes.amount(&wire.steps, bounds::STEPS)),
        (SeriesType::PUSH_COUNT, notes.amount(&wire.pushes, bounds::STEPS)),
        (SeriesType::DISTANCE_WALKING_RUNNING, notes.amount(&wire.distance, bounds::DISTANCE_M)),
        (SeriesType::ENERGY, notes.amount(&wire.active_energy, bounds::ENERGY_KCAL)),
        (SeriesType::ACTIVE_TIME, notes.span(&wire.active).map(|seconds| seconds / 60.0)),
        (SeriesType::AVERAGE_MET, notes.amount(&wire.met, bounds::MET)),
        (SeriesType::MOTION_INTENSITY, notes.amount(&wire.motion_mean, bounds::MOTION)),
        (SeriesType::MOTION_INTENSITY_MAX, notes.amount(&wire.motion_max, bounds::MOTION)),
        (SeriesType::HEART_RATE, notes.positive(&wire.heart_rate, bounds::HEART_BPM)),
    ];
    for (series, value) in values {
        if let Some(value) = value {
            gathered.add(base, series, context, Point { start, duration_us: SLOT_US, value });
        }
    }
}

/// The place of an activity within its slot, the same for ever: by the list, else by a hash (FNV-1a).
fn place(activity: Option<&str>) -> u8 {
    let Some(name) = activity.map(str::to_ascii_uppercase) else { return NAMELESS };
    if let Some(place) = ACTIVITIES.iter().position(|one| *one == name) {
        return u8::try_from(place).unwrap_or(NAMELESS);
    }
    let hash = name.bytes().fold(0x811c_9dc5_u32, |hash, byte| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193));
    let width = u32::from(NAMELESS - HASHED_FROM);
    HASHED_FROM + u8::try_from(hash % width).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn activities_have_places_that_never_move() {
        assert!(ACTIVITIES.len() < usize::from(HASHED_FROM));
        assert_eq!([place(Some("GENERIC")), place(Some("walking")), place(None)], [0, 2, NAMELESS]);
        assert_eq!([place(Some("YAK_RACING")), place(Some("ELLIPTICAL"))], [68, 108]);
        assert!((HASHED_FROM..NAMELESS).contains(&place(Some(""))));
    }
}
