//! Events as Observations: the whole with a component for each number, word or flag that is known of it; of a night
//! also each stage, as a member with its own time. What a workout consists of is in `members`.

use super::{
    codes::{self, EXERCISE, SLEEP},
    resource::{Component, Concept, EVENT, Effective, FIELD, Identifier, Observation, Quantity, SLEEP_STAGE, Value},
    units,
    writer::{FhirWriter, meta},
};
use crate::{
    events::{Event, EventDetail},
    when::date_time,
};
use model::{HealthSnapshotDetail, LocalOffset, StageInterval, Timestamp, derived_id};
use serde_json::Map;

impl FhirWriter {
    /// The event, before it its members.
    pub(super) fn event_observations<'e>(
        &self,
        event: &'e Event<'_>,
        values: &'e Map<String, serde_json::Value>,
    ) -> Vec<Observation<'e>> {
        let stages = match event.detail {
            EventDetail::Sleep(detail) => detail.stages.as_slice(),
            _ => &[],
        };
        let mut observations: Vec<Observation<'e>> = stages.iter().map(|stage| self.stage(event, stage)).collect();
        if let EventDetail::Workout(_) = event.detail {
            observations.extend(self.members(event, values));
        }
        let members: Vec<_> = observations.iter().map(|member| self.reference("Observation", &member.id)).collect();
        let (code, value, own) = headline(event, values);
        let mut component: Vec<Component<'e>> = values
            .iter()
            .filter(|(name, _)| Some(name.as_str()) != own)
            .filter_map(|(name, it)| field(name, it))
            .collect();
        if let EventDetail::HealthSnapshot(detail) = event.detail {
            component.extend(snapshot(detail));
        }
        // an Observation says a value, has components or members, or says that it has none
        let is_empty = value.is_none() && component.is_empty() && members.is_empty();
        let value = if is_empty { Some(Value::Absent(Concept::unknown())) } else { value };
        let effective = effective(event.start, event.end, event.offset);
        let whole = self.of_event(event, event.id.clone(), code, effective, value);
        observations.push(Observation { has_member: members, component, ..whole });
        observations
    }

    fn stage<'e>(&self, event: &Event<'_>, stage: &StageInterval) -> Observation<'e> {
        let (from, to) = (stage.start_time.as_micros().to_be_bytes(), stage.end_time.as_micros().to_be_bytes());
        let name = stage.stage.as_str();
        let id = derived_id(&[b"sleep_stage", event.id.as_bytes(), &from, &to, name.as_bytes()]).to_string();
        let effective = effective(stage.start_time, stage.end_time, event.offset);
        let value = Value::Concept(Concept::coded(&[], SLEEP_STAGE, name));
        self.of_event(event, id, Concept::coded(&[], EVENT, "sleep_stage"), effective, Some(value))
    }

    pub(super) fn of_event<'e>(
        &self,
        event: &Event<'_>,
        id: String,
        code: Concept<'e>,
        effective: Effective,
        value: Option<Value<'e>>,
    ) -> Observation<'e> {
        Observation {
            resource_type: "Observation",
            identifier: [Identifier { system: "urn:wearhouse:event", value: id.clone() }],
            id,
            meta: meta(Some(event.source), None),
            status: "final",
            category: Some([Concept::activity()]),
            code,
            subject: self.subject(),
            effective,
            value,
            method: None,
            device: self.device_of(Some(event.source)),
            has_member: Vec::new(),
            component: Vec::new(),
        }
    }
}

pub(super) fn effective(start: Timestamp, end: Timestamp, offset: Option<LocalOffset>) -> Effective {
    if end <= start {
        return Effective::At(date_time(start, offset));
    }
    Effective::During { start: date_time(start, offset), end: date_time(end, offset) }
}

/// What an event is called, its value, and the field that this value is.
fn headline<'e>(
    event: &Event<'_>,
    values: &Map<String, serde_json::Value>,
) -> (Concept<'e>, Option<Value<'e>>, Option<&'static str>) {
    let number = |name: &'static str| {
        let value = values.get(name).and_then(serde_json::Value::as_f64)?;
        Some((Value::Quantity(Quantity::new(value, units::of_field(name))), name))
    };
    let (loinc, found): (&[codes::Loinc], _) = match event.detail {
        EventDetail::Workout(_) => (&[EXERCISE], number("duration_s").or_else(|| number("elapsed_s"))),
        EventDetail::Sleep(_) => (&[SLEEP], number("asleep_s")),
        EventDetail::Score(_) => (&[], number("value")),
        _ => (&[], None),
    };
    let (value, own) = found.unzip();
    (Concept::coded(loinc, EVENT, event.detail.kind()), value, own)
}

pub(super) fn field<'e>(name: &'e str, value: &serde_json::Value) -> Option<Component<'e>> {
    use serde_json::Value as Json;
    let value = match value {
        Json::Number(number) => Value::Quantity(Quantity::new(number.as_f64()?, units::of_field(name))),
        Json::Bool(flag) => Value::Flag(*flag),
        // FHIR has no text without letters
        Json::String(text) if text.trim().is_empty() => return None,
        Json::String(text) => match Timestamp::parse_rfc3339(text) {
            Some(at) => Value::Time(date_time(at, None)),
            None => Value::Text(text.clone()),
        },
        Json::Null | Json::Array(_) | Json::Object(_) => return None,
    };
    let loinc = codes::of_field(name);
    Some(Component { code: Concept::coded(loinc.as_slice(), FIELD, name), value })
}

/// The readings of a snapshot, each with its lowest, highest and average.
fn snapshot<'e>(detail: &'e HealthSnapshotDetail) -> impl Iterator<Item = Component<'e>> {
    detail.readings.iter().flat_map(|reading| {
        let name = reading.series.as_deref().unwrap_or("unknown");
        let unit = reading.series.as_deref().and_then(model::SeriesType::find).map_or(("1", "1"), units::of_series);
        let values = [("lowest", reading.min), ("highest", reading.max), ("average", reading.avg)];
        values.into_iter().filter_map(move |(which, value)| {
            let code =
                Concept { text: Some(format!("{which} {name}")), ..Concept::coded(&[], super::resource::SERIES, name) };
            Some(Component { code, value: Value::Quantity(Quantity::new(value.filter(|it| it.is_finite())?, unit)) })
        })
    })
}
