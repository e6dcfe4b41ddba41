//! Open mHealth: data points, each a header (which schema, whose, from where) and a body. `schemas` says which series
//! has which schema; what has none is a data point in the namespace of this project, so that the record is whole.

mod body;
mod schemas;
#[cfg(test)]
mod tests;

use crate::{
    events::Event,
    record::{About, Reading, point_id},
};
use body::{Body, event_bodies, reading_body};
use model::{Context, Source, Timestamp};
use serde::Serialize;
use serde_json::{Map, Value};

/// Writes data points, one a line.
pub(crate) struct OmhWriter {
    about: About,
}

#[derive(Serialize)]
struct DataPoint<'a> {
    header: Header<'a>,
    body: &'a Map<String, Value>,
}

#[derive(Serialize)]
struct Header<'a> {
    id: &'a str,
    creation_date_time: Timestamp,
    schema_id: schemas::SchemaId,
    #[serde(skip_serializing_if = "Option::is_none")]
    acquisition_provenance: Option<Provenance>,
    user_id: String,
}

#[derive(Serialize)]
struct Provenance {
    source_name: String,
    modality: &'static str,
}

impl OmhWriter {
    pub(crate) fn new(about: About) -> Self {
        Self { about }
    }

    pub(crate) fn reading(&mut self, reading: &Reading<'_, '_>, out: &mut Vec<u8>) -> serde_json::Result<()> {
        let Some(first) = reading.first() else { return Ok(()) };
        let modality = if first.context == Context::MANUAL { "self-reported" } else { "sensed" };
        let provenance = first.row.source.map(|source| provenance(source, modality));
        self.put(&point_id(&self.about, first), provenance, reading_body(reading), out)
    }

    pub(crate) fn event(&mut self, event: &Event<'_>, out: &mut Vec<u8>) -> serde_json::Result<()> {
        let values = event.detail.values()?;
        let by_hand = values.get("manual").and_then(Value::as_bool).unwrap_or(false);
        let modality = if by_hand { "self-reported" } else { "sensed" };
        for (id, body) in event_bodies(event, &values) {
            self.put(&id, Some(provenance(event.source, modality)), body, out)?;
        }
        Ok(())
    }

    fn put(&self, id: &str, provenance: Option<Provenance>, body: Body, out: &mut Vec<u8>) -> serde_json::Result<()> {
        let header = Header {
            id,
            creation_date_time: self.about.written_at,
            schema_id: body.schema,
            acquisition_provenance: provenance,
            user_id: self.about.user.to_string(),
        };
        serde_json::to_writer(&mut *out, &DataPoint { header, body: &body.fields })?;
        out.push(b'\n');
        Ok(())
    }
}

fn provenance(source: &Source, modality: &'static str) -> Provenance {
    let source_name = match &source.device {
        Some(device) => format!("{} {device}", source.provider),
        None => source.provider.to_string(),
    };
    Provenance { source_name, modality }
}
