//! Reads windows from the cursor on, forward or backward, until the page is full.

use super::{
    request::Request,
    row::{Row, RowId},
    span::{Span, date_of},
    windows::{Window, plan},
};
use crate::{
    State,
    decoding::Leave,
    error::{ApiError, Result},
};
use jiff::tz::TimeZone;
use model::{Aggregation, Context, LocalDate, LocalOffset, OffsetKind, Point, SeriesType, Timestamp, UserId};
use series::{BlockKey, Columns, Resolution, downsample_within, touches};
use std::collections::{BTreeMap, HashSet};
use store::{BlockQuery, StoredBlock};

/// Reads a user's samples.
pub(super) struct Reader<'a> {
    state: &'a State,
    user: UserId,
    leave: Leave,
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
        let leave = state.decoding.leave(0).await?;
        let reach = request.span.reach();
        if reach.from >= reach.to {
            return Ok(Self { state, user, leave, heads: Vec::new() });
        }
        let query =
            BlockQuery { series: request.series.clone(), from: reach.from, to: reach.to, source: None, context: None };
        let mut heads = state.store.list_block_heads(user, query).await?;
        if !request.is_raw() {
            heads.retain(|head| belongs(head.key.series, head.key.context, request.resolution));
        }
        Ok(Self { state, user, leave, heads })
    }

    pub(super) fn heads(&self) -> &[StoredBlock] {
        &self.heads
    }

    /// A page.
    pub(super) async fn read(&self, request: &Request) -> Result<Rows> {
        let points = if request.is_raw() { request.limit as u64 + 1 } else { self.state.settings.points_a_window };
        let mut windows = plan(&self.heads, request.span.reach(), points, request.resolution, request.zone.as_ref());
        let whole = windows.len() <= 1;
        let backward = request.backward();
        if backward {
            windows.reverse();
        }
        let place = request.cursor.as_ref().map(|(cursor, id)| (cursor.at, *id));
        let mut rows: Vec<Row> = Vec::new();
        let mut counted = whole.then_some(0);
        for window in windows.into_iter().filter(|window| may_hold(*window, place, backward)) {
            let (mut found, all) = self.window(window, request, request.limit + 1 - rows.len()).await?;
            counted = counted.map(|_| all);
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

    /// The first so many rows of a window beyond the cursor, in the direction of reading, and how many it has in all.
    async fn window(&self, window: Window, request: &Request, most: usize) -> Result<(Vec<Row>, u64)> {
        let reach = |head: &StoredBlock| if head.key.context.is_daily() { window.with_days_around() } else { window };
        let touching = self.heads.iter().filter(|head| reach(head).is_touched_by(head));
        let keys: Vec<BlockKey> = touching.map(|head| head.key).collect();
        let blocks = self.state.store.load_blocks(self.user, keys).await?;
        let (resolution, zone, span) = (request.resolution, request.zone.clone(), request.span);
        let place = request.cursor.as_ref().map(|(cursor, id)| (cursor.at, *id));
        let mut kept = Kept { place, backward: request.backward(), most, rows: Vec::new(), all: 0 };
        let leave = Leave::clone(&self.leave);
        let work = move || -> Result<(Vec<Row>, u64)> {
            let _while_decoding = leave;
            if resolution == Resolution::Raw {
                raw_rows(blocks, window, &mut kept)?;
            } else {
                bucket_rows(blocks, window, (resolution, zone.as_ref()), span, &mut kept)?;
            }
            kept.cut();
            Ok((kept.rows, kept.all))
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

/// The rows of a window that the page can use; others are dropped as soon as there are many.
struct Kept {
    place: Option<(Timestamp, RowId)>,
    backward: bool,
    most: usize,
    rows: Vec<Row>,
    all: u64,
}

impl Kept {
    fn add(&mut self, rows: impl IntoIterator<Item = Row>) {
        for row in rows {
            self.all += 1;
            let (place, backward) = (row.place(), self.backward);
            if self.place.is_none_or(|from| (place > from) != backward && place != from) {
                self.rows.push(row);
            }
            if self.rows.len() > self.most.saturating_mul(2).max(4_096) {
                self.cut();
            }
        }
    }

    /// In the direction of reading, and no more than wanted.
    fn cut(&mut self) {
        self.rows.sort_by_key(Row::place);
        if self.backward {
            self.rows.reverse();
        }
        self.rows.truncate(self.most);
    }
}

fn raw_rows(blocks: Vec<StoredBlock>, window: Window, kept: &mut Kept) -> Result<()> {
    for block in blocks {
        kept.add(rows_of(&block.key, &decode(&block)?, window));
    }
    Ok(())
}

fn rows_of<'c>(key: &'c BlockKey, columns: &'c Columns, window: Window) -> impl Iterator<Item = Row> + 'c {
    let points = columns.points();
    let first = points.partition_point(|point| point.start < window.from);
    let last = points.partition_point(|point| point.start < window.to);
    let offsets = columns.offsets().iter().skip(first);
    let inside = points.get(first..last).unwrap_or_default();
    let row = move |(point, offset): (&Point, Option<LocalOffset>)| Row {
        at: point.start,
        id: RowId { series: key.series, source: key.source, context: key.context, duration_us: point.duration_us },
        value: point.value,
        offset,
    };
    inside.iter().zip(offsets.chain(std::iter::repeat(None))).map(row)
}

fn bucket_rows(
    blocks: Vec<StoredBlock>,
    window: Window,
    (resolution, zone): (Resolution, Option<&TimeZone>),
    span: Span,
    kept: &mut Kept,
) -> Result<()> {
    let mut samples: BTreeMap<(SeriesType, i32), Vec<StoredBlock>> = BTreeMap::new();
    // a day of which the provider told the total is not summed from its samples as well
    let mut told: HashSet<(SeriesType, i32, LocalDate)> = HashSet::new();
    for block in blocks {
        if block.key.context.is_daily() {
            let columns = decode(&block)?;
            if block.key.series.spec().aggregation == Aggregation::Sum {
                let days = rows_of(&block.key, &columns, window.with_days_around());
                told.extend(days.map(|row| (row.id.series, row.id.source, date_of(row.at, row.offset, zone))));
            }
            kept.add(rows_of(&block.key, &columns, window).filter(|row| span.has_day(row.at, row.offset, zone)));
        } else {
            samples.entry((block.key.series, block.key.source)).or_default().push(block);
        }
    }
    let (from, to) = (window.from.max(span.samples.from), window.to.min(span.samples.to));
    // One series of one source unpacked at a time.
    for ((series, source), blocks) in samples {
        let mut points: Vec<Point> = Vec::new();
        for block in blocks {
            let touching = decode(&block)?.into_points().into_iter().filter(|point| touches(point, (from, to)));
            points.extend(touching);
        }
        points.sort_by_key(|point| (point.start, point.duration_us));
        let aggregation = series.spec().aggregation;
        let mut buckets = downsample_within(points, aggregation, resolution, zone, (from, to));
        buckets.retain(|bucket| !told.contains(&(series, source, date_of(bucket.start, None, zone))));
        kept.add(buckets.into_iter().map(|bucket| Row {
            at: bucket.start,
            id: RowId { series, source, context: Context::SAMPLES, duration_us: 0 },
            value: bucket.value,
            offset: zone.map(|zone| offset_at(zone, bucket.start)),
        }));
    }
    Ok(())
}

fn offset_at(zone: &TimeZone, at: Timestamp) -> LocalOffset {
    LocalOffset { seconds: zone.to_offset(at.to_jiff()).seconds(), kind: OffsetKind::Zone }
}

fn decode(block: &StoredBlock) -> Result<Columns> {
    Columns::decode(&block.data).map_err(|error| ApiError::internal(&error))
}
