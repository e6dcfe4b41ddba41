//! What is measured outside workouts: scales, cuffs, and the values that a watch takes through the day.

use super::{
    day::Day,
    hsa,
    sleep::{Sleep, SleepScore},
    wire::Message,
};
use crate::columns::{Column, Columns};
use model::{Context, Issue, IssueCode, Point, SeriesType};
use rustyfit::profile::{
    mesgdef::{
        BeatIntervals, BloodPressure, HrvStatusSummary, HrvValue, MaxMetData, MonitoringHrData, RespirationRate,
        SkinTempOvernight, Spo2Data, StressLevel, WeightScale,
    },
    typedef::{MesgNum, Sport},
};
use std::collections::BTreeSet;

/// What a scale says while it is still computing.
const COMPUTING: u64 = 0xFFFE;

#[derive(Default)]
pub(super) struct Health {
    columns: Columns,
    /// People known to the scale or cuff that used it.
    people: BTreeSet<u64>,
    day: Day,
    sleep: Sleep,
}

impl Health {
    /// Reads a message, if it is of a kind that is measured outside workouts; whether it is.
    pub(super) fn message(&mut self, message: &Message<'_>) -> bool {
        match MesgNum(message.number) {
            MesgNum::WEIGHT_SCALE => self.weight(message),
            MesgNum::BLOOD_PRESSURE => self.blood_pressure(message),
            MesgNum::MONITORING_INFO => self.day.begin(message),
            MesgNum::MONITORING => self.day.monitoring(message, &mut self.columns),
            MesgNum::MONITORING_HR_DATA => self.resting_heart_rate(message),
            MesgNum::STRESS_LEVEL => self.stress(message),
            MesgNum::SPO2_DATA => self.one(message, Spo2Data::READING_SPO2, 1.0, SeriesType::OXYGEN_SATURATION),
            MesgNum::RESPIRATION_RATE => {
                self.one(message, RespirationRate::RESPIRATION_RATE, 100.0, SeriesType::RESPIRATORY_RATE);
            }
            MesgNum::HRV_VALUE => {
                self.one(message, HrvValue::VALUE, 128.0, SeriesType::HEART_RATE_VARIABILITY_RMSSD);
            }
            MesgNum::HRV_STATUS_SUMMARY => self.night_variability(message),
            MesgNum::MAX_MET_DATA => self.fitness(message),
            MesgNum::SKIN_TEMP_OVERNIGHT => self.skin_temperature(message),
            MesgNum::BEAT_INTERVALS => self.beats(message),
            MesgNum::SLEEP_LEVEL => self.sleep.level(message),
            MesgNum::SLEEP_ASSESSMENT => self.sleep.assessment(message),
            _ => return hsa::read(message, &mut self.columns),
        }
        true
    }

    /// Ends the nights of a part, before its columns are taken.
    pub(super) fn take_sleep(&mut self) -> (Option<SleepScore>, Option<Issue>) {
        self.sleep.take(&mut self.columns)
    }

