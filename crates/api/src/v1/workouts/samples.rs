//! The samples of a workout: which series there are, and their points on one time axis.

use super::{Found, get::SeriesSummary};
use crate::{
    State,
    decoding::Leave,
    error::{ApiError, Result},
};
use model::{Aggregation, Context, Point, SERIES, SeriesType, Timestamp, UserId};
use series::{BlockKey, Columns};
use std::collections::BTreeMap;
use store::{BlockQuery, StoredBlock};

/// Clocks of devices err: samples this far beside their workout are still its samples.
const SLACK_S: i64 = 31 * 86_400;
/// What is decoded for one answer at most.
const MAX_POINTS: u64 = 4_000_000;

/// How many points of each series, by id.
pub(super) async fn summaries(state: &State, user: UserId, found: &Found) -> Result<Vec<SeriesSummary>> {
    let every: Vec<SeriesType> = SERIES.iter().map(|spec| spec.id).collect();
    let heads = best_sources(heads(state, user, found, every).await?);
    let mut counts: BTreeMap<SeriesType, u64> = BTreeMap::new();
    for head in heads {
        *counts.entry(head.key.series).or_default() += u64::from(head.count);
    }
    Ok(counts.into_iter().map(|(series, points)| SeriesSummary::new(series, points)).collect())
}

/// Points by series, in order of time. Where several sources recorded a series, the one with most points.
pub(super) async fn load(state: &State, user: UserId, found: &Found, wanted: Vec<SeriesType>) -> Result<Samples> {
    // The heads of many long workouts are much, too.
    let looking = state.decoding.leave(0).await?;
    let heads = best_sources(heads(state, user, found, wanted).await?);
    let count = heads.iter().map(|head| u64::from(head.count)).sum::<u64>();
    if count > MAX_POINTS {
        return Err(ApiError::invalid("series", "Too many samples at once: ask for fewer series"));
    }
    let keys: Vec<BlockKey> = heads.into_iter().map(|head| head.key).collect();
    drop(looking);
    let leave = state.decoding.leave(count).await?;
    let blocks = state.store.load_blocks(user, keys).await?;
    let work = move || decode(blocks).map(|points| Samples { points, leave });
    tokio::task::spawn_blocking(work).await.map_err(|error| ApiError::internal(&error))?
}

/// A workout's points, and the leave to have them unpacked; dropped together, before anything is sent.
pub(super) struct Samples {
    pub(super) points: BTreeMap<SeriesType, Vec<Point>>,
    #[expect(dead_code, reason = "held, not read")]
    leave: Leave,
}

fn decode(blocks: Vec<StoredBlock>) -> Result<BTreeMap<SeriesType, Vec<Point>>> {
    let mut columns: BTreeMap<SeriesType, Vec<Point>> = BTreeMap::new();
    for block in blocks {
        let points = Columns::decode(&block.data).map_err(|error| ApiError::internal(&error))?.into_points();
        columns.entry(block.key.series).or_default().extend(points);
    }
    for points in columns.values_mut() {
        points.sort_by_key(|point| (point.start, point.duration_us));
    }
    Ok(columns)
}

async fn heads(state: &State, user: UserId, found: &Found, series: Vec<SeriesType>) -> Result<Vec<StoredBlock>> {
    let query = BlockQuery {
        series,
        from: found.view.start.plus_seconds(-SLACK_S),
        to: found.view.end.plus_seconds(SLACK_S),
        source: None,
        context: Some(Context::workout(found.event.number)),
    };
    Ok(state.store.list_block_heads(user, query).await?)
}

fn best_sources(heads: Vec<StoredBlock>) -> Vec<StoredBlock> {
    let mut counts: BTreeMap<(SeriesType, i32), u64> = BTreeMap::new();
    for head in &heads {
        *counts.entry((head.key.series, head.key.source)).or_default() += u64::from(head.count);
    }
    let mut best: BTreeMap<SeriesType, (i32, u64)> = BTreeMap::new();
    for ((series, source), count) in counts {
        let leader = best.entry(series).or_insert((source, count));
        if count > leader.1 {
            *leader = (source, count);
        }
    }
    heads
        .into_iter()
        .filter(|head| best.get(&head.key.series).is_some_and(|(source, _)| *source == head.key.source))
        .collect()
}

