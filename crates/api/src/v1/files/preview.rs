//! What a file would give: mapped as it arrives, nothing of it kept.

use crate::{
    error::{ApiError, Result},
    wire::display_name,
};
use axum::body::{Body, Bytes};
use futures::StreamExt as _;
use model::{PartMeta, Timestamp};
use providers::Recognised;
use serde::Serialize;
use std::{
    collections::BTreeMap,
    io::{self, Read},
};
use tokio::sync::mpsc;
use utoipa::ToSchema;

/// So many issues are told one by one; the others are only counted.
const TOLD_ISSUES: usize = 100;
/// So many files of an archive are told one by one.
const TOLD_FILES: usize = 100;
/// Pieces of the body that wait for the mapper.
const WAITING: usize = 4;

/// What a file would give.
#[derive(Serialize, ToSchema)]
pub(crate) struct FilePreview {
    /// Always `preview`: nothing was kept.
    status: &'static str,
    /// Whose file it is: a service, or `file` for a workout's file.
    provider: String,
    /// `fit`, `tcx` or `gpx`, else which of the service's exports.
    format: &'static str,
    /// Items in the file, read or not.
    items: u32,
    /// Records other than samples, by kind.
    records: BTreeMap<&'static str, u64>,
    /// Samples, by series.
    samples: BTreeMap<&'static str, SamplesPreview>,
    /// The earliest start of anything.
    #[schema(value_type = Option<String>, format = DateTime)]
    start_time: Option<Timestamp>,
    /// The latest end of anything.
    #[schema(value_type = Option<String>, format = DateTime)]
    end_time: Option<Timestamp>,
    /// Who measured.
    sources: Vec<String>,
    /// How many issues there are.
    issue_count: u64,
    /// The first hundred of them.
    issues: Vec<IssuePreview>,
    /// The first hundred files of an archive that would be taken; of those that would not, issues tell.
    files: Vec<PreviewedFile>,
    /// How many files of an archive would be taken.
    file_count: u64,
}

/// A file of an archive, and what it would give.
#[derive(Serialize, ToSchema)]
pub(crate) struct PreviewedFile {
    /// Its own name.
    name: String,
    /// Whose it is.
    provider: String,
    /// Which of that service's exports it is, or `workout_file`.
    format: &'static str,
    /// Items in it, read or not.
    items: u32,
    /// Records other than samples, by kind. A workout's file counts here, and in the whole only if no table tells of
    /// the same workout.
    records: BTreeMap<&'static str, u64>,
    /// Samples of all series.
    samples: u64,
    /// How many issues it has.
    issue_count: u64,
}

/// Samples of one series.
#[derive(Serialize, ToSchema)]
pub(crate) struct SamplesPreview {
    count: u64,
    #[schema(value_type = String, format = DateTime)]
    start_time: Timestamp,
    #[schema(value_type = String, format = DateTime)]
    end_time: Timestamp,
}

/// Something that would not be kept.
#[derive(Serialize, ToSchema)]
pub(crate) struct IssuePreview {
    /// Why, as in runs; `unmapped` for what no record has a place for.
    code: &'static str,
    path: String,
    message: String,
}

/// Maps a body while it arrives.
pub(crate) async fn of(found: Recognised, meta: PartMeta, body: Body, limit: u64) -> Result<FilePreview> {
    let (sender, receiver) = mpsc::channel(WAITING);
    let (provider, part_type) = (found.provider.to_string(), found.part_type);
    let format = found.format.map_or(part_type, model::FileFormat::as_str);
    let name = provider.clone();
    let mapping = tokio::task::spawn_blocking(move || {
        let mut arriving = Arriving { receiver, chunk: Bytes::new() };
        let seen = ingest::preview(&name, part_type, &meta, &mut arriving);
        // what the mapper did not want is read too, so that the sender can end
        io::copy(&mut arriving, &mut io::sink()).and(Ok(seen))
    });
    feed(body, limit, sender).await?;
    let failed = || ApiError::BadRequest("The file could not be read".to_owned());
    let seen = mapping.await.map_err(|_| failed())?.map_err(|_| failed())?.map_err(|_| failed())?;
    Ok(shown(seen, provider, format))
}

async fn feed(body: Body, limit: u64, sender: mpsc::Sender<Bytes>) -> Result<()> {
    let (mut chunks, mut size) = (body.into_data_stream(), 0u64);
    while let Some(chunk) = chunks.next().await {
        let chunk = chunk.map_err(|_| ApiError::BadRequest("The body broke off".to_owned()))?;
        size += chunk.len() as u64;
        if size > limit {
            return Err(ApiError::TooLarge { limit });
        }
        if sender.send(chunk).await.is_err() {
            break;
        }
    }
    Ok(())
}

fn shown(seen: ingest::Preview, provider: String, format: &'static str) -> FilePreview {
    let samples = seen.samples.iter().map(|(series, samples)| {
        let shown = SamplesPreview { count: samples.count, start_time: samples.from, end_time: samples.to };
        (series.as_str(), shown)
    });
    let issues = seen.issues.iter().take(TOLD_ISSUES).map(|issue| IssuePreview {
        code: issue.code.as_str(),
        path: issue.path.clone(),
        message: issue.message.clone(),
    });
    let (start_time, end_time) = seen.range.unzip();
    let file_count = seen.files.len() as u64 + seen.more_files;
    let files = seen.files.into_iter().take(TOLD_FILES).map(|file| PreviewedFile {
        name: file.name,
        provider: file.provider.to_string(),
        format: file.part_type,
        items: file.items,
        records: file.records,
        samples: file.samples,
        issue_count: file.issues,
    });
    FilePreview {
        status: "preview",
        provider,
        format,
        items: seen.items,
        samples: samples.collect(),
        start_time,
        end_time,
        sources: seen.sources.iter().map(display_name).collect(),
        issue_count: seen.issues.len() as u64 + seen.more_issues,
        issues: issues.collect(),
        files: files.collect(),
        file_count,
        records: seen.records,
    }
}

/// A body as a reader, for a thread that may wait.
struct Arriving {
    receiver: mpsc::Receiver<Bytes>,
    chunk: Bytes,
}

impl Read for Arriving {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        while self.chunk.is_empty() {
            match self.receiver.blocking_recv() {
                Some(chunk) => self.chunk = chunk,
                None => return Ok(0),
            }
        }
        let taken = self.chunk.split_to(out.len().min(self.chunk.len()));
        out.iter_mut().zip(&taken).for_each(|(to, from)| *to = *from);
        Ok(taken.len())
    }
}
