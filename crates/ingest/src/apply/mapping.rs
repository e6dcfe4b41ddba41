//! Runs the provider's mapper over parts, away from the async threads unless they are small.

use super::{coverage, names::Named};
use crate::{IngestError, Intake, notices, permission::admits};
use model::{Issue, IssueCode, Mapped};
use std::{
    io::{self, Read},
    panic::{AssertUnwindSafe, catch_unwind},
};
use store::{Body, Connection, ConnectionChange, Coverage, Part};

/// Up to this much is mapped at once where it is: handing it to another thread would take longer.
const QUICK_BYTES: u64 = 32 * 1024;

/// A part and what it says.
pub(super) struct MappedPart {
    pub(super) part: Part,
    pub(super) mapped: Mapped,
    pub(super) kind: Kind,
    /// Of which days it tells, whatever of it is kept.
    pub(super) coverage: Option<Coverage>,
    /// What its sender calls the points.
    pub(super) named: Vec<Named>,
}

impl MappedPart {
    pub(super) fn new(part: Part, mapped: Mapped, kind: Kind) -> Self {
        let coverage = coverage::of(&part, &mapped);
        Self { part, mapped, kind, coverage, named: Vec::new() }
    }
}

/// What is to be done with a part.
#[derive(Debug)]
pub(super) enum Kind {
    /// Its data is applied.
    Data,
    /// It was not permitted: nothing of it is taken.
    Refused,
    /// It is a notice, and changes its connection.
    Notice(Vec<ConnectionChange>),
}

/// What can be said of a part without mapping it; none when it holds data that is permitted.
pub(super) fn without_mapping(
    intake: &Intake,
    part: &Part,
    link: Option<&Connection>,
) -> Result<Option<(Mapped, Kind)>, IngestError> {
    let Some(link) = link else { return Ok(None) };
    if part.quiet {
        // what was applied once was permitted then, and a notice is not followed a second time
        let is_notice = notices::is_notice(part.provider.as_str(), &part.part_type);
        return Ok(is_notice.then(|| (Mapped::default(), Kind::Notice(Vec::new()))));
    }
    if let Some((mapped, changes)) = notices::read(intake, part, link)? {
        return Ok(Some((mapped, Kind::Notice(changes))));
    }
    if admits(link, &part.part_type, part.received_at) {
        return Ok(None);
    }
    let issue = Issue::new(IssueCode::NotPermitted, &*part.part_type, "its person does not permit this type");
    Ok(Some((Mapped { issues: vec![issue], ..Mapped::default() }, Kind::Refused)))
}

/// Maps parts that hold data.
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

impl Watched {
    fn watch(&mut self, read: io::Result<usize>) -> io::Result<usize> {
        if let Err(error) = &read
            && error.kind() != io::ErrorKind::Interrupted
        {
            self.failure = Some(io::Error::new(error.kind(), error.to_string()));
        }
        read
    }
}

impl Read for Watched {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.body.read(buffer);
        self.watch(read)
    }

    // what lies in memory knows how long it is, and is copied once
    fn read_to_end(&mut self, into: &mut Vec<u8>) -> io::Result<usize> {
        let read = self.body.read_to_end(into);
        self.watch(read)
    }
}
