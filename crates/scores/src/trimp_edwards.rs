//! Edwards' training impulse of a day: minutes in five zones of the greatest heart rate.

use crate::algorithm::{Algorithm, Need, Part, Unit};
use crate::daily::by_minute;
use crate::outcome::Component;
use crate::source::{EDWARDS_1993, TANAKA_2001};
use crate::{HeartMinute, Input, Missing, Outcome, Person};
use model::{LocalDate, ScoreCategory};

/// Training impulse by zones.
pub static TRIMP_EDWARDS: Algorithm = Algorithm {
    name: "trimp_edwards",
    version: 1,
    meaning: "training of the day: minutes in five zones of the greatest heart rate, weighed one to five",
    formula: "sum over minutes of the zone's number; zones 1 to 5 begin at 50, 60, 70, 80 and 90 percent of the maximum",
    category: Some(ScoreCategory::Strain),
    unit: Unit::Impulse,
    least: 0.0,
    greatest: None,
    parts: &[
        Part::told("zone_1_min", Unit::Minutes, "50 to 60 percent"),
        Part::told("zone_2_min", Unit::Minutes, "60 to 70 percent"),
        Part::told("zone_3_min", Unit::Minutes, "70 to 80 percent"),
        Part::told("zone_4_min", Unit::Minutes, "80 to 90 percent"),
        Part::told("zone_5_min", Unit::Minutes, "90 percent and more"),
        Part::told("covered_min", Unit::Minutes, "minutes with a heart rate"),
        Part::told("max_heart_rate", Unit::BeatsPerMinute, "the greatest heart rate that was taken"),
    ],
    needs: &[Need::required(Input::HeartMinutes, 1), Need::required(Input::MaximumHeartRate, 1)],
    reads_days_back: 0,
    changes_days_forward: 0,
    sources: &[EDWARDS_1993, TANAKA_2001],
};

const ZONES: [&str; 5] = ["zone_1_min", "zone_2_min", "zone_3_min", "zone_4_min", "zone_5_min"];

/// The impulse of the minutes of a local day.
#[must_use]
pub fn trimp_edwards(date: LocalDate, person: &Person, minutes: &[HeartMinute]) -> Outcome {
    let minutes = by_minute(minutes);
    let max = person.max_heart_rate_on(date);
    let lacks = [(minutes.is_empty(), Input::HeartMinutes), (max.is_none(), Input::MaximumHeartRate)];
    let missing: Vec<Missing> =
        lacks.into_iter().filter(|(lacks, _)| *lacks).map(|(_, input)| Missing::one(input)).collect();
    let (Some(max), true) = (max, missing.is_empty()) else {
        return Outcome { missing, ..Outcome::new(&TRIMP_EDWARDS) };
    };
    let mut in_zone = [0_u32; 5];
    for zone in minutes.iter().filter_map(|(_, bpm)| zone(*bpm, max).checked_sub(1)) {
        in_zone[zone.min(4)] += 1;
    }
    let value: f64 = in_zone.iter().zip(1_u32..).map(|(count, weight)| f64::from(count * weight)).sum();
    let mut components: Vec<Component> =
        ZONES.iter().zip(in_zone).map(|(name, count)| Component::told(name, f64::from(count))).collect();
    components.push(Component::told("covered_min", minutes.len() as f64));
    components.push(Component::told("max_heart_rate", max));
    Outcome { value: Some(value), components, ..Outcome::new(&TRIMP_EDWARDS) }
}

/// The zone of a heart rate, 0 below all.
pub(crate) fn zone(bpm: f64, max: f64) -> usize {
    let limits = [0.5, 0.6, 0.7, 0.8, 0.9];
    limits.iter().filter(|limit| bpm >= **limit * max).count()
}
