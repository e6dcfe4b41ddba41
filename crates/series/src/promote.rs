//! Which block of a cell a point belongs to, and cutting a full block into finer ones.

use crate::{
    Block, BlockKey, BlockWrite, MergePlan, PROMOTE_ABOVE, Stored, bucket::finer, bucket_end, bucket_of, bucket_start,
    first_class,
};
use model::{BlockClass, Context, SeriesType, Timestamp};
use std::collections::BTreeMap;

/// The stored blocks by class and bucket.
pub(crate) struct Cells<'a> {
    series: SeriesType,
    source: i32,
    context: Context,
    blocks: BTreeMap<(BlockClass, i32), &'a Stored>,
}

impl<'a> Cells<'a> {
    pub(crate) fn new(series: SeriesType, source: i32, context: Context, existing: &'a [Stored]) -> Self {
        let ours = |key: &BlockKey| key.series == series && key.source == source && key.context == context;
        let blocks = existing.iter().filter(|stored| ours(&stored.key));
        let blocks = blocks.map(|stored| ((stored.key.class, stored.key.bucket), stored)).collect();
        Self { series, source, context, blocks }
    }

    pub(crate) fn find(&self, key: &BlockKey) -> Option<&'a Stored> {
        self.blocks.get(&(key.class, key.bucket)).copied()
    }

    /// Where a point that starts here goes: down from the cell, as long as there is no block but finer
    /// ones lie inside.
    pub(crate) fn key_for(&self, start: Timestamp) -> BlockKey {
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

/// Cuts a block into the next finer class, and that again where it is still too large.
pub(crate) fn promote(key: BlockKey, block: &Block, plan: &mut MergePlan) {
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
