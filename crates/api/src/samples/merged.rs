//! One series out of several sources that overlap, day by day: so where a page or a piece ends has no say in
//! which source counts.
//!
//! Of each day the points that touch it are resolved together with those around it that may have a say: as far
//! as an instant reaches, and to the end of the intervals that begin in it.

use super::{
    day_totals::completed,
    explain::Why,
    offsets::ZoneOffsets,
    raw::decode,
    row::{Row, RowId},
    selection::Selection,
    span::date_of,
    window::{Window, bucket},
};
use crate::{
    error::Result,
    trust::{Ranking, Trusted},
};
use jiff::tz::TimeZone;
use model::{Aggregation, Context, LocalDate, LocalOffset, Point, SeriesType, Timestamp};
use series::{Bucket, MAX_REACH_US, Resolution, Share, SourcePoints, downsample_within, resolve, shares, touches};
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};
use store::{StoredBlock, StoredSource};

/// How far beside a day points have a say in it: no interval kept is longer.
pub(super) const AROUND_S: i64 = 2 * 86_400 + MAX_REACH_US / 1_000_000;

/// The day that holds an instant, by the clock that the selection is read by.
pub(super) fn day(at: Timestamp, selection: &Selection) -> Window {
    bucket(at, Resolution::OneDay, selection.zone.as_ref())
}

/// The rows of a window that holds whole days, or begins or ends where the selection does.
pub(super) fn merged_rows(
    blocks: Vec<StoredBlock>,
    known: &[StoredSource],
    trusted: &Trusted,
    selection: &Selection,
    window: Window,
) -> Result<Vec<Row>> {
    let mut totals: Vec<Row> = Vec::new();
    let mut samples: BTreeMap<SeriesType, BTreeMap<i32, Sampled>> = BTreeMap::new();
    for block in blocks {
        let columns = decode(&block)?;
        if block.key.context.is_daily() {
            totals.extend(super::raw::rows_of(&block.key, &columns, window.widened(AROUND_S)));
            continue;
        }
        let of_source = samples.entry(block.key.series).or_default().entry(block.key.source).or_default();
        let offsets = columns.offsets().iter();
        of_source.extend(columns.points().iter().copied().zip(offsets));
    }
    let zone = selection.zone.as_ref();
    let mut told: BTreeMap<SeriesType, BTreeMap<LocalDate, Vec<Row>>> = BTreeMap::new();
    for row in totals {
        let date = date_of(row.at, row.offset, zone);
        told.entry(row.id.series).or_default().entry(date).or_default().push(row);
    }
    let every: BTreeSet<SeriesType> = samples.keys().chain(told.keys()).copied().collect();
    let mut rows = Vec::new();
    for series in every {
        let mut sources = samples.remove(&series).unwrap_or_default();
        sources.values_mut().for_each(|points| points.sort_by_key(|(point, _)| (point.start, point.duration_us)));
        let merging = Merging { series, sources, ranking: trusted.ranking(known, Some(series)), selection };
        rows.extend(merging.rows(told.remove(&series).unwrap_or_default(), window));
    }
    rows.sort_by_key(Row::place);
    Ok(rows)
}

/// The points of a source, with their offsets.
type Sampled = Vec<(Point, Option<LocalOffset>)>;

/// One series, of which several sources told.
struct Merging<'s> {
    series: SeriesType,
    sources: BTreeMap<i32, Sampled>,
    ranking: Ranking,
    selection: &'s Selection,
}