/// Series side by side on one time axis; null where a series has no point.
#[derive(Debug, PartialEq)]
pub(super) struct Table {
    pub(super) time: Vec<Timestamp>,
    pub(super) columns: BTreeMap<SeriesType, Vec<Option<f64>>>,
}

/// Puts series side by side. With a width, points are gathered into buckets from `start` on.
pub(super) fn align(points: &BTreeMap<SeriesType, Vec<Point>>, start: Timestamp, width_us: Option<i64>) -> Table {
    let slot = |point: &Point| match width_us {
        Some(width) => {
            let passed = point.start.micros_since(start);
            start.plus_micros(passed.div_euclid(width).saturating_mul(width))
        }
        None => point.start,
    };
    let mut time: Vec<Timestamp> = points.values().flatten().map(slot).collect();
    time.sort_unstable();
    time.dedup();
    let mut columns = BTreeMap::new();
    for (series, points) in points {
        let mut column: Vec<Option<f64>> = vec![None; time.len()];
        for bucket in points.chunk_by(|a, b| slot(a) == slot(b)) {
            let Some(first) = bucket.first() else { continue };
            if let Ok(row) = time.binary_search(&slot(first))
                && let Some(cell) = column.get_mut(row)
            {
                *cell = gather(series.spec().aggregation, bucket, width_us.is_some());
            }
        }
        columns.insert(*series, column);
    }
    Table { time, columns }
}

fn gather(aggregation: Aggregation, bucket: &[Point], coarse: bool) -> Option<f64> {
    let mut values = bucket.iter().map(|point| point.value);
    match aggregation {
        _ if !coarse => values.next_back(),
        Aggregation::Sum => Some(values.sum()),
        Aggregation::Mean => Some(values.sum::<f64>() / bucket.len().max(1) as f64),
        Aggregation::Max => values.reduce(f64::max),
        Aggregation::Last => values.next_back(),
    }
}

/// How many rows aligning would give.
pub(super) fn rows(points: &BTreeMap<SeriesType, Vec<Point>>) -> usize {
    let mut time: Vec<Timestamp> = points.values().flatten().map(|point| point.start).collect();
    time.sort_unstable();
    time.dedup();
    time.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn points(values: &[(i64, f64)]) -> Vec<Point> {
        values.iter().map(|(at, value)| Point::at(Timestamp::from_seconds(*at), *value)).collect()
    }

    #[test]
    fn series_share_one_time_axis_with_nulls_where_they_have_no_point() {
        let series = BTreeMap::from([
            (SeriesType::HEART_RATE, points(&[(10, 100.0), (11, 101.0)])),
            (SeriesType::ELEVATION, points(&[(11, 5.0), (12, 6.0)])),
        ]);
        let table = align(&series, Timestamp::from_seconds(10), None);
        assert_eq!(table.time.len(), 3);
        assert_eq!(table.columns[&SeriesType::HEART_RATE], [Some(100.0), Some(101.0), None]);
        assert_eq!(table.columns[&SeriesType::ELEVATION], [None, Some(5.0), Some(6.0)]);
        assert_eq!(rows(&series), 3);
    }

    #[test]
    fn coarser_rows_average_levels_and_keep_the_last_of_running_totals() {
        let series = BTreeMap::from([
            (SeriesType::HEART_RATE, points(&[(10, 100.0), (14, 110.0), (15, 120.0)])),
            (SeriesType::TOTAL_DISTANCE, points(&[(10, 1.0), (14, 9.0)])),
        ]);
        let table = align(&series, Timestamp::from_seconds(10), Some(5_000_000));
        assert_eq!(table.columns[&SeriesType::HEART_RATE], [Some(105.0), Some(120.0)]);
        assert_eq!(table.columns[&SeriesType::TOTAL_DISTANCE], [Some(9.0), None]);
    }
}
