//! What is measured outside workouts: scales, and the day as a watch follows it.

use super::wire::{Message, instant};
use crate::columns::{Column, Columns};
use model::{Issue, IssueCode, Point, SeriesType};
use rustyfit::profile::{
    mesgdef::{Monitoring, RespirationRate, Spo2Data, StressLevel, WeightScale},
    typedef::{ActivityType, MesgNum},
};
use std::collections::{BTreeMap, BTreeSet};

#[derive(Default)]
pub(super) struct Health {
    columns: Columns,
    /// People known to the scale that weighed themselves.
    people: BTreeSet<u64>,
    /// FIT seconds of the latest full time, to which sixteen-bit times add.
    clock: u32,
    /// Steps so far by activity type, and when they were counted.
    counters: BTreeMap<u64, (u32, f64)>,
}

impl Health {
    pub(super) fn message(&mut self, message: &Message<'_>) {
        match MesgNum(message.number) {
            MesgNum::WEIGHT_SCALE => self.weight(message),
            MesgNum::MONITORING_INFO => self.clock = message.fit_time().unwrap_or(self.clock),
            MesgNum::MONITORING => self.monitoring(message),
            MesgNum::STRESS_LEVEL => self.stress(message),
            MesgNum::SPO2_DATA => self.one(message, Spo2Data::READING_SPO2, 1.0, SeriesType::OXYGEN_SATURATION),
            MesgNum::RESPIRATION_RATE => {
                self.one(message, RespirationRate::RESPIRATION_RATE, 100.0, SeriesType::RESPIRATORY_RATE);
            }
            _ => {}
        }
    }

    /// Ends a part: its columns, or why there are none.
    pub(super) fn take(&mut self) -> Result<Vec<Column>, Issue> {
        let columns = self.columns.take();
        let people = std::mem::take(&mut self.people);
        self.counters.clear();
        // Whose weight is whose cannot be known; a wrong person's is worse than none.
        if people.len() > 1 {
            let message = "several people used the scale, and the file does not say who is who";
            return Err(Issue::new(IssueCode::Invalid, "weight_scale.user_profile_index", message));
        }
        Ok(columns)
    }

    pub(super) fn refused(&self) -> u64 {
        self.columns.refused
    }

    /// Values that are not above zero mean that nothing was measured.
    fn one(&mut self, message: &Message<'_>, field: u8, scale: f64, series: SeriesType) {
        if let (Some(at), Some(value)) = (message.time(), message.scaled(field, scale).filter(|value| *value > 0.0)) {
            self.columns.push(series, at, value);
        }
    }

    fn weight(&mut self, message: &Message<'_>) {
        if let Some(person) = message.unsigned(WeightScale::USER_PROFILE_INDEX).filter(|_| self.people.len() < 2) {
            self.people.insert(person);
        }
        // 0xFFFE means that the scale is still computing.
        if message.unsigned(WeightScale::WEIGHT) != Some(0xFFFE) {
            self.one(message, WeightScale::WEIGHT, 100.0, SeriesType::WEIGHT);
        }
        self.one(message, WeightScale::PERCENT_FAT, 100.0, SeriesType::BODY_FAT_PERCENTAGE);
        self.one(message, WeightScale::MUSCLE_MASS, 100.0, SeriesType::SKELETAL_MUSCLE_MASS);
        self.one(message, WeightScale::BMI, 10.0, SeriesType::BODY_MASS_INDEX);
    }

    fn stress(&mut self, message: &Message<'_>) {
        let at = message.instant(StressLevel::STRESS_LEVEL_TIME);
        let level = message.number(StressLevel::STRESS_LEVEL_VALUE).filter(|level| *level >= 0.0);
        if let (Some(at), Some(level)) = (at, level) {
            self.columns.push(SeriesType::GARMIN_STRESS_LEVEL, at, level);
        }
    }

    fn monitoring(&mut self, message: &Message<'_>) {
        let now = match (message.fit_time(), message.unsigned(Monitoring::TIMESTAMP_16)) {
            (Some(time), _) => time,
            (None, Some(low)) => self.clock.wrapping_add((low as u32).wrapping_sub(self.clock) & 0xFFFF),
            (None, None) => return,
        };
        self.clock = now;
        if let Some(rate) = message.number(Monitoring::HEART_RATE).filter(|rate| *rate > 0.0) {
            self.columns.push(SeriesType::HEART_RATE, instant(now), rate);
        }
        self.steps(message, now);
    }

    /// Counters run from the start of the day; the difference to the one before is what was done between.
    fn steps(&mut self, message: &Message<'_>, now: u32) {
        let packed = message.unsigned(Monitoring::CURRENT_ACTIVITY_TYPE_INTENSITY).map(|bits| bits & 0x1F);
        let Some(kind) = message.unsigned(Monitoring::ACTIVITY_TYPE).or(packed) else { return };
        let on_foot = [ActivityType::RUNNING, ActivityType::WALKING].iter().any(|foot| u64::from(foot.0) == kind);
        let Some(count) = message.number(Monitoring::CYCLES).filter(|_| on_foot) else { return };
        if let Some((since, before)) = self.counters.insert(kind, (now, count)) {
            let steps = if count >= before { count - before } else { count };
            if steps > 0.0 && now > since {
                let duration_us = i64::from(now - since) * 1_000_000;
                self.columns.push_point(SeriesType::STEPS, Point { start: instant(since), duration_us, value: steps });
            }
        }
    }
}