impl Merging<'_> {
    fn rows(&self, told: BTreeMap<LocalDate, Vec<Row>>, window: Window) -> Vec<Row> {
        let zone = self.selection.zone.as_ref();
        let mut offsets = ZoneOffsets::new(zone);
        let has_total = |at| self.is_amount() && told.contains_key(&date_of(at, None, zone));
        let mut rows = Vec::new();
        // a span may be of thousands of years, of which there are samples of one
        let (first, last) = self.reach();
        let mut next = window.from.max(first);
        while next < window.to.min(last) {
            let today = day(next, self.selection);
            next = today.to.max(next.plus_micros(1));
            let inside = today.within(window);
            if self.selection.is_raw() {
                rows.extend(self.points_of(today, inside));
                continue;
            }
            let buckets = self.buckets_of(today, inside);
            let counting = buckets.into_iter().filter(|(bucket, _)| !has_total(bucket.start));
            rows.extend(counting.map(|(bucket, shares)| self.row(bucket, &shares, &mut offsets)));
        }
        for (date, totals) in told {
            let rank = |row: &Row| (self.ranking.place(row.id.source), row.id.source);
            let best = totals.into_iter().min_by_key(rank);
            let shown = best.filter(|row| window.from <= row.at && row.at < window.to && self.shows(row));
            rows.extend(shown.map(|row| self.total(row, date)));
        }
        rows
    }

    /// From when to when there are samples; empty where there are none.
    fn reach(&self) -> (Timestamp, Timestamp) {
        let firsts = self.sources.values().filter_map(|points| points.first()).map(|(point, _)| point.start);
        let points = self.sources.values().flatten();
        let last = points.map(|(point, _)| point.end()).max().unwrap_or(Timestamp::MIN);
        (firsts.min().unwrap_or(Timestamp::MIN), last.plus_micros(1))
    }

    fn is_amount(&self) -> bool {
        self.series.spec().aggregation == Aggregation::Sum
    }

    fn shows(&self, total: &Row) -> bool {
        match self.selection.resolution {
            Resolution::Raw => true,
            Resolution::OneDay => self.selection.span.has_day(total.at, total.offset, self.selection.zone.as_ref()),
            _ => false,
        }
    }

    /// The total of a day, completed by what other sources told while its own had nothing.
    fn total(&self, row: Row, date: LocalDate) -> Row {
        let mut shares = Vec::new();
        if self.is_amount() && !self.selection.is_raw() {
            let clock = self.selection.zone.clone().unwrap_or(TimeZone::UTC);
            let today = day(date.start_in(&clock), self.selection);
            shares
                .extend(self.buckets_of(today, today).into_iter().next().map(|(_, shares)| shares).unwrap_or_default());
        }
        let source = row.id.source;
        let (value, own, shares) = completed(row.value, source, shares);
        let alone = shares.iter().all(|share| share.source == source || share.points == 0);
        let why = self.selection.explain.then(|| Arc::new(Why::given(&self.ranking, &shares, Some((source, own)))));
        Row { value, id: RowId { source: if alone { source } else { NOBODY }, ..row.id }, why, ..row }
    }

    /// The row of a bucket, which names its source if one alone gave it.
    fn row(&self, bucket: Bucket, shares: &[Share], offsets: &mut ZoneOffsets<'_>) -> Row {
        let mut giving = shares.iter().filter(|share| share.points > 0);
        let source = giving.next().filter(|_| giving.next().is_none()).map_or(NOBODY, |share| share.source);
        let why = self.selection.explain.then(|| Arc::new(Why::given(&self.ranking, shares, None)));
        let id = RowId { series: self.series, source, context: Context::SAMPLES, duration_us: 0 };
        Row { at: bucket.start, id, value: bucket.value, offset: offsets.at(bucket.start), why }
    }

    /// The buckets of a day, of which only a part may be wanted, with what each source gave.
    fn buckets_of(&self, today: Window, inside: Window) -> Vec<(Bucket, Vec<Share>)> {
        let (held, resolved) = self.resolved(today);
        let inside = inside.within(self.selection.span.samples);
        let points = resolved.iter().map(|(point, _)| *point);
        let (zone, span) = (self.selection.zone.as_ref(), (inside.from, inside.to));
        let aggregation = self.series.spec().aggregation;
        let buckets = downsample_within(points, aggregation, self.selection.resolution, zone, span);
        let shares = shares(&resolved, &held, &buckets, span);
        buckets.into_iter().zip(shares).collect()
    }

    /// The points of a day that count.
    fn points_of(&self, today: Window, inside: Window) -> Vec<Row> {
        let (held, resolved) = self.resolved(today);
        let there: Vec<i32> =
            held.iter().filter(|source| !source.points.is_empty()).map(|source| source.source).collect();
        let within = |(point, _): &(Point, i32)| inside.from <= point.start && point.start < inside.to;
        let row = |(point, source): (Point, i32)| {
            let of_point = || Why::point(&self.ranking, &point, source, &there);
            Row {
                at: point.start,
                id: RowId { series: self.series, source, context: Context::SAMPLES, duration_us: point.duration_us },
                value: point.value,
                offset: self.sources.get(&source).and_then(|points| offset_of(points, point.start)),
                why: self.selection.explain.then(|| Arc::new(of_point())),
            }
        };
        resolved.into_iter().filter(within).map(row).collect()
    }

    /// What each source told of a day, and what of it counts.
    fn resolved(&self, today: Window) -> (Vec<SourcePoints>, Vec<(Point, i32)>) {
        let starting = |points: &Sampled, from: Timestamp, to: Timestamp| {
            let first = points.partition_point(|(point, _)| point.start < from);
            first..points.partition_point(|(point, _)| point.start < to).max(first)
        };
        let of_today = |points: &Sampled| starting(points, today.from, today.to);
        let ends = self.sources.values().flat_map(|points| points.get(of_today(points)).unwrap_or_default());
        let last = ends.map(|(point, _)| point.end()).max().unwrap_or(today.to).max(today.to);
        let around = (today.from.plus_micros(-MAX_REACH_US), last.plus_micros(MAX_REACH_US));
        let of_source = |(source, points): (&i32, &Sampled)| SourcePoints {
            source: *source,
            priority: self.ranking.place(*source),
            points: points
                .get(starting(points, today.from.plus_seconds(-AROUND_S), around.1))
                .unwrap_or_default()
                .iter()
                .map(|(point, _)| *point)
                .filter(|point| touches(point, around))
                .collect(),
        };
        let held: Vec<SourcePoints> = self.sources.iter().map(of_source).collect();
        let resolved = resolve(&held, self.series.spec().aggregation);
        (held, resolved)
    }
}

/// The source of what several told together.
pub(crate) const NOBODY: i32 = 0;

/// The offset of the last of a source's points that begins at or before an instant.
fn offset_of(points: &Sampled, at: Timestamp) -> Option<LocalOffset> {
    let after = points.partition_point(|(point, _)| point.start <= at);
    after.checked_sub(1).and_then(|last| points.get(last)).and_then(|(_, offset)| *offset)
}
