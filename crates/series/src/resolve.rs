//! One series out of several sources that overlap: at each instant the best source that covers it counts.
//!
//! So a phone and a watch complete each other within a day; there is never one winner for the whole day.
//!
//! An interval covers its time. An instant covers its **reach** to both sides: the median gap between the
//! source's own instants, at most [`MAX_REACH_US`]; [`LONE_REACH_US`] if it has but one. A worse source's
//! instants are dropped where a better one covers; its intervals are cut to what no better one covers,
//! amounts pro rata, levels with their value.

use crate::{coverage::Coverage, tally::share};
use model::{Aggregation, Point, Timestamp};

/// The furthest that an instant covers to each side: 15 minutes.
pub const MAX_REACH_US: i64 = 900_000_000;
/// How far a source's only instant covers to each side: a minute.
pub const LONE_REACH_US: i64 = 60_000_000;
/// An interval that better sources cut into more parts than this comes as one: from the first free
/// instant to the last, an amount with the share of all that is free.
pub const MAX_PARTS: usize = 1_440;

/// The points of one source.
#[derive(Clone, Debug, PartialEq)]
pub struct SourcePoints {
    /// The source's number within the user.
    pub source: i32,
    /// Its place in the order of preference; 1 is best. Of equals the lower source number is better.
    pub priority: i32,
    /// Its points; also those outside the asked window that last into it.
    pub points: Vec<Point>,
}

/// The points that count, ascending by (start, duration), each with the source that gave it.
#[must_use]
pub fn resolve(sources: &[SourcePoints], aggregation: Aggregation) -> Vec<(Point, i32)> {
    let mut ranked: Vec<&SourcePoints> = sources.iter().filter(|source| !source.points.is_empty()).collect();
    ranked.sort_by_key(|source| (source.priority, source.source));
    let mut covered = Coverage::default();
    let mut resolved = Vec::new();
    for (position, source) in ranked.iter().enumerate() {
        for point in &source.points {
            if point.duration_us > 0 {
                let parts = free_parts(point, &covered, aggregation);
                resolved.extend(parts.into_iter().map(|part| (part, source.source)));
            } else if !covered.holds(point.start.as_micros()) {
                resolved.push((*point, source.source));
            }
        }
        if position + 1 < ranked.len() {
            covered.extend(spans(&source.points));
        }
    }
    resolved.sort_by_key(|(point, source)| (point.start, point.duration_us, *source));
    resolved
}

/// What is left of an interval where no better source covers.
fn free_parts(point: &Point, covered: &Coverage, aggregation: Aggregation) -> Vec<Point> {
    let (from, to) = (point.start.as_micros(), point.end().as_micros());
    let mut gaps = covered.gaps(from, to).peekable();
    if gaps.peek() == Some(&(from, to)) {
        return vec![*point];
    }
    let part = |start: i64, end: i64, free_us: i64| Point {
        start: Timestamp::from_micros(start),
        duration_us: end.saturating_sub(start),
        value: match aggregation {
            Aggregation::Sum => share(point.value, free_us as f64, point.duration_us as f64),
            Aggregation::Mean | Aggregation::Max | Aggregation::Last => point.value,
        },
    };
    if covered.pieces(from, to) > MAX_PARTS {
        let first = gaps.next().map(|gap| gap.0);
        let last = covered.last_free(from, to);
        return first.zip(last).map(|(start, end)| part(start, end, covered.free_us(from, to))).into_iter().collect();
    }
    gaps.map(|(start, end)| part(start, end, end.saturating_sub(start))).collect()
}

/// The time that a source covers.
fn spans(points: &[Point]) -> Vec<(i64, i64)> {
    let reach = reach_us(points);
    let span = |point: &Point| {
        let start = point.start.as_micros();
        if point.duration_us > 0 {
            (start, point.end().as_micros())
        } else {
            (start.saturating_sub(reach), start.saturating_add(reach))
        }
    };
    points.iter().map(span).collect()
}

fn reach_us(points: &[Point]) -> i64 {
    let mut starts: Vec<i64> =
        points.iter().filter(|point| point.duration_us <= 0).map(|point| point.start.as_micros()).collect();
    starts.sort_unstable();
    let mut gaps: Vec<i64> = starts.iter().zip(starts.iter().skip(1)).map(|(a, b)| b.saturating_sub(*a)).collect();
    gaps.retain(|gap| *gap > 0);
    if gaps.is_empty() {
        return LONE_REACH_US;
    }
    let middle = (gaps.len() - 1) / 2;
    let (_, median, _) = gaps.select_nth_unstable(middle);
    (*median).min(MAX_REACH_US)
}
