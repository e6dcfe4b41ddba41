//! `activityDetails`: the samples and laps of a workout, with a summary of its own.

use super::{
    super::{
        source,
        wire::{Activity, Details, SERIES},
    },
    activity, bounds, identity, ping,
};
use crate::json::{Columns, Item, Notes, each_streamed, instant};
use model::{
    Context, Facet, IssueCode, Lap, LocalOffset, Mapped, Point, Record, SampleBatch, SeriesType, Source, Timestamp,
    WorkoutRecord,
};
use std::io::Read;

/// Maps the items of a part.
pub(super) fn items(part_type: &str, rank: i32, body: &mut dyn Read, mapped: &mut Mapped) {
    each_streamed::<Details>(part_type, body, mapped, |Item { path, value }, mapped| {
        if ping::fetches_summaries(part_type, &value.callback_url, &path, mapped) {
            return;
        }
        let mut notes = Notes::new(&mut mapped.issues, path);
        let record = workout(value, rank, &mut notes);
        mapped.records.extend(record.map(|record| Record::Workout(Box::new(record))));
    });
}

/// The ids lie beside the summary, inside it, or both.
fn ids(wire: &Details, summary: &Activity, notes: &mut Notes<'_>) -> Option<(String, Vec<String>)> {
    let summary_id = notes.text(&wire.summary_id).or_else(|| notes.text(&summary.summary_id));
    let activity_id = notes.text(&wire.activity_id).or_else(|| notes.text(&summary.activity_id));
    identity(summary_id.as_deref(), activity_id.as_deref())
}

fn workout(mut wire: Details, rank: i32, notes: &mut Notes<'_>) -> Option<WorkoutRecord> {
    let summary = notes.look(&wire.summary).cloned().unwrap_or_default();
    let Some((external_id, aliases)) = ids(&wire, &summary, notes) else {
        notes.missing("summaryId");
        return None;
    };
    let said = activity::said(&summary, &mut notes.within("summary"));
    let source = source(said.device);
    let mut detail = said.detail;
    detail.laps = laps(&wire, said.end, notes);
    notes.look(&wire.samples);
    let columns = std::mem::replace(&mut wire.samples, crate::json::Field::absent("samples")).into_value();
    let samples = columns.map(|columns| samples(columns.0, &source, said.offset, rank, notes)).unwrap_or_default();
    Some(WorkoutRecord {
        external_id,
        aliases,
        facet: Facet::Details,
        rank,
        source,
        start: said.start,
        end: said.end,
        offset: said.offset,
        detail,
        file: None,
        samples,
    })
}

/// A lap lasts until the next begins, the last one until the end.
fn laps(wire: &Details, end: Option<Timestamp>, notes: &mut Notes<'_>) -> Vec<Lap> {
    let mut starts: Vec<Timestamp> = Vec::new();
    for (index, lap) in notes.list(&wire.laps).iter().enumerate() {
        let mut notes = notes.within(&format!("laps[{index}]"));
        starts.extend(notes.time(&lap.start));
    }
    starts.sort_unstable();
    starts.dedup();
    let ends = starts.iter().skip(1).copied().map(Some).chain([end]);
    let lap = |(start, end): (&Timestamp, Option<Timestamp>)| {
        let end = end.filter(|end| end > start);
        let elapsed_s = end.map(|end| end.micros_since(*start) as f64 / 1e6);
        Lap { start: Some(*start), end, elapsed_s, ..Lap::default() }
    };
    starts.iter().zip(ends).map(lap).collect()
}

fn samples(
    mut columns: Columns,
    source: &Source,
    offset: Option<LocalOffset>,
    rank: i32,
    notes: &mut Notes<'_>,
) -> Vec<SampleBatch> {
    if columns.timeless > 0 {
        notes.add(IssueCode::Missing, "samples[].startTimeInSeconds", "some samples have no time and were left out");
    }
    let mut batches = Vec::new();
    for (column, (key, series)) in SERIES.iter().enumerate() {
        let unreadable = columns.unreadable.get(column).is_some_and(|count| *count > 0);
        let (points, implausible) = points(&mut columns, column, *series);
        if unreadable || implausible {
            notes.add(IssueCode::Invalid, &format!("samples[].{key}"), "some values were left out");
        }
        if !points.is_empty() {
            let context = Context::SAMPLES;
            batches.push(SampleBatch { series: *series, source: source.clone(), context, rank, offset, points });
        }
    }
    batches
}

/// The points of one column, in exactly the memory they need, and whether some had to be left out.
fn points(columns: &mut Columns, column: usize, series: SeriesType) -> (Vec<Point>, bool) {
    let mut points = Vec::with_capacity(columns.count(column));
    let (mut left_out, plausible) = (false, bounds::of_sample(series));
    for (time, value) in columns.take(column) {
        match instant(time).filter(|_| plausible.contains(&value)) {
            Some(start) => points.push(Point::at(start, value)),
            // A heart rate of zero is how a lost signal looks, not a fault.
            None => left_out |= series != SeriesType::HEART_RATE || value != 0.0,
        }
    }
    (points, left_out)
}
