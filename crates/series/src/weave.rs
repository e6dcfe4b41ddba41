//! Weaves arriving points into a block, slot by slot, and counts what that did.

use crate::{Block, MAX_BLOCK_POINTS, MergePlan, PartChanges};
use model::{LocalOffset, Point, Stamp, Timestamp};
use std::cmp::Ordering;

/// One arriving point with who sent it.
#[derive(Clone, Copy)]
pub(crate) struct Arrival {
    pub(crate) point: Point,
    pub(crate) stamp: Stamp,
    pub(crate) offset: Option<LocalOffset>,
}

impl Arrival {
    pub(crate) fn slot(&self) -> (Timestamp, i64) {
        slot(&self.point)
    }
}

fn slot(point: &Point) -> (Timestamp, i64) {
    (point.start, point.duration_us)
}

/// Both in order, one a slot; and whether the block must be written.
pub(crate) fn weave(block: &Block, arrivals: &[Arrival], plan: &mut MergePlan) -> (Block, bool) {
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
        plan.changed(arrival).inserted += 1;
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
    plan.changed(arrival).replaced += 1;
    *kept = *arrival;
    true
}

impl MergePlan {
    /// Widens the interval; the counts of the part that did it.
    fn changed(&mut self, Arrival { point, stamp, .. }: &Arrival) -> &mut PartChanges {
        let (from, to) = self.interval.unwrap_or((point.start, point.end()));
        self.interval = Some((from.min(point.start), to.max(point.end())));
        let part = (stamp.receipt, stamp.part);
        let place = self.by_part.binary_search_by_key(&part, |changes| changes.part).unwrap_or_else(|place| {
            self.by_part.insert(place, PartChanges { part, inserted: 0, replaced: 0 });
            place
        });
        &mut self.by_part[place]
    }
}
