//! What a file would give, without keeping anything of it.

use crate::IngestError;
use model::{Issue, IssueCode, Mapped, PartMeta, Record, SampleBatch, SeriesType, Source, Timestamp};
use std::{
    collections::BTreeMap,
    io::Read,
    panic::{AssertUnwindSafe, catch_unwind},
};

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
    /// What would not be kept, and why.
    pub issues: Vec<Issue>,
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
    if provider.archive(part_type).is_some() {
        let issue =
            Issue::new(IssueCode::Unmapped, part_type, "what this holds is told when it is taken in, not before");
        return Ok(Preview { issues: vec![issue], ..Preview::default() });
    }
    let mapped = catch_unwind(AssertUnwindSafe(|| provider.map(part_type, meta, body)));
    Ok(Preview::of(mapped.map_err(|_| IngestError::Mapper)?))
}

impl Preview {
    fn of(mapped: Mapped) -> Self {
        let mut preview = Self { items: mapped.items, issues: mapped.issues, ..Self::default() };
        let mut sources = BTreeMap::new();
        for record in &mapped.records {
            let (kind, source, span, batches) = parts(record);
            sources.entry(source.identity()).or_insert_with(|| source.clone());
            if let Some(kind) = kind {
                *preview.records.entry(kind).or_default() += 1;
            }
            if let Some((from, to)) = span {
                preview.widen(from, to);
            }
            batches.iter().for_each(|batch| preview.add(batch));
        }
        preview.sources = sources.into_values().collect();
        preview
    }

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
