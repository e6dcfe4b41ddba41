//! Offset maps as points of a series.

use super::super::NAME;
use crate::json::{Field, Notes, Offsets};
use model::{Context, IssueCode, LocalOffset, Point, SampleBatch, SeriesType, Source, Timestamp};
use std::ops::RangeInclusive;

/// Where and how sure the points are that a map holds.
#[derive(Clone, Copy)]
pub(super) struct Base {
    pub(super) start: Timestamp,
    pub(super) offset: Option<LocalOffset>,
    pub(super) rank: i32,
}

/// The points of a map. Values of zero and below stand for "not measured" and are left out; values
/// above the range are faults and noted.
pub(super) fn of_map(
    field: &Field<Offsets>,
    series: SeriesType,
    range: RangeInclusive<f64>,
    base: Base,
    notes: &mut Notes<'_>,
) -> Option<SampleBatch> {
    let map = notes.look(field)?;
    let measured = || map.pairs.iter().filter(|(_, value)| *value > 0.0);
    let points: Vec<Point> = measured()
        .filter(|(_, value)| range.contains(value))
        .map(|(seconds, value)| Point::at(base.start.plus_seconds(*seconds), *value))
        .collect();
    if map.unreadable > 0 || measured().count() > points.len() {
        notes.add(IssueCode::Invalid, field.key, "some entries were left out");
    }
    let batch = SampleBatch {
        series,
        source: Source::of(NAME),
        context: Context::SAMPLES,
        rank: base.rank,
        offset: base.offset,
        points,
    };
    (!batch.points.is_empty()).then_some(batch)
}
