//! Reads windows from the cursor on, forward or backward, until the page is full.

use super::{
    request::Request,
    row::{Row, RowId},
    windows::{Window, plan},
};
use crate::{
    State,
    error::{ApiError, Result},
};
use jiff::tz::TimeZone;
use model::{Aggregation, Context, LocalOffset, OffsetKind, Point, SeriesType, Timestamp, UserId};
use series::{BlockKey, Columns, Resolution, downsample_within};
use std::collections::BTreeMap;
use store::{BlockQuery, StoredBlock};

/// Reads a user's samples.
pub(super) struct Reader<'a> {
    state: &'a State,
    user: UserId,
    heads: Vec<StoredBlock>,
}

/// What was read.
pub(super) struct Rows {
    /// The page, oldest first.
    pub(super) rows: Vec<Row>,
    /// Whether there is more in the direction of reading.
    pub(super) more: bool,
    /// How many rows the whole span has, where that came out by the way.
    pub(super) counted: Option<u64>,
}

impl<'a> Reader<'a> {
    /// Finds the blocks of the span, without their points.
    pub(super) async fn open(state: &'a State, user: UserId, request: &Request) -> Result<Self> {
        if request.from >= request.to {
            return Ok(Self { state, user, heads: Vec::new() });
        }
        let query = BlockQuery {
            series: request.series.clone(),
            from: request.from,
            to: request.to,
            source: None,
            context: None,
        };
        let mut heads = state.store.list_block_heads(user, query).await?;
        if !request.is_raw() {
            heads.retain(|head| belongs(head.key.series, head.key.context, request.resolution));
        }
        Ok(Self { state, user, heads })
    }

    pub(super) fn heads(&self) -> &[StoredBlock] {
        &self.heads
    }

    /// A page.
    pub(super) async fn read(&self, request: &Request) -> Result<Rows> {
        let points = if request.is_raw() { request.limit as u64 + 1 } else { self.state.settings.points_a_window };
        let span = Window { from: request.from, to: request.to };
        let mut windows = plan(&self.heads, span, points, request.resolution, request.zone.as_ref());
        let whole = windows.len() <= 1;
        let backward = request.backward();
        if backward {
            windows.reverse();
        }
        let place = request.cursor.as_ref().map(|(cursor, id)| (cursor.at, *id));
        let mut rows: Vec<Row> = Vec::new();
        let mut counted = whole.then_some(0);
        for window in windows.into_iter().filter(|window| may_hold(*window, place, backward)) {
            let mut found = self.window(window, request).await?;
            counted = counted.map(|_| found.len() as u64);
            found.retain(|row| place.is_none_or(|place| (row.place() > place) != backward && row.place() != place));
            if backward {
                found.reverse();
            }
            rows.append(&mut found);
            if rows.len() > request.limit {
                break;
            }
        }
        let more = rows.len() > request.limit;
        rows.truncate(request.limit);
        if backward {
            rows.reverse();
        }
        Ok(Rows { rows, more, counted })
    }

    async fn window(&self, window: Window, request: &Request) -> Result<Vec<Row>> {
        let touching = self.heads.iter().filter(|head| window.is_touched_by(head));
        let keys: Vec<BlockKey> = touching.map(|head| head.key).collect();
        let blocks = self.state.store.load_blocks(self.user, keys).await?;
        let (resolution, zone) = (request.resolution, request.zone.clone());
        let work = move || -> Result<Vec<Row>> {
            let mut rows = if resolution == Resolution::Raw {
                raw_rows(blocks, window)?
            } else {
                bucket_rows(blocks, window, resolution, zone.as_ref())?
            };
            rows.sort_by_key(Row::place);
            Ok(rows)
        };
        tokio::task::spawn_blocking(work).await.map_err(|error| ApiError::internal(&error))?
    }
}

/// Whether a window may hold rows beyond the cursor.
fn may_hold(window: Window, place: Option<(Timestamp, RowId)>, backward: bool) -> bool {
    match place {
        None => true,
        Some((at, _)) if backward => window.from <= at,
        Some((at, _)) => window.to > at,
    }
}

/// Whether points of a context count in buckets: totals of days only in days of their own, amounts of
/// workouts never beside those of the day they are part of.
fn belongs(series: SeriesType, context: Context, resolution: Resolution) -> bool {
    match context {
        context if context.is_daily() => resolution == Resolution::OneDay,
        context if context.is_workout() => series.spec().aggregation != Aggregation::Sum,
        _ => true,
    }
}

fn raw_rows(blocks: Vec<StoredBlock>, window: Window) -> Result<Vec<Row>> {
    let mut rows = Vec::new();
    for block in blocks {
        let columns = decode(&block)?;
        rows.extend(rows_of(&block.key, &columns, window));
    }
    Ok(rows)
}

fn rows_of(key: &BlockKey, columns: &Columns, window: Window) -> Vec<Row> {
    let points = columns.points();
    let first = points.partition_point(|point| point.start < window.from);
    let last = points.partition_point(|point| point.start < window.to);
    let offsets = columns.offsets().iter().skip(first);
    let inside = points.get(first..last).unwrap_or_default();
    let row = |(point, offset): (&Point, Option<LocalOffset>)| Row {
        at: point.start,
        id: RowId { series: key.series, source: key.source, context: key.context, duration_us: point.duration_us },
        value: point.value,
        offset,
    };
    inside.iter().zip(offsets.chain(std::iter::repeat(None))).map(row).collect()
}

fn bucket_rows(
    blocks: Vec<StoredBlock>,
    window: Window,
    resolution: Resolution,
    zone: Option<&TimeZone>,
) -> Result<Vec<Row>> {
    let mut rows = Vec::new();
    let mut samples: BTreeMap<(SeriesType, i32), Vec<Point>> = BTreeMap::new();
    for block in blocks {
        let columns = decode(&block)?;
        if block.key.context.is_daily() {
            rows.extend(rows_of(&block.key, &columns, window));
        } else {
            samples.entry((block.key.series, block.key.source)).or_default().extend(columns.into_points());
        }
    }
    for ((series, source), mut points) in samples {
        points.sort_by_key(|point| (point.start, point.duration_us));
        let aggregation = series.spec().aggregation;
        let buckets = downsample_within(points, aggregation, resolution, zone, (window.from, window.to));
        rows.extend(buckets.into_iter().map(|bucket| Row {
            at: bucket.start,
            id: RowId { series, source, context: Context::SAMPLES, duration_us: 0 },
            value: bucket.value,
            offset: zone.map(|zone| offset_at(zone, bucket.start)),
        }));
    }
    Ok(rows)
}

fn offset_at(zone: &TimeZone, at: Timestamp) -> LocalOffset {
    LocalOffset { seconds: zone.to_offset(at.to_jiff()).seconds(), kind: OffsetKind::Zone }
}

fn decode(block: &StoredBlock) -> Result<Columns> {
    Columns::decode(&block.data).map_err(|error| ApiError::internal(&error))
}
