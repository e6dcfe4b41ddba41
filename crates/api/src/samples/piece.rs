//! The next piece of a selection: complete within its window, which ends where enough was read.

use super::{
    buckets::{Plan, Planned},
    merged::{AROUND_S, day, merged_rows},
    raw::{decode, raw_rows},
    row::{Row, RowId},
    selection::Selection,
    window::{Window, bucket},
};
use crate::{
    State,
    decoding::Leave,
    error::{ApiError, Result},
};
use model::{Timestamp, UserId};
use std::sync::Arc;
use store::{Direction, Slice, SliceQuery, SpanCount, StoredBlock, StoredSource, Wanted};

/// How far totals of days reach beside the days that share a date with them, on whatever clock.
const DAYS_APART_S: i64 = 2 * 86_400;
/// What has more points than this is decoded off the async threads.
const FEW_POINTS: u64 = 8_192;
/// Reading anew where blocks changed in between, before everything is read at one moment.
const TRIES: u32 = 3;

/// What a page can use of a piece.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Page {
    /// Only rows beyond this one, in the direction of reading.
    pub(crate) place: Option<(Timestamp, RowId)>,
    pub(crate) backward: bool,
    /// No more rows than this.
    pub(crate) most: usize,
}

impl Page {
    /// Whether a row lies beyond the place.
    pub(super) fn takes(&self, row: &Row) -> bool {
        let place = row.place();
        self.place.is_none_or(|from| (place > from) != self.backward && place != from)
    }

    /// The rows, which ascend, that the page can use.
    fn cut(&self, rows: &mut Vec<Row>) {
        rows.retain(|row| self.takes(row));
        if self.backward {
            rows.drain(..rows.len().saturating_sub(self.most));
        } else {
            rows.truncate(self.most);
        }
    }
}

/// What is still to be read, and how.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Rest {
    pub(crate) window: Window,
    /// About how many points to read.
    pub(crate) points: u64,
    /// For a page, what it can use; else everything is wanted, from the earliest on.
    pub(crate) page: Option<Page>,
    /// A span of which to count the points, if few blocks tell.
    pub(crate) count: Option<Window>,
}

/// What was read.
pub(crate) struct Piece {
    /// Its rows, ascending.
    pub(crate) rows: Vec<Row>,
    /// How many rows it has, wanted or not.
    pub(crate) all: u64,
    /// In which window it is complete.
    pub(crate) window: Window,
    pub(crate) sources: Vec<StoredSource>,
    pub(crate) count: Option<SpanCount>,
}

/// Reads on.
pub(crate) async fn next_piece(state: &State, user: UserId, selection: &Arc<Selection>, rest: Rest) -> Result<Piece> {
    let mut points = rest.points;
    let mut tries = 0;
    loop {
        let leave = state.decoding.leave(points).await?;
        let wanted = match selection.wanted() {
            Wanted::Hours if tries >= TRIES => Wanted::Touching,
            wanted => wanted,
        };
        let slice = state.store.read_slice(user, query(selection, rest, points, wanted)).await?;
        let Some(window) = trimmed(&slice, selection, rest) else {
            points = points.saturating_mul(4);
            continue;
        };
        let Slice { mut blocks, sources, count, .. } = slice;
        blocks.retain(|held| selection.takes(held.block.key.series, held.block.key.context));
        if let Some(trusted) = &selection.merged {
            let (trusted, known) = (trusted.clone(), sources.clone());
            let blocks: Vec<StoredBlock> = blocks.into_iter().map(|held| held.block).collect();
            let held = blocks.iter().map(|block| u64::from(block.count)).sum();
            let chosen = Arc::clone(selection);
            let mut rows = apart(held, &leave, move || merged_rows(blocks, &known, &trusted, &chosen, window)).await?;
            let all = rows.len() as u64;
            if let Some(page) = rest.page {
                page.cut(&mut rows);
            }
            return Ok(Piece { rows, all, window, sources, count });
        }
        if selection.is_raw() {
            let blocks: Vec<StoredBlock> = blocks.into_iter().map(|held| held.block).collect();
            let held = blocks.iter().map(|block| u64::from(block.count)).sum();
            let (page, explain) = (rest.page, selection.explain);
            let (rows, all) = apart(held, &leave, move || raw_rows(&blocks, window, page.as_ref(), explain)).await?;
            return Ok(Piece { rows, all, window, sources, count });
        }
        let held = blocks.iter().map(|held| u64::from(held.block.count)).sum();
        let chosen = Arc::clone(selection);
        let planned = apart(held, &leave, move || Plan::new(blocks, &chosen, window).begin(&chosen, window)).await?;
        let mut rows = match planned {
            Planned::Rows(rows) => rows,
            Planned::Missing(mut plan, missing) => {
                if !plan.fill(state.store.load_blocks(user, missing).await?) {
                    tries += 1;
                    continue;
                }
                let chosen = Arc::clone(selection);
                apart(held, &leave, move || plan.rows(&chosen, window)).await?
            }
        };
        let all = rows.len() as u64;
        if let Some(page) = rest.page {
            page.cut(&mut rows);
        }
        return Ok(Piece { rows, all, window, sources, count });
    }
}

