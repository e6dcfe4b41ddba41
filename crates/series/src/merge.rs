//! Puts arriving points into the blocks of one series, source and context, and says what to write.
//!
//! A slot is a (start, duration); of two writings of a slot the one with the higher stamp stands, and
//! of equal stamps (a replay, perhaps by a better mapper) the one that comes later. What changes nothing
//! is not written: when the arriving value and offset are those already there, its stamp takes over in
//! memory, but the block is written only if
//! * some slot's content changed, or
//! * some slot's **rank** rose. Without that, a lower rank that arrives later would win over the rank that
//!   had confirmed the value, and the outcome would depend on the order of arrival.
//!
//! So ranked deliveries converge in any order. Within one rank the later receipt wins as long as receipts
//! are applied in order, as they are within a user; a delivery that is applied out of order (a dead letter
//! replayed) also loses to later ones, except to a re-delivery that only confirmed an older value: that
//! one left no mark, which is the price of "a re-sent day writes nothing".
//!
//! Blocks are promoted: one that passes [`PROMOTE_ABOVE`] points is cut into the next finer class; hours
//! are not cut further, and what would pass `MAX_BLOCK_POINTS` is refused.

use crate::{
    Block, BlockKey, DecodeError, EncodedBlock, MAX_BLOCK_POINTS, bucket::finer, bucket_end, bucket_of, bucket_start,
    first_class,
};
use model::{BlockClass, Context, LocalOffset, Point, SeriesType, Stamp, Timestamp};
use std::{cmp::Ordering, collections::BTreeMap};

/// A block with more points than this is cut into the next finer class.
pub const PROMOTE_ABOVE: usize = 8_192;

/// Points that arrived together, in any order; of equal slots the later counts.
#[derive(Clone, Copy, Debug)]
pub struct Incoming<'a> {
    /// The points.
    pub points: &'a [Point],
    /// Who sent them.
    pub stamp: Stamp,
    /// Their UTC offset, if known.
    pub offset: Option<LocalOffset>,
}

/// A block as it is stored.
#[derive(Clone, Debug)]
pub struct Stored {
    /// Its key.
    pub key: BlockKey,
    /// Its version, which a write must still find.
    pub ver: i64,
    /// Its bytes.
    pub data: Vec<u8>,
}

/// A block to write.
#[derive(Clone, Debug)]
pub struct BlockWrite {
    /// Its key.
    pub key: BlockKey,
    /// The version it replaces; none if no block may be there yet.
    pub expected_ver: Option<i64>,
    /// The block.
    pub block: EncodedBlock,
}

/// What a merge asks to be written, all in one transaction, and what it did.
#[derive(Clone, Debug, Default)]
pub struct MergePlan {
    /// Blocks to write.
    pub writes: Vec<BlockWrite>,
    /// Blocks to remove, with the version they must still have: they were cut into finer ones.
    pub removes: Vec<(BlockKey, i64)>,
    /// Slots that were free.
    pub inserted: u32,
    /// Slots whose value or offset changed.
    pub replaced: u32,
    /// Slots that stay as they are: same content, or a higher stamp is there.
    pub unchanged: u32,
    /// Points that cannot be stored: not finite, negative duration, beyond the years -9999 to 9999, or
    /// more than a block may hold.
    pub refused: u32,
    /// From the first start to the last end of what was inserted or replaced; none if nothing was.
    pub interval: Option<(Timestamp, Timestamp)>,
}

/// One arriving point with who sent it.
#[derive(Clone, Copy)]
struct Arrival {
    point: Point,
    stamp: Stamp,
    offset: Option<LocalOffset>,
}

impl Arrival {
    fn slot(&self) -> (Timestamp, i64) {
        slot(&self.point)
    }
}

fn slot(point: &Point) -> (Timestamp, i64) {
    (point.start, point.duration_us)
}

/// Whether a point can be stored: finite, of no negative duration, within the years -9999 to 9999.
pub(crate) fn is_storable(point: &Point) -> bool {
    let within = |at: Timestamp| {
        (jiff::Timestamp::MIN.as_microsecond()..=jiff::Timestamp::MAX.as_microsecond()).contains(&at.as_micros())
    };
    point.value.is_finite() && point.duration_us >= 0 && within(point.start) && within(point.end())
}

