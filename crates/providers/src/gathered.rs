//! What rows of an export say, put together: points as few batches, and counts of what has no place.

use model::{
    Context, Issue, IssueCode, LocalOffset, Mapped, Point, Record, SampleBatch, SeriesType, Source, Timestamp,
};
use std::collections::{BTreeMap, HashMap};

/// More kinds than any export has; a hostile one could name more.
const MOST_KINDS: usize = 100;
const LONGEST_KIND: usize = 60;

/// Points that come one by one.
#[derive(Default)]
pub(crate) struct Gathered {
    batches: HashMap<(SeriesType, Context, Source, Option<LocalOffset>), usize>,
    order: Vec<SampleBatch>,
}

/// Where and by whom something was measured.
#[derive(Clone)]
pub(crate) struct Base {
    pub(crate) at: Timestamp,
    pub(crate) offset: Option<LocalOffset>,
    pub(crate) source: Source,
}

impl Gathered {
    /// A value at an instant.
    pub(crate) fn add(&mut self, base: &Base, series: SeriesType, context: Context, value: f64) {
        self.add_point(base, series, context, Point::at(base.at, value));
    }

    pub(crate) fn add_point(&mut self, base: &Base, series: SeriesType, context: Context, point: Point) {
        let key = (series, context, base.source.clone(), base.offset);
        let next = self.order.len();
        let place = *self.batches.entry(key).or_insert(next);
        if place == next {
            let (source, offset) = (base.source.clone(), base.offset);
            self.order.push(SampleBatch { series, source, context, rank: 0, offset, points: Vec::new() });
        }
        if let Some(batch) = self.order.get_mut(place) {
            batch.points.push(point);
        }
    }

    pub(crate) fn finish(self, mapped: &mut Mapped) {
        mapped.records.extend(self.order.into_iter().map(Record::Samples));
    }
}

/// Counts what was read and has no place, by its kind.
#[derive(Default)]
pub(crate) struct Unmapped(BTreeMap<String, u64>);

impl Unmapped {
    pub(crate) fn count(&mut self, kind: &str) {
        let kind: String = kind.chars().take(LONGEST_KIND).collect();
        if let Some(count) = self.0.get_mut(&kind) {
            *count += 1;
        } else if self.0.len() < MOST_KINDS {
            self.0.insert(kind, 1);
        } else {
            *self.0.entry("other".to_owned()).or_default() += 1;
        }
    }

    pub(crate) fn finish(self, mapped: &mut Mapped) {
        let issue = |(kind, count): (String, u64)| {
            Issue::new(IssueCode::Unmapped, kind, format!("{count} of a kind that no record has a place for"))
        };
        mapped.issues.extend(self.0.into_iter().map(issue));
    }
}