fn query(selection: &Selection, rest: Rest, points: u64, wanted: Wanted) -> SliceQuery {
    let reach = rest.window.widened(margin_s(selection));
    let backward = rest.page.is_some_and(|page| page.backward);
    SliceQuery {
        series: selection.series.clone(),
        from: reach.from,
        to: reach.to,
        direction: if backward { Direction::Backward } else { Direction::Forward },
        wanted,
        points,
        count: rest.count.map(|span| (span.from, span.to)),
    }
}

/// What lies around a window that has a say in it.
fn margin_s(selection: &Selection) -> i64 {
    match selection.resolution {
        _ if selection.merged.is_some() => AROUND_S,
        series::Resolution::OneDay => DAYS_APART_S,
        _ => 0,
    }
}

/// The part of the rest that a slice is complete in, at the edges of buckets; none if that is nothing.
fn trimmed(slice: &Slice, selection: &Selection, rest: Rest) -> Option<Window> {
    let margin_s = margin_s(selection);
    let reach = rest.window.widened(margin_s);
    let holding = |at| match selection.merged {
        Some(_) => day(at, selection),
        None => bucket(at, selection.resolution, selection.zone.as_ref()),
    };
    let mut window = rest.window;
    if slice.to < reach.to {
        window.to = holding(slice.to.plus_seconds(-margin_s)).from;
    }
    if slice.from > reach.from {
        let edge = slice.from.plus_seconds(margin_s);
        let bucket = holding(edge);
        window.from = if bucket.from == edge { edge } else { bucket.to };
    }
    (!window.is_empty()).then_some(window)
}

/// Does a piece of work here if it is small, else off the async threads, with leave to decode.
async fn apart<T: Send + 'static>(
    points: u64,
    leave: &Leave,
    work: impl FnOnce() -> Result<T> + Send + 'static,
) -> Result<T> {
    if points <= FEW_POINTS {
        return work();
    }
    let leave = Leave::clone(leave);
    let work = move || {
        let _while_decoding = leave;
        work()
    };
    tokio::task::spawn_blocking(work).await.map_err(|error| ApiError::internal(&error))?
}

/// How many points start in a span.
pub(crate) fn counted(count: &SpanCount, span: Window) -> Result<u64> {
    let mut total = count.whole;
    for block in &count.cut {
        let columns = decode(block)?;
        let points = columns.points();
        let first = points.partition_point(|point| point.start < span.from);
        let last = points.partition_point(|point| point.start < span.to);
        total += last.saturating_sub(first) as u64;
    }
    Ok(total)
}
