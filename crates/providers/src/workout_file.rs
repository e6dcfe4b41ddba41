//! A workout's file, read as what its bytes are.

use crate::{json::note, sniff::sniff};
use formats::{
    fit::{self, FitFile},
    gpx, tcx,
    track::{self, TrackFile},
};
use model::{FileFormat, Issue, IssueCode, Mapped, PartMeta, ProviderName, Record, WorkoutRecord};
use std::io::Read;

/// A file of one of the formats.
pub(crate) enum WorkoutFile {
    Fit(Box<FitFile>),
    Track(TrackFile),
}

impl WorkoutFile {
    /// Reads a file. The bytes say better than anyone else what its format is; what was said is believed
    /// where they do not. `None`, and an issue, when nobody knows.
    pub(crate) fn read(part_type: &str, meta: &PartMeta, body: &mut dyn Read, mapped: &mut Mapped) -> Option<Self> {
        let mut sniffed = sniff(body);
        let Some(format) = sniffed.format.or(meta.format) else {
            note(&mut mapped.issues, IssueCode::Unknown, part_type, "files of this format are not read; it is kept");
            return None;
        };
        if let Some(said) = meta.format.filter(|said| *said != format) {
            let message = format!("said to be {said}, but the bytes are {format}");
            note(&mut mapped.issues, IssueCode::Invalid, "fileType", &message);
        }
        mapped.format = Some(format);
        let body = &mut sniffed.body;
        let file = match format {
            FileFormat::Fit => Self::Fit(Box::new(fit::read(body))),
            FileFormat::Tcx => Self::Track(tcx::read(body)),
            FileFormat::Gpx => Self::Track(gpx::read(body)),
        };
        mapped.issues.extend_from_slice(file.issues());
        Some(file)
    }

    /// What could not be read of it.
    fn issues(&self) -> &[Issue] {
        match self {
            Self::Fit(file) => &file.issues,
            Self::Track(file) => &file.issues,
        }
    }

    /// The rank of what it says. A file that was cut or damaged ranks below all: a later copy of that
    /// kind never replaces what a whole file told, and a whole one replaces what it told.
    pub(crate) fn rank(&self, whole: i32) -> i32 {
        let damaged = match self {
            Self::Fit(file) => file.damaged,
            Self::Track(file) => file.damaged,
        };
        if damaged { 0 } else { whole }
    }

    /// All of it as one workout that is known by an id.
    pub(crate) fn to_workout(&self, external_id: &str, provider: ProviderName) -> Option<WorkoutRecord> {
        match self {
            Self::Fit(file) => fit::to_workout(file, external_id, fit::source_of(file, provider)),
            Self::Track(file) => track::to_workout(file, external_id, track::source_of(file, provider)),
        }
    }

    /// Everything in it, with identities of its own.
    pub(crate) fn to_records(&self, provider: ProviderName) -> Vec<Record> {
        match self {
            Self::Fit(file) => fit::to_records(file, provider),
            Self::Track(file) => track::to_records(file, provider),
        }
    }
}
