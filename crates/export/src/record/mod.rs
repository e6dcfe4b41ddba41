//! A whole record as resources, one after the other: as FHIR R4 (a resource a line, or one Bundle) or as data points of
//! Open mHealth. A writer is given what was read and fills a buffer, so that a record of any length takes the memory
//! of one reading.

mod id;
mod reading;
#[cfg(test)]
pub(crate) mod tests;

use crate::{events::Event, fhir::FhirWriter, omh::OmhWriter, samples::SampleRow};
use model::{Context, SeriesType, Source, Timestamp, UserId};

pub(crate) use id::point_id;
pub(crate) use reading::{Reading, readings};

/// What a record is written as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RecordFormat {
    /// FHIR R4, a resource a line, as bulk data is.
    Fhir,
    /// FHIR R4, one Bundle of the type `collection`.
    FhirBundle,
    /// Open mHealth, a data point a line.
    OpenMHealth,
}

/// Whose record it is, and what of it.
#[derive(Clone, Copy, Debug)]
pub struct About {
    /// The user.
    pub user: UserId,
    /// When it is written.
    pub written_at: Timestamp,
    /// If samples are summaries of buckets, the name of the resolution.
    pub summary: Option<&'static str>,
    /// Whether what several sources told is one record: its samples have ids of their own.
    pub is_merged: bool,
    /// Whether FHIR has samples at a regular pace together.
    pub sampled: bool,
}

impl About {
    /// A user's record as it is kept.
    #[must_use]
    pub fn of(user: UserId, written_at: Timestamp) -> Self {
        Self { user, written_at, summary: None, is_merged: false, sampled: false }
    }
}

/// A sample and what tells it apart from others.
#[derive(Clone, Copy, Debug)]
pub struct Sample<'a> {
    /// What was measured.
    pub series: SeriesType,
    /// The number of the source that it is kept under.
    pub source: i32,
    /// What keeps it apart there.
    pub context: Context,
    /// How many before it in the record have all of this and their time in common with it.
    pub twin: u32,
    /// The sample.
    pub row: SampleRow<'a>,
}

/// Writes a record.
pub struct RecordWriter(Kind);

enum Kind {
    Fhir(FhirWriter),
    OpenMHealth(OmhWriter),
}

impl RecordWriter {
    /// Begins a record.
    #[must_use]
    pub fn new(format: RecordFormat, about: About) -> Self {
        Self(match format {
            RecordFormat::Fhir => Kind::Fhir(FhirWriter::lines(about)),
            RecordFormat::FhirBundle => Kind::Fhir(FhirWriter::bundle(about)),
            RecordFormat::OpenMHealth => Kind::OpenMHealth(OmhWriter::new(about)),
        })
    }

    /// Says whose record it is and who measured.
    ///
    /// # Errors
    /// What JSON has no way to write.
    pub fn begin(&mut self, sources: &[Source], out: &mut Vec<u8>) -> serde_json::Result<()> {
        match &mut self.0 {
            Kind::Fhir(writer) => writer.begin(sources, out),
            Kind::OpenMHealth(_) => Ok(()),
        }
    }

    /// Adds samples in order of time. Those of both blood pressures come together, so that pairs find each other.
    ///
    /// # Errors
    /// What JSON has no way to write.
    pub fn samples(&mut self, samples: &[Sample<'_>], out: &mut Vec<u8>) -> serde_json::Result<()> {
        match &mut self.0 {
            Kind::Fhir(writer) => writer.samples(samples, out),
            Kind::OpenMHealth(writer) => readings(samples).iter().try_for_each(|reading| writer.reading(reading, out)),
        }
    }

    /// Adds an event.
    ///
    /// # Errors
    /// What JSON has no way to write.
    pub fn event(&mut self, event: &Event<'_>, out: &mut Vec<u8>) -> serde_json::Result<()> {
        match &mut self.0 {
            Kind::Fhir(writer) => writer.event(event, out),
            Kind::OpenMHealth(writer) => writer.event(event, out),
        }
    }

    /// Appends what ends the record.
    pub fn finish(self, out: &mut Vec<u8>) {
        if let Kind::Fhir(writer) = self.0 {
            writer.finish(out);
        }
    }

    /// Appends the sign that the record broke off here. A Bundle needs none: without its end it is no JSON.
    pub fn break_off(&self, out: &mut Vec<u8>) {
        match &self.0 {
            Kind::Fhir(writer) => writer.break_off(out),
            Kind::OpenMHealth(_) => {
                out.extend_from_slice(b"{\"truncated\":true,\"detail\":\"reading failed here\"}\n");
            }
        }
    }
}
