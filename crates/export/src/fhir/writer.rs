//! Resources one after the other: a line each, or entries of one Bundle.

use super::{
    resource::{Device, DeviceName, Identifier, Meta, Patient, Reference, Version},
    sampled,
};
use crate::{
    events::Event,
    record::{About, Reading, Sample, readings},
};
use model::{DeviceType, Source, derived_id};
use serde::Serialize;

/// Writes resources.
pub(crate) struct FhirWriter {
    pub(super) about: About,
    is_bundle: bool,
    has_entry: bool,
}

impl FhirWriter {
    pub(crate) fn lines(about: About) -> Self {
        Self { about, is_bundle: false, has_entry: false }
    }

    pub(crate) fn bundle(about: About) -> Self {
        Self { about, is_bundle: true, has_entry: false }
    }

    pub(crate) fn begin(&mut self, sources: &[Source], out: &mut Vec<u8>) -> serde_json::Result<()> {
        if self.is_bundle {
            let at = self.about.written_at;
            let head =
                format!("{{\"resourceType\":\"Bundle\",\"type\":\"collection\",\"timestamp\":\"{at}\",\"entry\":[");
            out.extend_from_slice(head.as_bytes());
        }
        let id = self.about.user.to_string();
        let identifier = [Identifier { system: "urn:wearhouse:user", value: id.clone() }];
        self.put(&id, &Patient { resource_type: "Patient", id: id.clone(), identifier }, out)?;
        sources.iter().try_for_each(|source| {
            let id = self.device_id(source);
            self.put(&id, &self.device(&id, source), out)
        })
    }

    pub(crate) fn samples(&mut self, samples: &[Sample<'_>], out: &mut Vec<u8>) -> serde_json::Result<()> {
        if !self.about.sampled {
            return readings(samples).iter().try_for_each(|reading| self.reading(reading, out));
        }
        let (runs, alone) = sampled::split(samples);
        for run in runs.iter().filter_map(|run| self.run(run)).collect::<Vec<_>>() {
            self.put(&run.id, &run, out)?;
        }
        readings(&alone).iter().try_for_each(|reading| self.reading(reading, out))
    }

    fn reading(&mut self, reading: &Reading<'_, '_>, out: &mut Vec<u8>) -> serde_json::Result<()> {
        let Some(observation) = self.observation(reading) else { return Ok(()) };
        self.put(&observation.id, &observation, out)
    }

    pub(crate) fn event(&mut self, event: &Event<'_>, out: &mut Vec<u8>) -> serde_json::Result<()> {
        let values = event.detail.values()?;
        for observation in self.event_observations(event, &values) {
            self.put(&observation.id, &observation, out)?;
        }
        Ok(())
    }

    pub(crate) fn finish(self, out: &mut Vec<u8>) {
        if self.is_bundle {
            out.extend_from_slice(b"\n]}\n");
        }
    }

    pub(crate) fn break_off(&self, out: &mut Vec<u8>) {
        if !self.is_bundle {
            out.extend_from_slice(
                b"{\"resourceType\":\"OperationOutcome\",\"issue\":[{\"severity\":\"fatal\",\"code\":\"incomplete\",\
                \"diagnostics\":\"truncated: reading failed here\"}]}\n",
            );
        }
    }

    /// Bundles are read on their own, so there things are named by their id alone.
    pub(super) fn reference(&self, kind: &str, id: &str) -> Reference {
        let reference = if self.is_bundle { format!("urn:uuid:{id}") } else { format!("{kind}/{id}") };
        Reference { reference }
    }

    pub(super) fn subject(&self) -> Reference {
        self.reference("Patient", &self.about.user.to_string())
    }

    pub(super) fn device_of(&self, source: Option<&Source>) -> Option<Reference> {
        source.map(|source| self.reference("Device", &self.device_id(source)))
    }

    fn device_id(&self, source: &Source) -> String {
        derived_id(&[b"device", self.about.user.as_bytes(), source.identity().as_bytes()]).to_string()
    }

    fn device<'s>(&self, id: &str, source: &'s Source) -> Device<'s> {
        let name = match &source.device {
            Some(device) => DeviceName { name: device, kind: "model-name" },
            None => DeviceName { name: source.app.as_deref().unwrap_or(source.provider.as_str()), kind: "other" },
        };
        Device {
            resource_type: "Device",
            id: id.to_owned(),
            meta: meta(Some(source), None),
            identifier: [Identifier { system: "urn:wearhouse:source", value: id.to_owned() }],
            device_name: [name],
            kind: source.device_type.map(|kind| super::resource::Concept::text(DeviceType::as_str(kind))),
            version: source.software_version.as_deref().map(|value| [Version { value }]),
            patient: self.subject(),
        }
    }

    fn put(&mut self, id: &str, resource: &impl Serialize, out: &mut Vec<u8>) -> serde_json::Result<()> {
        if !self.is_bundle {
            serde_json::to_writer(&mut *out, resource)?;
            out.push(b'\n');
            return Ok(());
        }
        let comma = if std::mem::replace(&mut self.has_entry, true) { "," } else { "" };
        out.extend_from_slice(format!("{comma}\n{{\"fullUrl\":\"urn:uuid:{id}\",\"resource\":").as_bytes());
        serde_json::to_writer(&mut *out, resource)?;
        out.push(b'}');
        Ok(())
    }
}

/// Where a resource comes from, and which profile it meets.
pub(super) fn meta(source: Option<&Source>, profile: Option<&'static str>) -> Meta {
    let source = source.map(|source| format!("urn:wearhouse:provider:{}", source.provider));
    Meta { source, profile: profile.map(|profile| [profile]) }
}
