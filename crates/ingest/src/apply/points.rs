//! Points of all series that a batch holds, merged into the stored blocks.

use super::batch::stamp;
use crate::{IngestError, Intake};
use model::{BlockClass, Context, SampleBatch, SeriesType, Timestamp, UserId};
use series::{BlockKey, BlockWrite, Incoming, Stored};
use std::collections::{BTreeMap, HashMap, HashSet};
use store::{Cell, Part};

/// A piece of a series that is merged at once ends with the block in which this is passed.
const PIECE: usize = 32_768;

pub(super) type SeriesKey = (SeriesType, i32, Context);

/// Arriving points by series, source and context, in the order of their parts.
#[derive(Default)]
pub(super) struct Points<'a> {
    arriving: BTreeMap<SeriesKey, Vec<Incoming<'a>>>,
}

/// What merging asks to be written, and what it did.
#[derive(Default)]
pub(super) struct Merged {
    pub(super) writes: Vec<BlockWrite>,
    pub(super) removes: Vec<(BlockKey, i64)>,
    /// The workouts whose samples changed.
    pub(super) changed_contexts: HashSet<Context>,
    pub(super) counts: CountsByPart,
}

/// What the points of one part did.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Counts {
    pub(super) inserted: u32,
    pub(super) replaced: u32,
    /// Those that their sender deleted.
    pub(super) deleted: u32,
}

/// By receipt and number of the part.
pub(super) type CountsByPart = HashMap<(i64, u32), Counts>;

impl<'a> Points<'a> {
    pub(super) fn add(&mut self, part: &Part, source: i32, context: Context, batch: &'a SampleBatch) {
        if batch.points.is_empty() {
            return;
        }
        let incoming = Incoming { points: &batch.points, stamp: stamp(part, batch.rank), offset: batch.offset };
        self.arriving.entry((batch.series, source, context)).or_default().push(incoming);
    }

    pub(super) async fn merge(self, intake: &Intake, user: UserId) -> Result<Merged, IngestError> {
        let cells: Vec<Cell> = self
            .arriving
            .iter()
            .flat_map(|((series, source, context), incoming)| {
                let points = incoming.iter().flat_map(|incoming| incoming.points);
                let windows = series::cells(*series, *context, points);
                let (series, source, context) = (*series, *source, *context);
                windows.into_iter().map(move |(from, to)| Cell { series, source, context, from, to })
            })
            .collect();
        if cells.is_empty() {
            return Ok(Merged::default());
        }
        let mut stored: HashMap<SeriesKey, Vec<Stored>> = HashMap::new();
        for block in intake.store.load_cells(user, cells).await? {
            let key = (block.key.series, block.key.source, block.key.context);
            stored.entry(key).or_default().push(Stored { key: block.key, ver: block.ver, data: block.data });
        }
        let mut merged = Merged::default();
        for (key, arriving) in self.arriving {
            let existing = stored.remove(&key).unwrap_or_default();
            for piece in Pieces::new(key, arriving) {
                let plan = series::merge(key.0, key.1, key.2, &existing, &piece)?;
                if !plan.by_part.is_empty() && key.2.is_workout() {
                    merged.changed_contexts.insert(key.2);
                }
                for did in &plan.by_part {
                    let counts = merged.counts.entry(did.part).or_default();
                    counts.inserted = counts.inserted.saturating_add(did.inserted);
                    counts.replaced = counts.replaced.saturating_add(did.replaced);
                }
                merged.writes.extend(plan.writes);
                merged.removes.extend(plan.removes);
                // merging computes for long, and others need this thread
                tokio::task::yield_now().await;
            }
        }
        Ok(merged)
    }
}

/// Cuts the points of one series into pieces along the borders of its blocks, so that merging a large
/// part needs little memory beside it. Points that are not in order of time come in one piece.
struct Pieces<'a> {
    class: BlockClass,
    rest: Vec<Incoming<'a>>,
}

impl<'a> Pieces<'a> {
    fn new(key: SeriesKey, rest: Vec<Incoming<'a>>) -> Self {
        Self { class: series::first_class(key.0, key.2), rest }
    }

    fn next_start(&self) -> Option<Timestamp> {
        self.rest.iter().filter_map(|incoming| incoming.points.first()).map(|point| point.start).min()
    }

    /// How many points of each batch start before an instant.
    fn before(&self, end: Timestamp) -> Vec<usize> {
        self.rest.iter().map(|incoming| incoming.points.partition_point(|point| point.start < end)).collect()
    }

    /// How many points of each batch make up the next piece.
    fn lengths(&self) -> Vec<usize> {
        let whole = || self.rest.iter().map(|incoming| incoming.points.len()).collect::<Vec<_>>();
        let is_small = whole().iter().sum::<usize>() <= PIECE;
        if is_small || !self.rest.iter().all(|incoming| incoming.points.is_sorted_by_key(|point| point.start)) {
            return whole();
        }
        let all: usize = whole().iter().sum();
        let mut lengths = vec![0; self.rest.len()];
        while lengths.iter().sum::<usize>() < PIECE.min(all) {
            let next = self.rest.iter().zip(&lengths).filter_map(|(incoming, length)| incoming.points.get(*length));
            let Some(start) = next.map(|point| point.start).min() else { break };
            let further = self.before(series::bucket_end(self.class, series::bucket_of(self.class, start)));
            if further.iter().sum::<usize>() <= lengths.iter().sum::<usize>() {
                return whole(); // beyond the ends of time, where buckets have no end
            }
            lengths = further;
        }
        lengths
    }
}

impl<'a> Iterator for Pieces<'a> {
    type Item = Vec<Incoming<'a>>;

    fn next(&mut self) -> Option<Self::Item> {
        self.next_start()?;
        let lengths = self.lengths();
        let mut piece = Vec::with_capacity(self.rest.len());
        for (incoming, length) in self.rest.iter_mut().zip(lengths) {
            let (points, later) = incoming.points.split_at_checked(length).unwrap_or((incoming.points, &[]));
            piece.push(Incoming { points, ..*incoming });
            incoming.points = later;
        }
        Some(piece)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::{Point, Stamp};

    fn pieces(batches: &[Vec<Point>]) -> Vec<usize> {
        let stamp = Stamp::default();
        let incoming = batches.iter().map(|points| Incoming { points, stamp, offset: None }).collect();
        let key = (SeriesType::HEART_RATE, 1, Context::SAMPLES);
        Pieces::new(key, incoming).map(|piece| piece.iter().map(|incoming| incoming.points.len()).sum()).collect()
    }

    fn seconds(from: i64, count: i64) -> Vec<Point> {
        (from..from + count).map(|second| Point::at(Timestamp::from_seconds(second), 60.0)).collect()
    }

    #[test]
    fn many_points_are_cut_where_days_end_and_none_is_lost() {
        assert_eq!(pieces(&[seconds(0, 86_400 * 3)]), [86_400, 86_400, 86_400]);
        assert_eq!(pieces(&[seconds(0, 86_400), seconds(43_200, 86_400)]), [86_400 + 43_200, 43_200]);
        assert_eq!(pieces(&[seconds(0, 100), seconds(90_000, 100)]), [200]);
        assert_eq!(pieces(&[Vec::new()]), [0; 0]);
    }

    #[test]
    fn points_out_of_order_or_beyond_time_come_whole() {
        let mut backwards = seconds(0, 86_400 * 2);
        backwards.reverse();
        assert_eq!(pieces(&[backwards]), [86_400 * 2]);
        let endless = vec![Point::at(Timestamp::MAX, 1.0); 50_000];
        assert_eq!(pieces(&[endless]), [50_000]);
    }
}
