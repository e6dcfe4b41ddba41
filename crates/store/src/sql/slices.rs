//! Slices of blocks: a few heads of each series and class from the place on say how far to read; then
//! the blocks up to there are read, all in one snapshot.
//!
//! A **lane** is a series and a class: within it the key orders blocks by time. What a lane was not read
//! to the end of limits what is **known**, and a slice never ends beyond that.

use super::{
    SqlStore,
    series_blocks::{CLASSES, HEAD, LOOK_BACK_S, head},
    sources,
    transaction::Transaction,
    value::{Value, owned, params},
};
use crate::{Direction, Result, Slice, SliceBlock, SliceQuery, Slices, SpanCount, StoredBlock, Wanted};
use async_trait::async_trait;
use model::{BlockClass, SeriesType, Timestamp, UserId};
use series::{BlockKey, bucket_end, bucket_of, bucket_start};
use std::collections::{BTreeMap, HashSet};

/// How many heads of a lane are read at first, beside those that the wanted points need by rule of thumb.
const FEW_HEADS: u64 = 4;
/// A block seldom has fewer points; where it does, more heads are read.
const POINTS_A_HEAD: u64 = 1_000;
/// With so many heads of a lane a slice ends, however few points they hold.
const MANY_HEADS: u64 = 2_048;
/// More blocks than this are not counted.
const MOST_COUNTED: usize = 64;

#[async_trait]
impl Slices for SqlStore {
    async fn read_slice(&self, user: UserId, query: SliceQuery) -> Result<Slice> {
        let blocks = query.series.len() * usize::try_from(1 + query.points / POINTS_A_HEAD).unwrap_or(usize::MAX);
        let looks = if query.series.is_empty() { usize::MAX } else { blocks };
        self.read_some(looks, move |tx| read(tx, user, &query)).await
    }

    async fn list_series(&self, user: UserId) -> Result<Vec<SeriesType>> {
        self.read(move |tx| kept_series(tx, user)).await
    }
}

fn read(tx: &dyn Transaction, user: UserId, query: &SliceQuery) -> Result<Slice> {
    let series = if query.series.is_empty() { kept_series(tx, user)? } else { query.series.clone() };
    let chosen = choose(tx, user, &series, query)?;
    let blocks = load(tx, user, &chosen.heads, query.wanted)?;
    let count = match query.count {
        Some(span) if span != (chosen.from, chosen.to) => count(tx, user, &series, span)?,
        // who asks sees all of them
        _ => None,
    };
    Ok(Slice { from: chosen.from, to: chosen.to, blocks, sources: sources::list(tx, user)?, count })
}

/// The series that a user has points of: one look into the key for each.
fn kept_series(tx: &dyn Transaction, user: UserId) -> Result<Vec<SeriesType>> {
    let kept = tx.sql(
        "with recursive kept (series) as (
            select min(series) from block where user_id = ?1
            union all
            select (select min(block.series) from block where block.user_id = ?1 and block.series > kept.series)
            from kept where kept.series is not null)
         select series from kept where series is not null",
    );
    let kept = kept.rows(params![user.as_bytes()], |row| Ok(SeriesType::from_stored(row.get(0)?)))?;
    Ok(kept.into_iter().flatten().collect())
}

/// The heads of the blocks of a slice.
struct Chosen {
    from: Timestamp,
    to: Timestamp,
    heads: Vec<StoredBlock>,
}

fn choose(tx: &dyn Transaction, user: UserId, series: &[SeriesType], query: &SliceQuery) -> Result<Chosen> {
    let mut most = FEW_HEADS + (query.points / POINTS_A_HEAD).min(MANY_HEADS);
    loop {
        let (heads, known) = peek(tx, user, series, query, most)?;
        let all = known == (query.from, query.to);
        if known.0 < known.1 || all {
            let (chosen, held) = cut(heads, known, query);
            if held >= query.points || all || most >= MANY_HEADS {
                return Ok(chosen);
            }
        }
        most = most.saturating_mul(4);
    }
}

/// The first heads of each lane, and the part of the query in which these are all that there are.
fn peek(
    tx: &dyn Transaction,
    user: UserId,
    series: &[SeriesType],
    query: &SliceQuery,
    most: u64,
) -> Result<(Vec<StoredBlock>, (Timestamp, Timestamp))> {
    let back_s = if query.wanted == Wanted::Starts { 0 } else { LOOK_BACK_S };
    let (from, last) = (query.from.plus_seconds(-back_s), query.to.plus_micros(-1));
    let values = |series: &SeriesType| {
        let mut values: Vec<Value<'_>> = vec![owned(user.as_bytes()), owned(series.as_stored())];
        values
            .extend(CLASSES.iter().flat_map(|class| [owned(bucket_of(*class, from)), owned(bucket_of(*class, last))]));
        values.push(owned(most));
        values
    };
    let sets: Vec<Vec<Value<'_>>> = series.iter().map(values).collect();
    let mut lanes: BTreeMap<(SeriesType, BlockClass), Vec<StoredBlock>> = BTreeMap::new();
    for head in tx.sql(lanes_text(query.direction)).rows_of_all(&sets, head)?.into_iter().flatten() {
        lanes.entry((head.key.series, head.key.class)).or_default().push(head);
    }
    let mut heads = Vec::new();
    let mut known = (query.from, query.to);
    for ((_, class), lane) in lanes {
        let full = lane.len() as u64 >= most;
        let buckets = lane.iter().map(|head| head.key.bucket);
        let last = match query.direction {
            Direction::Forward => buckets.max(),
            Direction::Backward => buckets.min(),
        };
        // this bucket may have more blocks than were read
        let unsure = last.filter(|_| full);
        heads.extend(lane.into_iter().filter(|head| Some(head.key.bucket) != unsure));
        match (unsure, query.direction) {
            (None, _) => {}
            (Some(bucket), Direction::Forward) => known.1 = known.1.min(bucket_start(class, bucket)),
            (Some(bucket), Direction::Backward) => {
                known.0 = known.0.max(bucket_end(class, bucket).plus_seconds(back_s));
            }
        }
    }
    Ok((heads, known))
}

