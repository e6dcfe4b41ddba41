//! What a file would give, without keeping anything of it.

use crate::IngestError;
use model::{Issue, Mapped, PartMeta, ProviderName, Record, SampleBatch, SeriesType, Source, Timestamp};
use providers::{Archive, ArchivePiece, Order};
use std::{
    collections::{BTreeMap, HashSet},
    io::{self, Read},
    panic::{AssertUnwindSafe, catch_unwind},
};

/// So many issues are told one by one.
const MOST_ISSUES: usize = 1000;
/// So many files of an archive are told one by one.
const MOST_FILES: usize = 1000;

/// What a file would give.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Preview {
    /// How many items the file holds, read or not.
    pub items: u32,
    /// Records other than samples, by kind: `workout`, `sleep`, …
    pub records: BTreeMap<&'static str, u64>,
    /// Samples by series, those within records too.
    pub samples: BTreeMap<SeriesType, Samples>,
    /// The earliest start and the latest end of anything.
    pub range: Option<(Timestamp, Timestamp)>,
    /// Who measured.
    pub sources: Vec<Source>,
    /// What would not be kept, and why: the first thousand.
    pub issues: Vec<Issue>,
    /// How many more issues there are.
    pub more_issues: u64,
    /// The files of an archive that would be taken: the first thousand.
    pub files: Vec<PreviewedFile>,
    /// How many more files there are.
    pub more_files: u64,
}

/// A file of an archive, and what it would give.
#[derive(Clone, Debug, PartialEq)]
pub struct PreviewedFile {
    /// Its own name.
    pub name: String,
    /// Whose it is.
    pub provider: ProviderName,
    /// Which of that provider's types.
    pub part_type: &'static str,
    /// How many items it holds.
    pub items: u32,
    /// Records other than samples, by kind.
    pub records: BTreeMap<&'static str, u64>,
    /// Samples of all series.
    pub samples: u64,
    /// How many issues it has.
    pub issues: u64,
}

/// Samples of one series.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Samples {
    /// How many.
    pub count: u64,
    /// The first start.
    pub from: Timestamp,
    /// The last end.
    pub to: Timestamp,
}

/// Maps a file as it would be mapped if it were taken in.
///
/// # Errors
/// The provider is unknown, or its mapper fails on this input.
pub fn preview(provider: &str, part_type: &str, meta: &PartMeta, body: &mut dyn Read) -> Result<Preview, IngestError> {
    let provider = providers::find(provider).ok_or_else(|| IngestError::UnknownProvider(provider.to_owned()))?;
    if let Some(archive) = provider.archive(part_type) {
        return of_archive(archive, meta, body);
    }
    let mut seen = Seen::default();
    seen.take(map(&provider.manifest().name, part_type, meta, body)?);
    Ok(seen.finish())
}

/// Maps each piece of an archive as it comes.
fn of_archive(archive: &dyn Archive, meta: &PartMeta, body: &mut dyn Read) -> Result<Preview, IngestError> {
    let (mut seen, mut failure, mut body) = (Seen::default(), None, Some(body));
    let mut open = || -> io::Result<Box<dyn Read + '_>> {
        Ok(Box::new(body.take().ok_or_else(|| io::Error::other("it comes only once"))?))
    };
    let outcome = archive.cut(&mut open, Order::AsItLies, &mut |piece| {
        seen.take_piece(piece, meta).map_err(|error| {
            failure = Some(error);
            io::Error::other("a piece could not be mapped")
        })
    });
    if let Some(failure) = failure {
        return Err(failure);
    }
    seen.tell(outcome.map_err(IngestError::Body)?);
    Ok(seen.finish())
}

fn map(provider: &ProviderName, part_type: &str, meta: &PartMeta, body: &mut dyn Read) -> Result<Mapped, IngestError> {
    let found = providers::find(provider.as_str()).ok_or_else(|| IngestError::UnknownProvider(provider.to_string()))?;
    catch_unwind(AssertUnwindSafe(|| found.map(part_type, meta, body))).map_err(|_| IngestError::Mapper)
}

/// What was seen so far.
#[derive(Default)]
struct Seen {
    preview: Preview,
    sources: BTreeMap<String, Source>,
    /// The names of workouts: several documents may tell of one.
    workouts: HashSet<String>,
}

impl Seen {
    fn take_piece(&mut self, piece: ArchivePiece<'_>, meta: &PartMeta) -> Result<(), IngestError> {
        let meta = PartMeta { time_zone: piece.meta.time_zone.or_else(|| meta.time_zone.clone()), ..piece.meta };
        let mapped = map(&piece.provider, piece.part_type, &meta, piece.body)?;
        let mut records: BTreeMap<&'static str, u64> = BTreeMap::new();
        let mut samples = 0;
        for record in &mapped.records {
            let (kind, .., batches) = parts(record);
            kind.into_iter().for_each(|kind| *records.entry(kind).or_default() += 1);
            samples += batches.iter().map(|batch| batch.points.len() as u64).sum::<u64>();
        }
        let (provider, part_type, items) = (piece.provider, piece.part_type, mapped.items);
        if let Some(name) = meta.file_name {
            let issues = mapped.issues.len() as u64;
            if self.preview.files.len() < MOST_FILES {
                let file = PreviewedFile { name, provider, part_type, items, records, samples, issues };
                self.preview.files.push(file);
            } else {
                self.preview.more_files += 1;
            }
        }
        // a workout's file that its table names is no workout of its own
        let is_known = meta.external_id.is_some_and(|name| !self.workouts.insert(name));
        self.take_some(mapped, is_known);
        Ok(())
    }

