//! Offset maps as points of a series, averages as points of a day, and points of many items put together.

use super::super::NAME;
use crate::json::{Field, Notes, Offsets};
use model::{Context, IssueCode, LocalOffset, Point, Record, SampleBatch, SeriesType, Source, Timestamp};
use std::{collections::BTreeMap, ops::RangeInclusive};

/// Values of a day stand for a day of this length, whatever the clocks did.
const NOMINAL_DAY_US: i64 = 86_400_000_000;

/// Where and how sure the points are that a map holds.
#[derive(Clone, Copy)]
pub(super) struct Base {
    pub(super) start: Timestamp,
    pub(super) offset: Option<LocalOffset>,
    pub(super) rank: i32,
}

impl Base {
    /// Points of one series here.
    pub(super) fn batch(self, series: SeriesType, context: Context, points: Vec<Point>) -> SampleBatch {
        let source = Source::of(NAME);
        SampleBatch { series, source, context, rank: self.rank, offset: self.offset, points }
    }

    /// A total or an average of the day that begins here.
    pub(super) fn of_day(self, series: SeriesType, value: f64) -> SampleBatch {
        let point = Point { start: self.start, duration_us: NOMINAL_DAY_US, value };
        self.batch(series, Context::DAILY, vec![point])
    }
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
    (!points.is_empty()).then(|| base.batch(series, Context::SAMPLES, points))
}

/// Points of many items that hold one each, so that they come as few batches.
#[derive(Default)]
pub(super) struct Gathered {
    batches: BTreeMap<(SeriesType, Context, i32, Option<i32>), SampleBatch>,
}

impl Gathered {
    pub(super) fn add(&mut self, base: Base, series: SeriesType, context: Context, point: Point) {
        let key = (series, context, base.rank, base.offset.map(|offset| offset.seconds));
        let batch = self.batches.entry(key).or_insert_with(|| base.batch(series, context, Vec::new()));
        batch.points.push(point);
    }

    pub(super) fn into_records(self) -> impl Iterator<Item = Record> {
        self.batches.into_values().map(Record::Samples)
    }
}
