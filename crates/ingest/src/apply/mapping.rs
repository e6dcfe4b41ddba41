//! Runs the provider's mapper over parts, away from the async threads unless they are small.

use crate::{IngestError, Intake};
use model::Mapped;
use std::{
    io::{self, Read},
    panic::{AssertUnwindSafe, catch_unwind},
};
use store::{Body, Part};

/// Up to this much is mapped at once where it is: handing it to another thread would take longer.
const QUICK_BYTES: u64 = 32 * 1024;

/// A part and what it says.
pub(super) struct MappedPart {
    pub(super) part: Part,
    pub(super) mapped: Mapped,
}

pub(super) async fn map_all(intake: &Intake, parts: Vec<Part>) -> Vec<(Part, Result<Mapped, IngestError>)> {
    let is_quick = parts.iter().map(|part| part.size).sum::<u64>() <= QUICK_BYTES
        && parts.iter().all(|part| matches!(part.body, Body::Inline(_)));
    if is_quick {
        return all(intake, parts);
    }
    let intake = intake.clone();
    let mapping = tokio::task::spawn_blocking(move || all(&intake, parts));
    mapping.await.unwrap_or_default()
}

fn all(intake: &Intake, parts: Vec<Part>) -> Vec<(Part, Result<Mapped, IngestError>)> {
    let map = |part: Part| {
        let outcome = map(intake, &part);
        (part, outcome)
    };
    parts.into_iter().map(map).collect()
}

fn map(intake: &Intake, part: &Part) -> Result<Mapped, IngestError> {
    let provider = providers::find(part.provider.as_str())
        .ok_or_else(|| IngestError::UnknownProvider(part.provider.to_string()))?;
    let mut body = Watched { body: intake.open_body(&part.body, part.size)?, failure: None };
    // a mapper that fails on some input costs that part, not the worker
    let mapped = catch_unwind(AssertUnwindSafe(|| provider.map(&part.part_type, &part.meta, &mut body)))
        .map_err(|_| IngestError::Mapper)?;
    match body.failure {
        Some(error) => Err(IngestError::Body(error)),
        None => Ok(mapped),
    }
}

/// Remembers that reading failed. To a mapper that is an end like any other, but what our own disk fails
/// to give is no fault of the sender and must not end as an issue.
struct Watched {
    body: Box<dyn Read + Send>,
    failure: Option<io::Error>,
}

impl Read for Watched {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.body.read(buffer);
        if let Err(error) = &read
            && error.kind() != io::ErrorKind::Interrupted
        {
            self.failure = Some(io::Error::new(error.kind(), error.to_string()));
        }
        read
    }
}
