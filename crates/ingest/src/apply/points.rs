//! Points of all series that a batch holds, merged into the stored blocks.

use super::batch::stamp;
use crate::{IngestError, Intake};
use model::{Context, SampleBatch, SeriesType, UserId};
use series::{BlockKey, BlockWrite, Incoming, Stored};
use std::collections::{BTreeMap, HashMap, HashSet};
use store::{Cell, Part, PartKey};

type SeriesKey = (SeriesType, i32, Context);

/// Arriving points by series, source and context, in the order of their parts.
#[derive(Default)]
pub(super) struct Points<'a> {
    arriving: BTreeMap<SeriesKey, Vec<(PartKey, Incoming<'a>)>>,
}

/// What merging asks to be written, and what it did.
#[derive(Default)]
pub(super) struct Merged {
    pub(super) writes: Vec<BlockWrite>,
    pub(super) removes: Vec<(BlockKey, i64)>,
    /// The workouts whose samples changed.
    pub(super) changed_contexts: HashSet<Context>,
    pub(super) counts: Vec<Counts>,
}

/// What became of points; shared by the parts of a batch that touched the same series.
#[derive(Clone, Debug, Default)]
pub(super) struct Counts {
    pub(super) parts: Vec<PartKey>,
    pub(super) inserted: u32,
    pub(super) replaced: u32,
}

impl<'a> Points<'a> {
    pub(super) fn add(&mut self, part: &Part, source: i32, context: Context, batch: &'a SampleBatch) {
        if batch.points.is_empty() {
            return;
        }
        let incoming = Incoming { points: &batch.points, stamp: stamp(part, batch.rank), offset: batch.offset };
        self.arriving.entry((batch.series, source, context)).or_default().push((part.key(), incoming));
    }

    pub(super) async fn merge(self, intake: &Intake, user: UserId) -> Result<Merged, IngestError> {
        let cells: Vec<Cell> = self
            .arriving
            .iter()
            .flat_map(|((series, source, context), incoming)| {
                let points = incoming.iter().flat_map(|(_, incoming)| incoming.points);
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
            let incoming: Vec<Incoming<'_>> = arriving.iter().map(|(_, incoming)| *incoming).collect();
            let plan = series::merge(key.0, key.1, key.2, &existing, &incoming)?;
            if plan.inserted + plan.replaced > 0 && key.2.is_workout() {
                merged.changed_contexts.insert(key.2);
            }
            merged.counts.push(Counts {
                parts: arriving.iter().map(|(part, _)| *part).collect(),
                inserted: plan.inserted,
                replaced: plan.replaced,
            });
            merged.writes.extend(plan.writes);
            merged.removes.extend(plan.removes);
        }
        Ok(merged)
    }
}
