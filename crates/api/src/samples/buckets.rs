//! The rows of buckets: by the hours kept beside blocks where they stand for these, else by their points.

use super::{
    offsets::ZoneOffsets,
    raw::{decode, rows_of},
    row::{Row, RowId},
    selection::Selection,
    span::date_of,
    window::Window,
};
use crate::error::Result;
use model::{Aggregation, Context, LocalDate, Point, SeriesType};
use series::{BlockKey, HourTally, Summarised, downsample_with_hours, touches, usable_hours};
use std::collections::{BTreeMap, HashMap, HashSet};
use store::{SliceBlock, StoredBlock};

/// How far from a window totals of days may begin that share a date with it, on whatever clock.
const DAYS_APART_S: i64 = 2 * 86_400;

/// A block, and the hours that stand for it.
struct Held {
    block: StoredBlock,
    hours: Option<Vec<HourTally>>,
}

/// What a window is made of.
#[derive(Default)]
pub(super) struct Plan {
    samples: BTreeMap<(SeriesType, i32), Vec<Held>>,
    daily: Vec<StoredBlock>,
}

/// A plan that is carried out, or waits for points.
pub(super) enum Planned {
    Rows(Vec<Row>),
    Missing(Plan, Vec<BlockKey>),
}

impl Plan {
    /// Looks which blocks the hours stand for. `blocks` are all that touch the window, and for days also
    /// those with totals around it.
    pub(super) fn new(blocks: Vec<SliceBlock>, selection: &Selection, window: Window) -> Self {
        let window = window.within(selection.span.samples);
        let mut plan = Self::default();
        let mut groups: BTreeMap<(SeriesType, i32), Vec<SliceBlock>> = BTreeMap::new();
        for held in blocks {
            let key = held.block.key;
            if key.context.is_daily() {
                plan.daily.push(held.block);
            } else if held.block.t_min < window.to && held.block.t_end_max >= window.from {
                groups.entry((key.series, key.source)).or_default().push(held);
            }
        }
        for (group, blocks) in groups {
            let summaries: Vec<Summarised<'_>> = blocks.iter().map(summarised).collect();
            let span = (window.from, window.to);
            let hours = usable_hours(&summaries, selection.resolution, selection.zone.as_ref(), span);
            let held = blocks.into_iter().zip(hours).map(|(held, hours)| Held { block: held.block, hours });
            plan.samples.insert(group, held.collect());
        }
        plan
    }

    /// Makes the rows, unless points are needed that are not here.
    pub(super) fn begin(self, selection: &Selection, window: Window) -> Result<Planned> {
        let missing = self.missing();
        if missing.is_empty() {
            self.rows(selection, window).map(Planned::Rows)
        } else {
            Ok(Planned::Missing(self, missing))
        }
    }

    /// Blocks whose points are needed and are not here.
    fn missing(&self) -> Vec<BlockKey> {
        let samples = self.samples.values().flatten().filter(|held| held.hours.is_none()).map(|held| &held.block);
        samples.chain(&self.daily).filter(|block| block.data.is_empty()).map(|block| block.key).collect()
    }

    /// Takes the points of these; false if they are no longer as they were.
    pub(super) fn fill(&mut self, loaded: Vec<StoredBlock>) -> bool {
        let mut loaded: HashMap<BlockKey, StoredBlock> = loaded.into_iter().map(|block| (block.key, block)).collect();
        let samples = self.samples.values_mut().flatten().filter(|held| held.hours.is_none());
        let mut waiting = samples.map(|held| &mut held.block).chain(&mut self.daily).filter(|it| it.data.is_empty());
        waiting.all(|block| match loaded.remove(&block.key) {
            Some(found) if found.ver == block.ver => {
                *block = found;
                true
            }
            _ => false,
        })
    }

    /// The rows, ascending.
    pub(super) fn rows(self, selection: &Selection, window: Window) -> Result<Vec<Row>> {
        let zone = selection.zone.as_ref();
        let mut rows = Vec::new();
        // a day of which the provider told the total is not summed from its samples as well
        let mut told: HashSet<(SeriesType, i32, LocalDate)> = HashSet::new();
        for block in self.daily {
            let columns = decode(&block)?;
            if block.key.series.spec().aggregation == Aggregation::Sum {
                let days = rows_of(&block.key, &columns, window.widened(DAYS_APART_S));
                told.extend(days.map(|row| (row.id.series, row.id.source, date_of(row.at, row.offset, zone))));
            }
            let days = rows_of(&block.key, &columns, window);
            rows.extend(days.filter(|row| selection.span.has_day(row.at, row.offset, zone)));
        }
        let mut offsets = ZoneOffsets::new(zone);
        let inside = window.within(selection.span.samples);
        // one series of one source unpacked at a time
        for ((series, source), blocks) in self.samples {
            let (points, hours) = gathered(blocks, inside)?;
            let (aggregation, span) = (series.spec().aggregation, (inside.from, inside.to));
            let mut buckets = downsample_with_hours(points, hours, aggregation, selection.resolution, zone, span);
            if !told.is_empty() {
                buckets.retain(|bucket| !told.contains(&(series, source, date_of(bucket.start, None, zone))));
            }
            let id = RowId { series, source, context: Context::SAMPLES, duration_us: 0 };
            rows.extend(buckets.into_iter().map(|bucket| Row {
                at: bucket.start,
                id,
                value: bucket.value,
                offset: offsets.at(bucket.start),
                why: None,
            }));
        }
        rows.sort_by_key(Row::place);
        Ok(rows)
    }
}

fn summarised(held: &SliceBlock) -> Summarised<'_> {
    let block = &held.block;
    Summarised {
        class: block.key.class,
        bucket: block.key.bucket,
        t_min: block.t_min,
        t_end_max: block.t_end_max,
        hourly: &held.hourly,
    }
}

/// The hours, and the points of blocks that hours do not stand for; both in order.
fn gathered(blocks: Vec<Held>, window: Window) -> Result<(Vec<Point>, Vec<HourTally>)> {
    let (mut points, mut hours) = (Vec::new(), Vec::new());
    for held in blocks {
        match held.hours {
            Some(of_block) => hours.extend(of_block),
            None => {
                let inside = |point: &Point| touches(point, (window.from, window.to));
                points.extend(decode(&held.block)?.into_points().into_iter().filter(inside));
            }
        }
    }
    points.sort_by_key(|point| (point.start, point.duration_us));
    hours.sort_by_key(|hour| hour.0);
    Ok((points, hours))
}
