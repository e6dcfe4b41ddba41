//! Files of Google Fit in a Takeout: points as they were recorded, days, sessions. Tracks are TCX, which everybody reads.

mod days;
mod points;
mod sessions;

use super::NAME;
use crate::{
    json::{has_keys, note_type},
    table::has_columns,
};
use model::{Mapped, PartMeta};
use std::io::Read;

const POINTS: &str = "export_points";
const DAYS: &str = "export_days";
const INTERVALS: &str = "export_intervals";
const SESSION: &str = "export_session";

pub(super) fn recognise(beginning: &[u8]) -> Option<&'static str> {
    if has_keys(beginning, &["Data Points"]) || has_keys(beginning, &["dataSourceId", "point", "startTimeNanos"]) {
        Some(POINTS)
    } else if has_keys(beginning, &["fitnessActivity", "startTime"]) {
        Some(SESSION)
    } else if has_columns(beginning, &days::COLUMNS) {
        Some(DAYS)
    } else {
        has_columns(beginning, &days::INTERVALS).then_some(INTERVALS)
    }
}

pub(super) fn part(part_type: &str, meta: &PartMeta, body: &mut dyn Read) -> Mapped {
    match part_type {
        POINTS => points::part(part_type, body),
        DAYS => days::part(part_type, meta, body),
        INTERVALS => days::intervals(part_type, body),
        SESSION => sessions::part(part_type, body),
        _ => {
            let mut mapped = Mapped::default();
            note_type(&mut mapped.issues, part_type);
            mapped
        }
    }
}
