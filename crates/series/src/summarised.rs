//! Hours and days from the summaries that day blocks keep, without their points.
//!
//! The hours of a block stand for it only where the answer is, to the bit, what all points would give:
//! * each of its hours lies inside one bucket, and inside the window or outside it;
//! * no other block of the series and source has points in these hours, because points of several blocks
//!   are averaged together within a minute.
//!
//! Any other block is read in full.

use crate::{
    Bucket, Resolution, Tally, bucket_end, bucket_start, decode_hourly,
    downsample::{HOUR_US, Piece, Sampler, gather},
    edges::{Edges, whole_hours},
    touches,
};
use jiff::tz::TimeZone;
use model::{Aggregation, BlockClass, Point, Timestamp};

/// What is known of a block without its points.
#[derive(Clone, Copy, Debug)]
pub struct Summarised<'a> {
    /// Its class.
    pub class: BlockClass,
    /// Its bucket.
    pub bucket: i32,
    /// Its first start.
    pub t_min: Timestamp,
    /// Its last end.
    pub t_end_max: Timestamp,
    /// Its hourly summaries as stored; empty where it has none.
    pub hourly: &'a [u8],
}

/// An hour (UTC), by its first instant, and what was tallied in it.
pub type HourTally = (Timestamp, Tally);

/// For each block of one series and source, the hours in the window that stand for it; none where its points must be
/// read. `blocks` are all those that touch the window.
#[must_use]
pub fn usable_hours(
    blocks: &[Summarised<'_>],
    resolution: Resolution,
    zone: Option<&TimeZone>,
    window: (Timestamp, Timestamp),
) -> Vec<Option<Vec<HourTally>>> {
    if resolution < Resolution::OneHour {
        return vec![None; blocks.len()];
    }
    let mut edges = Edges::new(resolution, zone);
    let alone = alone(blocks);
    let held = blocks.iter().zip(alone);
    held.map(|(block, alone)| alone.then(|| hours(block, &mut edges, zone, window)).flatten()).collect()
}

fn hours(
    block: &Summarised<'_>,
    edges: &mut Edges<'_>,
    zone: Option<&TimeZone>,
    window: (Timestamp, Timestamp),
) -> Option<Vec<HourTally>> {
    let summaries = decode_hourly(block.hourly).ok().filter(|hours| !hours.is_empty())?;
    let day = bucket_start(block.class, block.bucket);
    let mut hours = Vec::with_capacity(summaries.len());
    for summary in summaries {
        let start = day.plus_micros(i64::from(summary.hour) * HOUR_US);
        let end = start.plus_micros(HOUR_US);
        if end <= window.0 || window.1 <= start {
            continue;
        }
        // without a zone buckets begin at whole hours
        let whole = zone.is_none() || {
            let bucket = edges.around(start);
            bucket.0 <= start && end <= bucket.1
        };
        if start < window.0 || window.1 < end || !whole {
            return None;
        }
        hours.push((start, summary.tally));
    }
    Some(hours)
}

/// Which blocks share no hour with another.
fn alone(blocks: &[Summarised<'_>]) -> Vec<bool> {
    let mut spans: Vec<(Timestamp, Timestamp, usize)> = blocks.iter().enumerate().map(spanned).collect();
    spans.sort_unstable();
    let mut alone = vec![true; blocks.len()];
    let mut reached: Option<(Timestamp, usize)> = None;
    for (from, to, index) in spans {
        if let Some((end, last)) = reached
            && from < end
        {
            for shared in [index, last] {
                alone.get_mut(shared).into_iter().for_each(|it| *it = false);
            }
        }
        if reached.is_none_or(|(end, _)| end < to) {
            reached = Some((to, index));
        }
    }
    alone
}

/// The hours that a block has points in, and which block it is.
fn spanned((index, block): (usize, &Summarised<'_>)) -> (Timestamp, Timestamp, usize) {
    // where a block ends with its bucket, the end is that of an interval: an instant there is the next one's
    let ends_with_bucket = block.t_end_max == bucket_end(block.class, block.bucket);
    let end = if ends_with_bucket { block.t_end_max } else { block.t_end_max.plus_micros(1) };
    let (from, to) = whole_hours(block.t_min, end.max(block.t_min.plus_micros(1)));
    (from, to, index)
}

/// The same as [`crate::downsample_within`] over points and hours that share no hour. Points ascend by
/// (start, duration), hours by their start.
#[must_use]
pub fn downsample_with_hours(
    points: impl IntoIterator<Item = Point>,
    hours: Vec<HourTally>,
    aggregation: Aggregation,
    resolution: Resolution,
    zone: Option<&TimeZone>,
    window: (Timestamp, Timestamp),
) -> Vec<Bucket> {
    let mut sampler = Sampler::new(resolution, zone);
    points.into_iter().filter(|point| touches(point, window)).for_each(|point| sampler.add(&point, window));
    let mut pieces = sampler.finish();
    let summed = hours.into_iter().map(|(start, tally)| -> Piece { (start, start.plus_micros(HOUR_US), tally) });
    if pieces.is_empty() {
        pieces = summed.collect();
    } else {
        pieces.extend(summed);
        pieces.sort_by_key(|piece| piece.0);
    }
    gather(pieces, aggregation, resolution, zone)
}
