//! Tallies of the 24 UTC hours of a day block, kept beside it so that charts need not decode it.

use crate::{
    DecodeError, Tally, bucket_end, bucket_start,
    tally::Minute,
    varint::{Reader, put, put_value},
};
use model::{BlockClass, Point};

const HOUR_US: i64 = 3_600_000_000;

/// The tally of one hour of a day.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct HourSummary {
    /// 0 to 23, UTC.
    pub hour: u8,
    /// Its points.
    pub tally: Tally,
}

/// The hours of a day block that have points; none where a point lasts beyond the day, because its
/// share of the next day would be lost: such a block must be decoded.
pub(crate) fn encode_hourly(bucket: i32, points: &[Point]) -> Vec<u8> {
    let (start, end) = (bucket_start(BlockClass::Day, bucket), bucket_end(BlockClass::Day, bucket));
    if points.is_empty() || points.iter().any(|point| point.start < start || point.end() > end) {
        return Vec::new();
    }
    let mut hours = [Tally::default(); 24];
    for point in points {
        tally_point(&mut hours, point.start.micros_since(start), point);
    }
    let instants: Vec<&Point> = points.iter().filter(|point| point.duration_us <= 0).collect();
    for same in instants.chunk_by(|a, b| Minute::number(a.start) == Minute::number(b.start)) {
        let mut minute = Minute::default();
        same.iter().for_each(|point| minute.add(point.value));
        let hour = same.first().map_or(0, |point| point.start.micros_since(start) / HOUR_US);
        if let (Some(tally), Some(mean)) = (hours.get_mut(hour as usize), minute.take()) {
            tally.add_minute(mean);
        }
    }
    let mut out = Vec::new();
    for (hour, tally) in hours.iter().enumerate().filter(|(_, tally)| tally.count > 0) {
        out.push(hour as u8);
        put_tally(&mut out, tally);
    }
    out
}

fn tally_point(hours: &mut [Tally; 24], from: i64, point: &Point) {
    if point.duration_us <= 0 {
        if let Some(tally) = hours.get_mut((from / HOUR_US) as usize) {
            tally.add_instant(point.value);
        }
        return;
    }
    let to = from.saturating_add(point.duration_us);
    for hour in from / HOUR_US..=(to - 1) / HOUR_US {
        let part = to.min((hour + 1) * HOUR_US) - from.max(hour * HOUR_US);
        if let Some(tally) = hours.get_mut(hour as usize) {
            tally.add_part(point.value, part as f64, point.duration_us as f64);
        }
    }
}

fn put_tally(out: &mut Vec<u8>, tally: &Tally) {
    put(out, u64::from(tally.count));
    put(out, u64::from(tally.instants));
    for value in [tally.min, tally.max, tally.last] {
        put_value(out, value);
    }
    if tally.instants > 0 {
        put_value(out, tally.instant_sum);
        put(out, u64::from(tally.minutes));
        put_value(out, tally.minute_sum);
    }
    if tally.instants < tally.count {
        for value in [tally.shared_sum, tally.covered_us, tally.weighted_sum] {
            put_value(out, value);
        }
    }
}

/// Reads the hourly summaries of a day block, ascending; empty where it has none.
pub fn decode_hourly(bytes: &[u8]) -> Result<Vec<HourSummary>, DecodeError> {
    let mut reader = Reader::new(bytes);
    let mut hours: Vec<HourSummary> = Vec::new();
    while !reader.is_empty() {
        let hour = reader.byte()?;
        if hour > 23 || hours.last().is_some_and(|last| last.hour >= hour) {
            return Err(DecodeError::Corrupt("hourly"));
        }
        hours.push(HourSummary { hour, tally: read_tally(&mut reader)? });
    }
    Ok(hours)
}

fn read_tally(reader: &mut Reader<'_>) -> Result<Tally, DecodeError> {
    let count = u32::try_from(reader.unsigned()?).map_err(|_| DecodeError::Corrupt("hourly"))?;
    let instants = u32::try_from(reader.unsigned()?).map_err(|_| DecodeError::Corrupt("hourly"))?;
    if instants > count {
        return Err(DecodeError::Corrupt("hourly"));
    }
    let (min, max, last) = (reader.value()?, reader.value()?, reader.value()?);
    let mut tally = Tally { count, instants, min, max, last, ..Tally::default() };
    if instants > 0 {
        tally.instant_sum = reader.value()?;
        tally.minutes = u32::try_from(reader.unsigned()?).map_err(|_| DecodeError::Corrupt("hourly"))?;
        tally.minute_sum = reader.value()?;
        if tally.minutes == 0 || tally.minutes > instants {
            return Err(DecodeError::Corrupt("hourly"));
        }
    }
    if instants < count {
        tally.shared_sum = reader.value()?;
        tally.covered_us = reader.value()?;
        tally.weighted_sum = reader.value()?;
    }
    Ok(tally)
}