/// Merges arriving points into the blocks of one series, source and context.
///
/// `existing` are all stored blocks whose buckets lie in the windows of [`crate::cells`]; more do no
/// harm, and blocks that no point touches are not decoded.
pub fn merge(
    series: SeriesType,
    source: i32,
    context: Context,
    existing: &[Stored],
    incoming: &[Incoming<'_>],
) -> Result<MergePlan, DecodeError> {
    let mut plan = MergePlan::default();
    let arrivals = gather(incoming, &mut plan);
    let stored = Cells::new(series, source, context, existing);
    let mut rest = arrivals.as_slice();
    while let Some(first) = rest.first() {
        let key = stored.key_for(first.point.start);
        let end = bucket_end(key.class, key.bucket);
        let length = rest.partition_point(|arrival| arrival.point.start < end).max(1);
        let (group, later) = rest.split_at(length);
        merge_block(key, stored.find(&key), group, &mut plan)?;
        rest = later;
    }
    Ok(plan)
}

/// The arriving points in order, one a slot.
fn gather(incoming: &[Incoming<'_>], plan: &mut MergePlan) -> Vec<Arrival> {
    let mut arrivals: Vec<Arrival> = Vec::with_capacity(incoming.iter().map(|batch| batch.points.len()).sum());
    for batch in incoming {
        for point in batch.points {
            if is_storable(point) {
                arrivals.push(Arrival { point: *point, stamp: batch.stamp, offset: batch.offset });
            } else {
                plan.refused = plan.refused.saturating_add(1);
            }
        }
    }
    // Stable, so that of equal stamps in a slot the later in the call stays last and wins.
    arrivals.sort_by_key(|arrival| (arrival.slot(), arrival.stamp));
    arrivals.reverse();
    arrivals.dedup_by_key(|arrival| arrival.slot());
    arrivals.reverse();
    arrivals
}

/// The stored blocks by class and bucket.
struct Cells<'a> {
    series: SeriesType,
    source: i32,
    context: Context,
    blocks: BTreeMap<(BlockClass, i32), &'a Stored>,
}

impl<'a> Cells<'a> {
    fn new(series: SeriesType, source: i32, context: Context, existing: &'a [Stored]) -> Self {
        let ours = |key: &BlockKey| key.series == series && key.source == source && key.context == context;
        let blocks = existing.iter().filter(|stored| ours(&stored.key));
        let blocks = blocks.map(|stored| ((stored.key.class, stored.key.bucket), stored)).collect();
        Self { series, source, context, blocks }
    }

    fn find(&self, key: &BlockKey) -> Option<&'a Stored> {
        self.blocks.get(&(key.class, key.bucket)).copied()
    }

    /// Where a point that starts here goes: down from the cell, as long as there is no block but finer
    /// ones lie inside.
    fn key_for(&self, start: Timestamp) -> BlockKey {
        let mut class = first_class(self.series, self.context);
        loop {
            let bucket = bucket_of(class, start);
            let key = BlockKey { series: self.series, class, bucket, source: self.source, context: self.context };
            match finer(class) {
                Some(next) if self.find(&key).is_none() && self.holds_finer(class, bucket) => class = next,
                _ => return key,
            }
        }
    }

    fn holds_finer(&self, class: BlockClass, bucket: i32) -> bool {
        let (start, end) = (bucket_start(class, bucket), bucket_end(class, bucket));
        let mut next = finer(class);
        while let Some(inner) = next {
            let range = (inner, bucket_of(inner, start))..(inner, bucket_of(inner, end));
            if self.blocks.range(range).next().is_some() {
                return true;
            }
            next = finer(inner);
        }
        false
    }
}

/// Merges the arrivals of one bucket into its block.
fn merge_block(
    key: BlockKey,
    stored: Option<&Stored>,
    arrivals: &[Arrival],
    plan: &mut MergePlan,
) -> Result<(), DecodeError> {
    let block = stored.map(|stored| Block::decode(&stored.data)).transpose()?.unwrap_or_default();
    let (merged, dirty) = weave(&block, arrivals, plan);
    if !dirty {
        return Ok(());
    }
    let expected_ver = stored.map(|stored| stored.ver);
    if merged.points().len() <= PROMOTE_ABOVE || finer(key.class).is_none() {
        plan.writes.push(BlockWrite { key, expected_ver, block: merged.encode(&key) });
        return Ok(());
    }
    plan.removes.extend(expected_ver.map(|ver| (key, ver)));
    promote(key, &merged, plan);
    Ok(())
}

