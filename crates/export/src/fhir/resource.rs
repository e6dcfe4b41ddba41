//! Resources as they are written; only what this house has to say of them.

use serde::Serialize;

pub(super) const LOINC: &str = "http://loinc.org";
pub(super) const UCUM: &str = "http://unitsofmeasure.org";
/// Own codes: series; totals of whole days; kinds of events; fields of events; sleep stages.
pub(super) const SERIES: &str = "urn:wearhouse:series";
pub(super) const DAILY_TOTAL: &str = "urn:wearhouse:daily-total";
pub(super) const EVENT: &str = "urn:wearhouse:event";
pub(super) const FIELD: &str = "urn:wearhouse:field";
pub(super) const SLEEP_STAGE: &str = "urn:wearhouse:sleep-stage";

const CATEGORY: &str = "http://terminology.hl7.org/CodeSystem/observation-category";
const ABSENT: &str = "http://terminology.hl7.org/CodeSystem/data-absent-reason";

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Patient {
    pub(super) resource_type: &'static str,
    pub(super) id: String,
    pub(super) identifier: [Identifier; 1],
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Device<'a> {
    pub(super) resource_type: &'static str,
    pub(super) id: String,
    pub(super) meta: Meta,
    pub(super) identifier: [Identifier; 1],
    pub(super) device_name: [DeviceName<'a>; 1],
    #[serde(rename = "type", skip_serializing_if = "Option::is_none")]
    pub(super) kind: Option<Concept<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) version: Option<[Version<'a>; 1]>,
    pub(super) patient: Reference,
}

#[derive(Serialize)]
pub(super) struct DeviceName<'a> {
    pub(super) name: &'a str,
    #[serde(rename = "type")]
    pub(super) kind: &'static str,
}

#[derive(Serialize)]
pub(super) struct Version<'a> {
    pub(super) value: &'a str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Observation<'a> {
    pub(super) resource_type: &'static str,
    pub(super) id: String,
    pub(super) meta: Meta,
    pub(super) identifier: [Identifier; 1],
    pub(super) status: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) category: Option<[Concept<'a>; 1]>,
    pub(super) code: Concept<'a>,
    pub(super) subject: Reference,
    #[serde(flatten)]
    pub(super) effective: Effective,
    #[serde(flatten)]
    pub(super) value: Option<Value<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) method: Option<Concept<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) device: Option<Reference>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) has_member: Vec<Reference>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) component: Vec<Component<'a>>,
}

#[derive(Serialize)]
pub(super) struct Component<'a> {
    pub(super) code: Concept<'a>,
    #[serde(flatten)]
    pub(super) value: Value<'a>,
}

#[derive(Serialize)]
pub(super) enum Effective {
    #[serde(rename = "effectiveDateTime")]
    At(String),
    #[serde(rename = "effectivePeriod")]
    During { start: String, end: String },
}

/// What was measured, or that it is not known.
#[derive(Serialize)]
pub(super) enum Value<'a> {
    #[serde(rename = "valueQuantity")]
    Quantity(Quantity),
    #[serde(rename = "valueString")]
    Text(String),
    #[serde(rename = "valueBoolean")]
    Flag(bool),
    #[serde(rename = "valueDateTime")]
    Time(String),
    #[serde(rename = "valueCodeableConcept")]
    Concept(Concept<'a>),
    #[serde(rename = "valueSampledData")]
    Sampled(SampledData),
    #[serde(rename = "dataAbsentReason")]
    Absent(Concept<'a>),
}

/// Values at a regular pace.
#[derive(Serialize)]
pub(super) struct SampledData {
    /// Zero, in the unit of the values.
    pub(super) origin: Quantity,
    /// From one to the next, milliseconds.
    pub(super) period: f64,
    /// How many values an instant has.
    pub(super) dimensions: u8,
    /// The values, a space between them.
    pub(super) data: String,
}

#[derive(Serialize)]
pub(super) struct Quantity {
    pub(super) value: f64,
    pub(super) unit: &'static str,
    pub(super) system: &'static str,
    pub(super) code: &'static str,
}

impl Quantity {
    pub(super) fn new(value: f64, (unit, code): super::units::Ucum) -> Self {
        Self { value, unit, system: UCUM, code }
    }
}

#[derive(Serialize)]
pub(super) struct Meta {
    /// Which provider told it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) source: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) profile: Option<[&'static str; 1]>,
}

#[derive(Serialize)]
pub(super) struct Identifier {
    pub(super) system: &'static str,
    pub(super) value: String,
}

#[derive(Clone, Serialize)]
pub(super) struct Reference {
    pub(super) reference: String,
}

#[derive(Serialize)]
pub(super) struct Concept<'a> {
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) coding: Vec<Coding<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) text: Option<String>,
}

#[derive(Serialize)]
pub(super) struct Coding<'a> {
    pub(super) system: &'static str,
    pub(super) code: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) display: Option<&'static str>,
}

impl<'a> Concept<'a> {
    /// Codes of LOINC, then one of our own.
    pub(super) fn coded(loinc: &[super::codes::Loinc], system: &'static str, own: &'a str) -> Self {
        let loinc = loinc.iter().map(|(code, name)| Coding { system: LOINC, code, display: Some(name) });
        let own = Coding { system, code: own, display: None };
        Self { coding: loinc.chain([own]).collect(), text: None }
    }

    pub(super) fn loinc((code, name): super::codes::Loinc) -> Self {
        Self { coding: vec![Coding { system: LOINC, code, display: Some(name) }], text: None }
    }

    pub(super) fn text(text: impl Into<String>) -> Self {
        Self { coding: Vec::new(), text: Some(text.into()) }
    }

    pub(super) fn vital_signs() -> Self {
        Self {
            coding: vec![Coding { system: CATEGORY, code: "vital-signs", display: Some("Vital Signs") }],
            text: None,
        }
    }

    pub(super) fn activity() -> Self {
        Self { coding: vec![Coding { system: CATEGORY, code: "activity", display: Some("Activity") }], text: None }
    }

    pub(super) fn unknown() -> Self {
        Self { coding: vec![Coding { system: ABSENT, code: "unknown", display: Some("Unknown") }], text: None }
    }
}