    /// Ends a part: its columns, or why there are none.
    pub(super) fn take(&mut self) -> Result<Vec<Column>, Issue> {
        let columns = self.columns.take();
        let people = std::mem::take(&mut self.people);
        self.day = Day::default();
        // Whose weight is whose cannot be known; a wrong person's is worse than none.
        if people.len() > 1 {
            let message = "several people used the device, and the file does not say who is who";
            return Err(Issue::new(IssueCode::Invalid, "user_profile_index", message));
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

    fn person(&mut self, message: &Message<'_>, field: u8) {
        if let Some(person) = message.unsigned(field).filter(|_| self.people.len() < 2) {
            self.people.insert(person);
        }
    }

    fn weight(&mut self, message: &Message<'_>) {
        self.person(message, WeightScale::USER_PROFILE_INDEX);
        if message.unsigned(WeightScale::WEIGHT) != Some(COMPUTING) {
            self.one(message, WeightScale::WEIGHT, 100.0, SeriesType::WEIGHT);
        }
        self.one(message, WeightScale::PERCENT_FAT, 100.0, SeriesType::BODY_FAT_PERCENTAGE);
        self.one(message, WeightScale::PERCENT_HYDRATION, 100.0, SeriesType::BODY_WATER_PERCENTAGE);
        self.one(message, WeightScale::BONE_MASS, 100.0, SeriesType::BONE_MASS);
        self.one(message, WeightScale::MUSCLE_MASS, 100.0, SeriesType::MUSCLE_MASS);
        self.one(message, WeightScale::BMI, 10.0, SeriesType::BODY_MASS_INDEX);
    }

    fn blood_pressure(&mut self, message: &Message<'_>) {
        self.person(message, BloodPressure::USER_PROFILE_INDEX);
        self.one(message, BloodPressure::SYSTOLIC_PRESSURE, 1.0, SeriesType::BLOOD_PRESSURE_SYSTOLIC);
        self.one(message, BloodPressure::DIASTOLIC_PRESSURE, 1.0, SeriesType::BLOOD_PRESSURE_DIASTOLIC);
        self.one(message, BloodPressure::HEART_RATE, 1.0, SeriesType::HEART_RATE);
    }

    /// Of the day where it says, else the average of a week that stands in for it.
    fn resting_heart_rate(&mut self, message: &Message<'_>) {
        let day = MonitoringHrData::CURRENT_DAY_RESTING_HEART_RATE;
        let field = if message.number(day).is_some() { day } else { MonitoringHrData::RESTING_HEART_RATE };
        self.one(message, field, 1.0, SeriesType::RESTING_HEART_RATE);
    }

    fn stress(&mut self, message: &Message<'_>) {
        let at = message.instant(StressLevel::STRESS_LEVEL_TIME);
        let level = message.number(StressLevel::STRESS_LEVEL_VALUE).filter(|level| *level >= 0.0);
        if let (Some(at), Some(level)) = (at, level) {
            self.columns.push(SeriesType::GARMIN_STRESS_LEVEL, at, level);
        }
    }

    /// What sums a night up is no sample of it.
    fn night_variability(&mut self, message: &Message<'_>) {
        let Some(at) = message.time() else { return };
        let fields = [
            (HrvStatusSummary::LAST_NIGHT_AVERAGE, SeriesType::HEART_RATE_VARIABILITY_RMSSD),
            (HrvStatusSummary::LAST_NIGHT_5_MIN_HIGH, SeriesType::HEART_RATE_VARIABILITY_5_MIN_HIGH),
        ];
        for (field, series) in fields {
            if let Some(value) = message.scaled(field, 128.0).filter(|value| *value > 0.0) {
                self.columns.push_apart(series, Context::DAILY, Point::at(at, value));
            }
        }
    }

    fn fitness(&mut self, message: &Message<'_>) {
        let at = message.instant(MaxMetData::UPDATE_TIME).or_else(|| message.time());
        let value = message.scaled(MaxMetData::VO2_MAX, 10.0).filter(|value| *value > 0.0);
        let cycling = message.unsigned(MaxMetData::SPORT) == Some(u64::from(Sport::CYCLING.0));
        let series = if cycling { SeriesType::VO2_MAX_CYCLING } else { SeriesType::VO2_MAX };
        if let (Some(at), Some(value)) = (at, value) {
            self.columns.push(series, at, value);
        }
    }

    fn skin_temperature(&mut self, message: &Message<'_>) {
        if let (Some(at), Some(deviation)) = (message.time(), message.number(SkinTempOvernight::AVERAGE_DEVIATION)) {
            self.columns.push(SeriesType::SKIN_TEMPERATURE_DEVIATION, at, deviation);
        }
    }

    /// The first beat ends the first interval after the message's time.
    fn beats(&mut self, message: &Message<'_>) {
        let (Some(time), Some(intervals)) = (message.time(), message.find(BeatIntervals::TIME)) else { return };
        let fraction = message.number(BeatIntervals::TIMESTAMP_MS).unwrap_or(0.0);
        let mut at = time.plus_micros((fraction * 1000.0) as i64);
        for milliseconds in intervals.numbers().flatten().filter(|milliseconds| *milliseconds > 0.0) {
            at = at.plus_micros((milliseconds * 1000.0) as i64);
            self.columns.push(SeriesType::RR_INTERVAL, at, milliseconds);
        }
    }
}
