//! `sleeps`: a night with its stages, its naps and its score.

use crate::json::{Lenient, List, Offsets, Said, wire};
use serde::de::MapAccess;

wire! {
    /// An item of `sleeps`.
    Sleep {
        callback_url: String = "callbackURL",
        summary_id: String = "summaryId",
        calendar_date: String = "calendarDate",
        start: f64 = "startTimeInSeconds",
        offset: f64 = "startTimeOffsetInSeconds",
        duration: f64 = "durationInSeconds",
        unmeasurable: f64 = "unmeasurableSleepDurationInSeconds" | "unmeasurableSleepInSeconds",
        deep: f64 = "deepSleepDurationInSeconds" | "deepSleepInSeconds",
        light: f64 = "lightSleepDurationInSeconds" | "lightSleepInSeconds",
        rem: f64 = "remSleepInSeconds" | "remSleepDurationInSeconds",
        awake: f64 = "awakeDurationInSeconds",
        levels: Named<List<Span>> = "sleepLevelsMap",
        validation: String = "validation",
        respiration: Offsets = "timeOffsetSleepRespiration",
        spo2: Offsets = "timeOffsetSleepSpo2",
        score: Judgement = "overallSleepScore",
        scores: Named<Judgement> = "sleepScores",
        naps: List<Nap> = "naps",
    }
    /// A stage from one instant to another.
    Span {
        start: f64 = "startTimeInSeconds",
        end: f64 = "endTimeInSeconds",
    }
    /// An item of `naps`.
    Nap {
        start: f64 = "napStartTimeInSeconds",
        offset: f64 = "napOffsetInSeconds",
        duration: f64 = "napDurationInSeconds",
        validation: String = "napValidation",
    }
}

/// A score, or a part of one.
#[derive(Clone, Debug, Default)]
pub(crate) struct Judgement {
    pub(crate) value: Option<f64>,
    pub(crate) qualifier: Option<String>,
}

impl Lenient for Judgement {
    fn from_integer(number: i128) -> Option<Self> {
        Self::from_float(number as f64)
    }
    fn from_float(number: f64) -> Option<Self> {
        Some(Self { value: f64::from_float(number), qualifier: None })
    }
    fn from_text(text: &str) -> Option<Self> {
        Some(Self { value: None, qualifier: Some(text.to_owned()) })
    }
    fn from_map<'de, A: MapAccess<'de>>(map: A) -> Result<Option<Self>, A::Error> {
        let Some(wire) = Words::from_map(map)? else { return Ok(None) };
        if wire.value.is_unreadable() || wire.qualifier.is_unreadable() {
            return Ok(None);
        }
        Ok(Some(Self { value: wire.value.into_value(), qualifier: wire.qualifier.into_value() }))
    }
}

wire! {
    /// A score as an object.
    Words {
        value: f64 = "value",
        qualifier: String = "qualifierKey",
    }
}

/// An object whose keys are names: what each holds, in the order given.
#[derive(Clone, Debug)]
pub(crate) struct Named<T> {
    pub(crate) entries: Vec<(String, T)>,
    pub(crate) unreadable: u32,
}

impl<T: Lenient> Lenient for Named<T> {
    fn from_map<'de, A: MapAccess<'de>>(mut map: A) -> Result<Option<Self>, A::Error> {
        let mut read = Self { entries: Vec::new(), unreadable: 0 };
        while let Some(key) = map.next_key::<String>()? {
            match map.next_value()? {
                Said::Value(value) => read.entries.push((key, value)),
                Said::Unreadable => read.unreadable = read.unreadable.saturating_add(1),
                Said::Nothing => {}
            }
        }
        Ok(Some(read))
    }
}
