//! The day as a watch follows it: heart rate, and what each activity did, told by counters that run on
//! from local midnight. What a counter grew by is an interval in the context of its activity.

use super::wire::{Message, instant};
use crate::columns::Columns;
use model::{Context, Point, SeriesType};
use rustyfit::profile::{
    mesgdef::{Monitoring, MonitoringInfo},
    typedef::ActivityType,
};
use std::collections::BTreeMap;

const DAY_SECONDS: u32 = 86_400;
/// Counters of sixteen bits begin again from zero.
const SIXTEEN_BITS: f64 = 65_536.0;
/// A watch tells of a dozen activities; a hostile file could name all.
const MOST_COUNTERS: usize = 400;

/// What one activity did so far.
struct Counter {
    /// The fields that count, the finer one first, and what one of each is worth in the series' unit.
    wide: (u8, f64),
    narrow: Option<(u8, f64)>,
    series: fn(u64) -> Option<SeriesType>,
}

const COUNTERS: &[Counter] = &[
    Counter { wide: (Monitoring::CYCLES, 1.0), narrow: Some((Monitoring::CYCLES_16, 1.0)), series: steps },
    Counter { wide: (Monitoring::DISTANCE, 100.0), narrow: Some((Monitoring::DISTANCE_16, 100.0)), series: distance },
    Counter { wide: (Monitoring::ACTIVE_CALORIES, 1.0), narrow: None, series: |_| Some(SeriesType::ENERGY) },
    // seconds, in minutes
    Counter {
        wide: (Monitoring::ACTIVE_TIME, 60_000.0),
        narrow: Some((Monitoring::ACTIVE_TIME_16, 60.0)),
        series: |_| Some(SeriesType::ACTIVE_TIME),
    },
    Counter {
        wide: (Monitoring::MODERATE_ACTIVITY_MINUTES, 1.0),
        narrow: None,
        series: |_| Some(SeriesType::MODERATE_INTENSITY_TIME),
    },
    Counter {
        wide: (Monitoring::VIGOROUS_ACTIVITY_MINUTES, 1.0),
        narrow: None,
        series: |_| Some(SeriesType::VIGOROUS_INTENSITY_TIME),
    },
    Counter { wide: (Monitoring::PUSHES, 1.0), narrow: None, series: |_| Some(SeriesType::PUSH_COUNT) },
];

fn is(kind: u64, activity: ActivityType) -> bool {
    kind == u64::from(activity.0)
}

/// Only on foot are cycles steps; the counter holds those of both feet.
fn steps(kind: u64) -> Option<SeriesType> {
    (is(kind, ActivityType::RUNNING) || is(kind, ActivityType::WALKING)).then_some(SeriesType::STEPS)
}

fn distance(kind: u64) -> Option<SeriesType> {
    Some(match kind {
        _ if steps(kind).is_some() || is(kind, ActivityType::GENERIC) => SeriesType::DISTANCE_WALKING_RUNNING,
        _ if is(kind, ActivityType::CYCLING) => SeriesType::DISTANCE_CYCLING,
        _ if is(kind, ActivityType::SWIMMING) => SeriesType::DISTANCE_SWIMMING,
        _ => SeriesType::DISTANCE_OTHER,
    })
}

/// The counters of a day.
#[derive(Default)]
pub(super) struct Day {
    /// FIT seconds of the latest message, to which sixteen-bit times add.
    clock: u32,
    /// When the counters were zero, where the file begins with the day.
    midnight: Option<u32>,
    /// By activity and counter: when it was last told, and what it said.
    told: BTreeMap<(u64, usize), (u32, f64)>,
}

impl Day {
    /// A file, or a further day of it, begins.
    pub(super) fn begin(&mut self, message: &Message<'_>) {
        let Some(time) = message.fit_time() else { return };
        self.clock = time;
        let local = message.seconds(MonitoringInfo::LOCAL_TIMESTAMP);
        if local.is_some_and(|local| local.is_multiple_of(DAY_SECONDS)) {
            self.midnight = Some(time);
            self.told.clear();
        }
    }

    pub(super) fn monitoring(&mut self, message: &Message<'_>, columns: &mut Columns) {
        let before = self.clock;
        let now = match (message.fit_time(), message.unsigned(Monitoring::TIMESTAMP_16)) {
            (Some(time), _) => time,
            (None, Some(low)) => before.wrapping_add((low as u32).wrapping_sub(before) & 0xFFFF),
            (None, None) => return,
        };
        self.clock = now;
        if let Some(rate) = message.number(Monitoring::HEART_RATE).filter(|rate| *rate > 0.0) {
            columns.push(SeriesType::HEART_RATE, instant(now), rate);
        }
        // five bits of activity, which was the only one since the message before
        let only = message.unsigned(Monitoring::CURRENT_ACTIVITY_TYPE_INTENSITY).map(|bits| bits & 0x1F);
        let kind = message.unsigned(Monitoring::ACTIVITY_TYPE).or(only).unwrap_or(u64::from(ActivityType::GENERIC.0));
        let since = only.map(|_| before);
        for (index, counter) in COUNTERS.iter().enumerate() {
            let Some(series) = (counter.series)(kind) else { continue };
            let wide = message.scaled(counter.wide.0, counter.wide.1).map(|count| (count, None));
            let narrow = || {
                let (field, worth) = counter.narrow?;
                message.scaled(field, worth).map(|count| (count, Some(SIXTEEN_BITS / worth)))
            };
            let Some((count, round)) = wide.or_else(narrow) else { continue };
            if let Some(point) = self.advance((kind, index), now, since, count, round) {
                let place = u8::try_from(kind).unwrap_or(u8::MAX);
                columns.push_apart(series, Context::epoch(place), point);
            }
        }
    }

    /// What a counter grew by, and since when. What it says first is where it begins, unless that was at midnight.
    fn advance(
        &mut self,
        counter: (u64, usize),
        now: u32,
        since: Option<u32>,
        count: f64,
        round: Option<f64>,
    ) -> Option<Point> {
        let known = self.told.get(&counter).copied().or_else(|| self.midnight.map(|midnight| (midnight, 0.0)));
        if self.told.len() < MOST_COUNTERS || self.told.contains_key(&counter) {
            self.told.insert(counter, (now, count));
        }
        let (told, before) = known?;
        let grown = match round {
            _ if count >= before => count - before,
            // a wide one that fell began again with the day
            None => count,
            Some(round) => count + round - before,
        };
        let start = since.filter(|since| *since > told && *since < now).unwrap_or(told).min(now);
        let duration_us = i64::from(now - start) * 1_000_000;
        (grown > 0.0).then(|| Point { start: instant(start), duration_us, value: grown })
    }
}
