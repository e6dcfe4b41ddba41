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
    Block, BlockKey, DecodeError, EncodedBlock,
    bucket::finer,
    bucket_end,
    promote::{Cells, promote},
    weave::{Arrival, weave},
};
use model::{Context, LocalOffset, Point, SeriesType, Stamp, Timestamp};

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
    /// Both of them by who sent the points, in order: each slot counts for one part.
    pub by_part: Vec<PartChanges>,
    /// Slots that stay as they are: same content, or a higher stamp is there.
    pub unchanged: u32,
    /// Points that cannot be stored: not finite, negative duration, beyond the years -9999 to 9999, or
    /// more than a block may hold.
    pub refused: u32,
    /// From the first start to the last end of what was inserted or replaced; none if nothing was.
    pub interval: Option<(Timestamp, Timestamp)>,
}

/// What the points of one part did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PartChanges {
    /// The delivery's receipt and the part within it, as stamps have them.
    pub part: (i64, u32),
    /// Slots that were free.
    pub inserted: u32,
    /// Slots whose value or offset changed.
    pub replaced: u32,
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
