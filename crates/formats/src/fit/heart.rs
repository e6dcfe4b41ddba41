//! Heart data that is not in records: beat intervals, and what a strap remembered under water.

use super::wire::{Message, instant};
use crate::columns::Columns;
use model::{Point, SeriesType, Timestamp};
use rustyfit::profile::mesgdef::{Hr, Hrv};

/// Beats follow each other; further than this from the latest record, they are counted from it anew.
const LARGEST_DRIFT_US: i64 = 5_000_000;

/// Longer intervals are not heart beats but marks of lost contact.
const LONGEST_BEAT_MS: f64 = 10_000.0;

/// Gives each beat interval its time: the beats of a file follow one another without saying when.
#[derive(Default)]
pub(super) struct Beats {
    next: Option<Timestamp>,
}

impl Beats {
    pub(super) fn read(&mut self, message: &Message<'_>, latest_record: Option<Timestamp>, columns: &mut Columns) {
        let (Some(value), Some(latest)) = (message.find(Hrv::TIME), latest_record) else { return };
        let near = |at: &Timestamp| at.micros_since(latest).saturating_abs() <= LARGEST_DRIFT_US;
        let mut at = self.next.filter(near).unwrap_or(latest);
        for milliseconds in value.numbers().flatten().filter(|interval| *interval > 0.0 && *interval <= LONGEST_BEAT_MS)
        {
            at = at.plus_micros((milliseconds * 1000.0) as i64);
            columns.push(SeriesType::RR_INTERVAL, at, milliseconds);
        }
        self.next = Some(at);
    }
}

/// Follows the strap's own clock, which counts 1/1024 s and is tied to real time by the first message.
#[derive(Default)]
pub(super) struct Strap {
    anchor: Option<(Timestamp, u64)>,
    clock: u64,
}

impl Strap {
    pub(super) fn read(&mut self, message: &Message<'_>, columns: &mut Columns) {
        let full: Vec<u64> = self.full_times(message);
        if let (Some(seconds), Some(first)) = (message.fit_time(), full.first()) {
            let fraction = message.scaled(Hr::FRACTIONAL_TIMESTAMP, 32_768.0).unwrap_or(0.0);
            self.anchor = Some((instant(seconds).plus_micros((fraction * 1e6) as i64), *first));
        }
        let times = if full.is_empty() { self.short_times(message) } else { full };
        if let Some(last) = times.last() {
            self.clock = *last;
        }
        let Some((start, first)) = self.anchor else { return };
        let rates = message.find(Hr::FILTERED_BPM).into_iter().flat_map(|value| value.numbers());
        for (time, rate) in times.into_iter().zip(rates) {
            let passed = (time as i64).saturating_sub(first as i64).saturating_mul(1_000_000) / 1024;
            if let Some(rate) = rate.filter(|rate| *rate > 0.0) {
                columns.push_point(SeriesType::HEART_RATE, Point::at(start.plus_micros(passed), rate));
            }
        }
    }

    fn full_times(&self, message: &Message<'_>) -> Vec<u64> {
        let Some(value) = message.find(Hr::EVENT_TIMESTAMP) else { return Vec::new() };
        value.numbers().flatten().map(|time| time as u64).collect()
    }

    /// Twelve bits each, two in three bytes, counted on from the latest time.
    fn short_times(&self, message: &Message<'_>) -> Vec<u64> {
        let Some(value) = message.find(Hr::EVENT_TIMESTAMP_12) else { return Vec::new() };
        let pairs = value.bytes.chunks_exact(3).flat_map(|bytes| match bytes {
            &[a, b, c] => [u64::from(a) | u64::from(b & 0xF) << 8, u64::from(b >> 4) | u64::from(c) << 4],
            _ => [0, 0],
        });
        let mut clock = self.clock;
        pairs
            .map(|twelve| {
                clock = clock.saturating_add(twelve.wrapping_sub(clock) & 0xFFF);
                clock
            })
            .collect()
    }
}
