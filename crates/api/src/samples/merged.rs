//! One series out of several sources that overlap, day by day: so where a page or a piece ends has no say in
//! which source counts.
//!
//! Of each day the points that touch it are resolved together with those around it that may have a say: as far
//! as an instant reaches, and to the end of the intervals that begin in it.

use super::{
    offsets::ZoneOffsets,
    raw::decode,
    row::{Row, RowId},
    selection::Selection,
    span::date_of,
    window::{Window, bucket},
};
use crate::error::Result;
use model::{Aggregation, Context, DeviceType, LocalDate, LocalOffset, Point, SeriesType, Source, Timestamp};
use series::{MAX_REACH_US, Resolution, SourcePoints, downsample_within, resolve, touches};
use std::collections::{BTreeMap, HashMap};
use store::{Priority, StoredBlock, StoredSource};

/// How far beside a day points have a say in it: no interval kept is longer.
pub(super) const AROUND_S: i64 = 2 * 86_400 + MAX_REACH_US / 1_000_000;

/// The place of each source in the order of preference; the lowest is best.
pub(super) type Ranks = HashMap<i32, i32>;

/// The places of sources: by the priority of their provider, then by that of their kind of device. What has no
/// priority comes last.
pub(super) fn ranks(sources: &[StoredSource], priorities: &[Priority]) -> Ranks {
    const LAST: i32 = 9_999;
    let place = |kind: &str, name: Option<&str>| {
        let found = priorities.iter().find(|it| it.kind == kind && Some(it.name.as_str()) == name);
        found.map_or(LAST, |it| it.priority.clamp(0, LAST))
    };
    let rank = |source: &Source| {
        let device = source.device_type.map(DeviceType::as_str);
        place("provider", Some(source.provider.as_str())) * (LAST + 1) + place("device_type", device)
    };
    sources.iter().map(|stored| (stored.number, rank(&stored.source))).collect()
}

/// The day that holds an instant, by the clock that the selection is read by.
pub(super) fn day(at: Timestamp, selection: &Selection) -> Window {
    bucket(at, Resolution::OneDay, selection.zone.as_ref())
}

/// The rows of a window that holds whole days, or begins or ends where the selection does.
pub(super) fn merged_rows(
    blocks: Vec<StoredBlock>,
    ranks: &Ranks,
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
    let rank = |source: i32| (ranks.get(&source).copied().unwrap_or(i32::MAX), source);
    let mut best: BTreeMap<(SeriesType, LocalDate), Row> = BTreeMap::new();
    for row in totals {
        let date = date_of(row.at, row.offset, zone);
        let kept = best.entry((row.id.series, date)).or_insert_with(|| row.clone());
        if rank(row.id.source) < rank(kept.id.source) {
            *kept = row;
        }
    }
    let mut rows = Vec::new();
    for (series, mut sources) in samples {
        sources.values_mut().for_each(|points| points.sort_by_key(|(point, _)| (point.start, point.duration_us)));
        let told = |at| best.contains_key(&(series, date_of(at, None, zone)));
        let amount = series.spec().aggregation == Aggregation::Sum;
        let mut offsets = ZoneOffsets::new(zone);
        let mut next = window.from;
        while next < window.to {
            let today = day(next, selection);
            next = today.to.max(next.plus_micros(1));
            let inside = today.within(window);
            let found = of_day(series, &sources, ranks, selection, (today, inside), &mut offsets);
            let counts = |row: &Row| selection.is_raw() || !amount || !told(row.at);
            rows.extend(found.into_iter().filter(counts));
        }
    }
    let shown = |row: &Row| match selection.resolution {
        Resolution::Raw => true,
        Resolution::OneDay => selection.span.has_day(row.at, row.offset, zone),
        _ => false,
    };
    rows.extend(best.into_values().filter(|row| window.from <= row.at && row.at < window.to && shown(row)));
    rows.sort_by_key(Row::place);
    Ok(rows)
}

/// The points of a source, with their offsets.
type Sampled = Vec<(Point, Option<LocalOffset>)>;

/// The rows of a day, of which only a part may be wanted.
fn of_day(
    series: SeriesType,
    sources: &BTreeMap<i32, Sampled>,
    ranks: &Ranks,
    selection: &Selection,
    (today, inside): (Window, Window),
    offsets: &mut ZoneOffsets<'_>,
) -> Vec<Row> {
    let starting = |points: &Sampled, from: Timestamp, to: Timestamp| {
        let first = points.partition_point(|(point, _)| point.start < from);
        first..points.partition_point(|(point, _)| point.start < to).max(first)
    };
    let ends =
        sources.values().flat_map(|points| points.get(starting(points, today.from, today.to)).unwrap_or_default());
    let last = ends.map(|(point, _)| point.end()).max().unwrap_or(today.to).max(today.to);
    let around = (today.from.plus_micros(-MAX_REACH_US), last.plus_micros(MAX_REACH_US));
    let of_source = |(source, points): (&i32, &Sampled)| SourcePoints {
        source: *source,
        priority: ranks.get(source).copied().unwrap_or(i32::MAX),
        points: points
            .get(starting(points, today.from.plus_seconds(-AROUND_S), around.1))
            .unwrap_or_default()
            .iter()
            .map(|(point, _)| *point)
            .filter(|point| touches(point, around))
            .collect(),
    };
    let held: Vec<SourcePoints> = sources.iter().map(of_source).collect();
    let aggregation = series.spec().aggregation;
    let resolved = resolve(&held, aggregation);
    if selection.is_raw() {
        let within = |(point, _): &(Point, i32)| inside.from <= point.start && point.start < inside.to;
        let row = |(point, source): (Point, i32)| Row {
            at: point.start,
            id: RowId { series, source, context: Context::SAMPLES, duration_us: point.duration_us },
            value: point.value,
            offset: sources.get(&source).and_then(|points| offset_of(points, point.start)),
        };
        return resolved.into_iter().filter(within).map(row).collect();
    }
    let points = resolved.into_iter().map(|(point, _)| point);
    let inside = inside.within(selection.span.samples);
    let zone = selection.zone.as_ref();
    let buckets = downsample_within(points, aggregation, selection.resolution, zone, (inside.from, inside.to));
    let id = RowId { series, source: NOBODY, context: Context::SAMPLES, duration_us: 0 };
    let row =
        |bucket: series::Bucket| Row { at: bucket.start, id, value: bucket.value, offset: offsets.at(bucket.start) };
    buckets.into_iter().map(row).collect()
}

/// The source of what several told together.
const NOBODY: i32 = 0;

/// The offset of the last of a source's points that begins at or before an instant.
fn offset_of(points: &Sampled, at: Timestamp) -> Option<LocalOffset> {
    let after = points.partition_point(|(point, _)| point.start <= at);
    after.checked_sub(1).and_then(|last| points.get(last)).and_then(|(_, offset)| *offset)
}