/// Both in order, one a slot; and whether the block must be written.
fn weave(block: &Block, arrivals: &[Arrival], plan: &mut MergePlan) -> (Block, bool) {
    let mut merged = Block::default();
    let mut dirty = false;
    let mut arrivals = arrivals.iter().peekable();
    let mut room = MAX_BLOCK_POINTS.saturating_sub(block.points().len());
    let mut insert = |arrival: &Arrival, merged: &mut Block, plan: &mut MergePlan| {
        if room == 0 {
            plan.refused = plan.refused.saturating_add(1);
            return false;
        }
        room -= 1;
        plan.inserted = plan.inserted.saturating_add(1);
        plan.changed(&arrival.point);
        merged.push(arrival.point, arrival.stamp, arrival.offset);
        true
    };
    let held = block.points().iter().zip(block.stamps.iter()).zip(block.columns.offsets.iter());
    for ((point, stamp), offset) in held {
        let mut kept = Arrival { point: *point, stamp, offset };
        while let Some(arrival) = arrivals.peek() {
            match arrival.slot().cmp(&slot(point)) {
                Ordering::Greater => break,
                Ordering::Less => dirty |= insert(arrival, &mut merged, plan),
                Ordering::Equal => dirty |= settle(&mut kept, arrival, plan),
            }
            arrivals.next();
        }
        merged.push(kept.point, kept.stamp, kept.offset);
    }
    for arrival in arrivals {
        dirty |= insert(arrival, &mut merged, plan);
    }
    (merged, dirty)
}

/// Decides a slot that is taken; true if that must be written.
fn settle(kept: &mut Arrival, arrival: &Arrival, plan: &mut MergePlan) -> bool {
    let same = kept.point.value.to_bits() == arrival.point.value.to_bits() && kept.offset == arrival.offset;
    if arrival.stamp < kept.stamp || same {
        plan.unchanged = plan.unchanged.saturating_add(1);
        let rises = arrival.stamp.rank > kept.stamp.rank;
        kept.stamp = kept.stamp.max(arrival.stamp);
        // A lower stamp must not lift the stamp of other content; max leaves it as it was.
        return rises;
    }
    plan.replaced = plan.replaced.saturating_add(1);
    plan.changed(&arrival.point);
    *kept = *arrival;
    true
}

impl MergePlan {
    fn changed(&mut self, point: &Point) {
        let (from, to) = self.interval.unwrap_or((point.start, point.end()));
        self.interval = Some((from.min(point.start), to.max(point.end())));
    }
}

/// Cuts a block into the next finer class, and that again where it is still too large.
fn promote(key: BlockKey, block: &Block, plan: &mut MergePlan) {
    let Some(class) = finer(key.class) else {
        plan.writes.push(BlockWrite { key, expected_ver: None, block: block.encode(&key) });
        return;
    };
    for (bucket, piece) in cut(class, block) {
        let key = BlockKey { class, bucket, ..key };
        if piece.points().len() > PROMOTE_ABOVE {
            promote(key, &piece, plan);
        } else {
            plan.writes.push(BlockWrite { key, expected_ver: None, block: piece.encode(&key) });
        }
    }
}

fn cut(class: BlockClass, block: &Block) -> Vec<(i32, Block)> {
    let mut pieces: Vec<(i32, Block)> = Vec::new();
    let mut end = Timestamp::MIN;
    let held = block.points().iter().zip(block.stamps.iter()).zip(block.columns.offsets.iter());
    for ((point, stamp), offset) in held {
        if pieces.is_empty() || point.start >= end {
            let bucket = bucket_of(class, point.start);
            end = bucket_end(class, bucket);
            pieces.push((bucket, Block::default()));
        }
        if let Some((_, piece)) = pieces.last_mut() {
            piece.push(*point, stamp, offset);
        }
    }
    pieces
}
