//! `userMetrics`: what Garmin computes of a person's fitness. It has a date and no time.

use super::{
    super::MANIFEST,
    bounds, ping, placed,
    samples::{Base, Gathered},
};
use crate::{garmin::wire::UserMetrics, json::Notes};
use model::{Context, Mapped, Point, SeriesType};
use std::io::Read;

const NOON_S: i64 = 43_200;

/// Maps the items of a part. Of two for one date the one received last stands.
pub(super) fn items(part_type: &str, body: &mut dyn Read, mapped: &mut Mapped) {
    let rank = MANIFEST.rank(part_type).fixed();
    let mut gathered = Gathered::default();
    ping::each_summary::<UserMetrics>(part_type, body, mapped, |wire, notes, _| {
        metrics(wire, rank, notes, &mut gathered);
    });
    mapped.records.extend(gathered.into_records());
}

/// At local noon; where no offset is told at noon UTC, which is on that date nearly everywhere.
fn metrics(wire: &UserMetrics, rank: i32, notes: &mut Notes<'_>, gathered: &mut Gathered) {
    let Some(date) = notes.needed_date(&wire.calendar_date) else { return };
    let offset = notes.device_offset(&wire.offset);
    let start = placed::midnight_utc(date).plus_seconds(NOON_S - offset.map_or(0, |offset| i64::from(offset.seconds)));
    let values = [
        (SeriesType::VO2_MAX, notes.positive(&wire.vo2_max, bounds::VO2_MAX)),
        (SeriesType::VO2_MAX_CYCLING, notes.positive(&wire.vo2_max_cycling, bounds::VO2_MAX)),
        (SeriesType::GARMIN_FITNESS_AGE, notes.positive(&wire.fitness_age, bounds::AGE_YEARS)),
    ];
    for (series, value) in values {
        if let Some(value) = value {
            gathered.add(Base { start, offset, rank }, series, Context::SAMPLES, Point::at(start, value));
        }
    }
}