    fn take(&mut self, mapped: Mapped) {
        self.take_some(mapped, false);
    }

    fn take_some(&mut self, mapped: Mapped, are_workouts_known: bool) {
        self.preview.items = self.preview.items.saturating_add(mapped.items);
        for record in &mapped.records {
            let is_known = self.is_known(record) || are_workouts_known && matches!(record, Record::Workout(_));
            let (kind, source, span, batches) = parts(record);
            self.sources.entry(source.identity()).or_insert_with(|| source.clone());
            if let Some(kind) = kind.filter(|_| !is_known) {
                *self.preview.records.entry(kind).or_default() += 1;
            }
            if let Some((from, to)) = span {
                self.preview.widen(from, to);
            }
            batches.iter().for_each(|batch| self.preview.add(batch));
        }
        self.tell(mapped.issues);
    }

    /// Whether a workout was told of before, by any of its names.
    fn is_known(&mut self, record: &Record) -> bool {
        let Record::Workout(workout) = record else { return false };
        let own = format!("{} {}", workout.source.provider, workout.external_id);
        let names = std::iter::once(own).chain(workout.aliases.iter().cloned());
        // every name is noted, whichever was known
        names.filter(|name| !self.workouts.insert(name.clone())).count() > 0
    }

    fn tell(&mut self, issues: Vec<Issue>) {
        let free = MOST_ISSUES.saturating_sub(self.preview.issues.len());
        self.preview.more_issues += issues.len().saturating_sub(free) as u64;
        self.preview.issues.extend(issues.into_iter().take(free));
    }

    fn finish(mut self) -> Preview {
        self.preview.sources = self.sources.into_values().collect();
        self.preview
    }
}

impl Preview {
    fn add(&mut self, batch: &SampleBatch) {
        for point in &batch.points {
            let (from, to) = (point.start, point.end());
            let samples = self.samples.entry(batch.series).or_insert(Samples { count: 0, from, to });
            *samples = Samples { count: samples.count + 1, from: samples.from.min(from), to: samples.to.max(to) };
            self.widen(from, to);
        }
    }

    fn widen(&mut self, from: Timestamp, to: Timestamp) {
        let (first, last) = self.range.unwrap_or((from, to));
        self.range = Some((first.min(from), last.max(to)));
    }
}

/// A record's kind, unless it is samples alone; who told it, when it was, and its samples.
type Parts<'a> = (Option<&'static str>, &'a Source, Option<(Timestamp, Timestamp)>, &'a [SampleBatch]);

fn parts(record: &Record) -> Parts<'_> {
    match record {
        Record::Workout(it) => (Some("workout"), &it.source, it.start.zip(it.end.or(it.start)), &it.samples),
        Record::Sleep(it) => (Some("sleep"), &it.source, Some((it.start, it.end)), &it.samples),
        Record::Daily(it) => (Some("daily"), &it.source, Some((it.start, it.start)), &it.samples),
        Record::Score(it) => (Some("score"), &it.source, Some((it.at, it.at)), &[]),
        Record::Activity(it) => (Some("activity"), &it.source, Some((it.start, it.end)), &it.samples),
        Record::MenstrualCycle(it) => (Some("menstrual_cycle"), &it.source, Some((it.start, it.end)), &it.samples),
        Record::HealthSnapshot(it) => (Some("health_snapshot"), &it.source, Some((it.start, it.end)), &it.samples),
        Record::Samples(batch) => (None, &batch.source, None, std::slice::from_ref(batch)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_preview_counts_by_kind_and_series_and_names_sources_and_issues() {
        let table = "Device,Device Timestamp,Record Type,Historic Glucose mg/dL\nReader,14-03-2026 13:30,0,113\n\
                     Reader,15-03-2026 13:30,0,99\nReader,15-03-2026 13:31,5,\n";
        let meta = PartMeta { time_zone: Some("UTC".to_owned()), ..PartMeta::default() };
        let seen = preview("libre", "export_glucose", &meta, &mut table.as_bytes()).unwrap();
        let [from, to] =
            ["2026-03-14T13:30:00Z", "2026-03-15T13:30:00Z"].map(|at| Timestamp::parse_rfc3339(at).unwrap());
        assert_eq!((seen.items, seen.records.len(), seen.range), (3, 0, Some((from, to))));
        assert_eq!(seen.samples[&SeriesType::BLOOD_GLUCOSE], Samples { count: 2, from, to });
        assert_eq!(seen.sources.iter().map(|source| source.device.as_deref()).collect::<Vec<_>>(), [Some("Reader")]);
        assert_eq!(seen.issues.len(), 1);
        assert!(preview("nobody", "x", &meta, &mut &b""[..]).is_err());
    }
}
