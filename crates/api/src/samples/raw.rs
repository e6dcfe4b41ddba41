//! Points as they are.

use super::{
    explain::Why,
    piece::Page,
    row::{Row, RowId},
    window::Window,
};
use crate::error::{ApiError, Result};
use model::{LocalOffset, Point, Stamp};
use series::{Block, BlockKey, Columns, Runs};
use std::sync::Arc;
use store::StoredBlock;

/// A block's points.
pub(super) fn decode(block: &StoredBlock) -> Result<Columns> {
    Columns::decode(&block.data).map_err(|error| ApiError::internal(&error))
}

/// The points that start in a window, as rows.
pub(super) fn rows_of<'c>(key: &'c BlockKey, columns: &'c Columns, window: Window) -> impl Iterator<Item = Row> + 'c {
    let (first, last) = places(columns.points(), window);
    rows(key, columns, first, last)
}

fn places(points: &[Point], window: Window) -> (usize, usize) {
    let first = points.partition_point(|point| point.start < window.from);
    (first, points.partition_point(|point| point.start < window.to).max(first))
}

fn rows<'c>(key: &'c BlockKey, columns: &'c Columns, first: usize, last: usize) -> impl Iterator<Item = Row> + 'c {
    let offsets = columns.offsets().iter().skip(first);
    let inside = columns.points().get(first..last).unwrap_or_default();
    let row = move |(point, offset): (&Point, Option<LocalOffset>)| Row {
        at: point.start,
        id: RowId { series: key.series, source: key.source, context: key.context, duration_us: point.duration_us },
        value: point.value,
        offset,
        why: None,
    };
    inside.iter().zip(offsets.chain(std::iter::repeat(None))).map(row)
}

/// The rows of blocks in a window, in order, and how many there are. Of each block no more than the page can use.
pub(super) fn raw_rows(
    blocks: &[StoredBlock],
    window: Window,
    page: Option<&Page>,
    explain: bool,
) -> Result<(Vec<Row>, u64)> {
    let mut found = Vec::new();
    let mut all = 0;
    for block in blocks {
        let (columns, stamps) = match explain {
            true => {
                let whole = Block::decode(&block.data).map_err(|error| ApiError::internal(&error))?;
                (whole.columns().clone(), whole.stamps().clone())
            }
            false => (decode(block)?, Runs::default()),
        };
        let (first, last) = places(columns.points(), window);
        all += (last - first) as u64;
        let inside = || {
            let stamps = stamps.iter().skip(first).map(Some).chain(std::iter::repeat(None));
            let why = |stamp: Stamp| Arc::new(Why::Written(stamp));
            rows(&block.key, &columns, first, last)
                .zip(stamps)
                .map(move |(row, stamp)| Row { why: stamp.map(why), ..row })
        };
        let Some(page) = page else {
            found.extend(inside());
            continue;
        };
        if page.backward {
            // what the page cannot use lies before its last rows and those beside the place it begins at
            let tail = rows(&block.key, &columns, first, last).filter(|row| page.takes(row)).count();
            let skipped = tail.saturating_sub(page.most);
            found.extend(inside().filter(|row| page.takes(row)).skip(skipped));
        } else {
            found.extend(inside().filter(|row| page.takes(row)).take(page.most));
        }
    }
    found.sort_by_key(Row::place);
    Ok((found, all))
}
