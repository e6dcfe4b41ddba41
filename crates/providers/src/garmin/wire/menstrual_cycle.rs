//! `mct`: a menstrual cycle as it is known on one of its days.

use crate::json::{Lenient, wire};
use serde::de::{
    Deserialize, Error, MapAccess, SeqAccess,
    value::{MapAccessDeserializer, SeqAccessDeserializer},
};
use serde_json::Value;

wire! {
    /// An item of `mct`.
    MenstrualCycle {
        callback_url: String = "callbackURL",
        period_start: String = "periodStartDate",
        offset: f64 = "startTimeOffsetInSeconds",
        day_in_cycle: f64 = "dayInCycle",
        period_length: f64 = "periodLength",
        current_phase: f64 = "currentPhase",
        current_phase_type: String = "currentPhaseType",
        length_of_current_phase: f64 = "lengthOfCurrentPhase",
        days_until_next_phase: f64 = "daysUntilNextPhase",
        predicted_cycle_length: f64 = "predictedCycleLength",
        is_predicted_cycle: bool = "isPredictedCycle",
        cycle_length: f64 = "cycleLength",
        has_specified_cycle_length: bool = "hasSpecifiedCycleLength",
        has_specified_period_length: bool = "hasSpecifiedPeriodLength",
        fertile_window_start: f64 = "fertileWindowStart",
        length_of_fertile_window: f64 = "lengthOfFertileWindow",
        last_updated: f64 = "lastUpdatedTimeInSeconds",
        pregnancy: Objects = "pregnancySnapshot",
    }
}

/// One object or a list of them, as the text of a JSON list.
#[derive(Clone, Debug)]
pub(crate) struct Objects(pub(crate) String);

impl Lenient for Objects {
    fn from_list<'de, A: SeqAccess<'de>>(list: A) -> Result<Option<Self>, A::Error> {
        let list = Vec::<Value>::deserialize(SeqAccessDeserializer::new(list))?;
        text(&list).map(|text| list.iter().all(Value::is_object).then_some(Self(text)))
    }
    fn from_map<'de, A: MapAccess<'de>>(map: A) -> Result<Option<Self>, A::Error> {
        let map = Value::deserialize(MapAccessDeserializer::new(map))?;
        text(&[map]).map(|text| Some(Self(text)))
    }
}

fn text<E: Error>(list: &[Value]) -> Result<String, E> {
    serde_json::to_string(list).map_err(E::custom)
}
