//! `moveIQActivities`: spans that the watch took for activities. They label time that days and epochs
//! count already.

use super::{
    super::{MANIFEST, NAME},
    ping,
};
use crate::{
    garmin::{activity_types, wire::MoveIq},
    json::{Notes, micros},
};
use model::{ActivityDetail, EventRecord, Mapped, Record, Source};
use std::io::Read;

/// Maps the items of a part.
pub(super) fn items(part_type: &str, body: &mut dyn Read, mapped: &mut Mapped) {
    let rank = MANIFEST.rank(part_type).fixed();
    ping::each_summary::<MoveIq>(part_type, body, mapped, |wire, notes, records| {
        let record = span(wire, rank, notes);
        records.extend(record.map(|record| Record::Activity(Box::new(record))));
    });
}

fn span(wire: &MoveIq, rank: i32, notes: &mut Notes<'_>) -> Option<EventRecord<ActivityDetail>> {
    let start = notes.needed_time(&wire.start)?;
    let raw_type = notes.text(&wire.activity_type);
    let duration_s = notes.span(&wire.duration);
    Some(EventRecord {
        external_id: notes.text(&wire.summary_id).unwrap_or_else(|| format!("activity:{start}")),
        rank,
        source: Source::of(NAME),
        start,
        end: start.plus_micros(micros(duration_s.unwrap_or_default())),
        offset: notes.device_offset(&wire.offset),
        detail: ActivityDetail {
            workout_type: raw_type.as_deref().map(activity_types::unified),
            raw_type,
            raw_sub_type: notes.text(&wire.activity_sub_type),
            calendar_date: notes.date(&wire.calendar_date),
            duration_s,
        },
        samples: Vec::new(),
    })
}