/// Keeps the heads up to where they hold enough points; and how many they hold.
fn cut(mut heads: Vec<StoredBlock>, (from, to): (Timestamp, Timestamp), query: &SliceQuery) -> (Chosen, u64) {
    heads.retain(|head| head.t_min < to && head.t_end_max >= from);
    heads.sort_unstable_by_key(|head| head.t_min);
    let mut held = 0;
    let (mut begin, mut end) = (from, to);
    match query.direction {
        Direction::Forward => {
            for head in &heads {
                if held >= query.points && head.t_min > from {
                    end = head.t_min;
                    break;
                }
                held += u64::from(head.count);
            }
        }
        Direction::Backward => {
            for head in heads.iter().rev() {
                held += u64::from(head.count);
                if held >= query.points {
                    begin = head.t_min.max(from);
                    break;
                }
            }
        }
    }
    let starts_before = |key: &BlockKey| query.wanted == Wanted::Starts && bucket_end(key.class, key.bucket) <= begin;
    heads.retain(|head| head.t_min < end && head.t_end_max >= begin && !starts_before(&head.key));
    (Chosen { from: begin, to: end, heads }, held)
}

/// The blocks of these heads, lane by lane.
fn load(tx: &dyn Transaction, user: UserId, heads: &[StoredBlock], wanted: Wanted) -> Result<Vec<SliceBlock>> {
    let mut lanes: BTreeMap<(SeriesType, BlockClass), (i32, i32)> = BTreeMap::new();
    for BlockKey { series, class, bucket, .. } in heads.iter().map(|head| head.key) {
        let ends = lanes.entry((series, class)).or_insert((bucket, bucket));
        *ends = (ends.0.min(bucket), ends.1.max(bucket));
    }
    let chosen: HashSet<BlockKey> = heads.iter().map(|head| head.key).collect();
    let columns = match wanted {
        Wanted::Starts | Wanted::Touching => "data, null",
        Wanted::Hours => "case when length(hourly) = 0 then data end, hourly",
    };
    let select = tx.sql(format!(
        "select {HEAD}, {columns} from block
         where user_id = ?1 and series = ?2 and class = ?3 and bucket between ?4 and ?5
         order by bucket, source, context"
    ));
    let values = |(&(series, class), &(first, last)): (&(SeriesType, BlockClass), &(i32, i32))| {
        let lane = [owned(user.as_bytes()), owned(series.as_stored()), owned(class as u8)];
        lane.into_iter().chain([owned(first), owned(last)]).collect()
    };
    let sets: Vec<Vec<Value<'_>>> = lanes.iter().map(values).collect();
    let blocks = select.rows_of_all(&sets, |row| {
        let Some(head) = head(row)?.filter(|head| chosen.contains(&head.key)) else { return Ok(None) };
        let data = row.get::<Option<Vec<u8>>>(9)?.unwrap_or_default();
        let hourly = row.get::<Option<Vec<u8>>>(10)?.unwrap_or_default();
        Ok(Some(SliceBlock { block: StoredBlock { data, ..head }, hourly }))
    })?;
    Ok(blocks.into_iter().flatten().collect())
}

/// How many points start in a span, if no more than a few blocks tell it.
fn count(
    tx: &dyn Transaction,
    user: UserId,
    series: &[SeriesType],
    (from, to): (Timestamp, Timestamp),
) -> Result<Option<SpanCount>> {
    let query = SliceQuery {
        series: Vec::new(),
        from,
        to,
        direction: Direction::Forward,
        wanted: Wanted::Starts,
        points: 0,
        count: None,
    };
    let mut heads = Vec::new();
    // series by series, as the first few mostly tell that there are many
    for series in series {
        let (found, known) = peek(tx, user, &[*series], &query, MOST_COUNTED as u64 + 1)?;
        heads.extend(found);
        if known != (from, to) || heads.len() > MOST_COUNTED {
            return Ok(None);
        }
    }
    heads.retain(|head| head.t_min < to && head.t_end_max >= from);
    let (whole, cut): (Vec<_>, Vec<_>) = heads.into_iter().partition(|head| head.t_min >= from && head.t_end_max < to);
    let cut = load(tx, user, &cut, Wanted::Starts)?.into_iter().map(|held| held.block).collect();
    Ok(Some(SpanCount { whole: whole.iter().map(|head| u64::from(head.count)).sum(), cut }))
}

/// The first heads of each class of a series from a place on.
fn lanes_text(direction: Direction) -> String {
    let way = match direction {
        Direction::Forward => "",
        Direction::Backward => " desc",
    };
    let lane = |(place, class): (usize, BlockClass)| {
        let (first, last) = (3 + 2 * place, 4 + 2 * place);
        format!(
            "select * from (select {HEAD} from block where user_id = ?1 and series = ?2 and class = {}
             and bucket between ?{first} and ?{last} order by bucket{way}, source{way}, context{way} limit ?11) lane{place}",
            class as u8
        )
    };
    CLASSES.into_iter().enumerate().map(lane).collect::<Vec<_>>().join(" union all ")
}
