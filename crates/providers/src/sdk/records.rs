//! Records to points: gathered by series, source, how they came to be and offset, so that each batch is made once.

use super::{
    metrics::{self, Metric, Unmapped},
    names::{Named, name},
    read,
    read::Text,
    source::Sources,
    time, wire,
};
use crate::json::Notes;
use model::{
    Context, IssueCode, LocalOffset, Mapped, Point, ProviderName, Record, RecordName, SampleBatch, SeriesType,
};
use std::{collections::HashMap, io::Read};

/// What keeps the points of a batch apart from others.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
struct Key {
    series: SeriesType,
    source: usize,
    offset: Option<LocalOffset>,
    /// The phone says of each record, not of its source, that a person typed it in.
    is_typed_in: bool,
}

/// Batches while they are gathered.
#[derive(Default)]
struct Batches {
    places: HashMap<Key, usize>,
    last: Option<(Key, usize)>,
    all: Vec<(Key, Named)>,
}

impl Batches {
    fn push(&mut self, key: Key, point: Point, name: Option<RecordName>) {
        let place = match self.last {
            Some((last, place)) if last == key => place,
            _ => *self.places.entry(key).or_insert_with(|| {
                self.all.push((key, Named::default()));
                self.all.len() - 1
            }),
        };
        self.last = Some((key, place));
        if let Some((_, named)) = self.all.get_mut(place) {
            named.push(point, name);
        }
    }
}

/// Types and units that were looked up; a body has few.
#[derive(Default)]
struct Metrics<'a> {
    last: Option<(&'a str, &'a str, Result<Metric, Unmapped>)>,
    known: HashMap<(&'a str, &'a str), Result<Metric, Unmapped>>,
}

impl<'a> Metrics<'a> {
    fn find(&mut self, kind: &'a str, unit: Option<&'a str>) -> Result<Metric, Unmapped> {
        let text = unit.unwrap_or_default();
        match self.last {
            Some((last, last_unit, metric)) if last == kind && last_unit == text => metric,
            _ => {
                let metric = *self.known.entry((kind, text)).or_insert_with(|| metrics::find(kind, unit));
                self.last = Some((kind, text, metric));
                metric
            }
        }
    }
}

/// The last offset that was read: a body rarely has more than two.
#[derive(Default)]
struct Offsets<'a>(Option<(&'a str, Option<LocalOffset>)>);

impl<'a> Offsets<'a> {
    fn read(&mut self, text: &'a Text<'_>, notes: &mut Notes<'_>) -> Option<LocalOffset> {
        let written = text.get()?;
        match self.0 {
            Some((last, offset)) if last == written && offset.is_some() => offset,
            _ => {
                let offset = time::offset(text, notes);
                self.0 = Some((written, offset));
                offset
            }
        }
    }
}

/// Maps a list of records.
pub(super) fn map(provider: &ProviderName, body: &mut dyn Read) -> Mapped {
    let (text, mut mapped) = (read::bytes(body), Mapped::default());
    let records: Vec<(u32, wire::Record<'_>)> = read::items("records", &text, &mut mapped);
    let (mut sources, mut batches) = (Sources::new(provider.clone()), Batches::default());
    let (mut metrics, mut offsets) = (Metrics::default(), Offsets::default());
    for (place, record) in &records {
        // most have nothing to note: the path is written where one has
        let mut notes = Notes::at(&mut mapped.issues, "records", *place);
        let Some(metric) = metric(record, &mut metrics, &mut notes) else { continue };
        let Some(point) = point(record, metric, &mut notes) else { continue };
        let key = Key {
            series: metric.series,
            source: sources.place(record.source),
            offset: offsets.read(&record.zone_offset, &mut notes),
            is_typed_in: record.metadata.is_some_and(|metadata| is_typed_in(metadata.get())),
        };
        batches.push(key, point, name(&record.id, &record.parent_id));
    }
    for (key, Named { points, names }) in batches.all {
        let Some(told) = sources.get(key.source) else { continue };
        let is_manual = key.is_typed_in || told.is_manual;
        names.file(&mut mapped);
        mapped.records.push(Record::Samples(SampleBatch {
            series: key.series,
            source: told.source.clone(),
            context: if is_manual { Context::MANUAL } else { Context::SAMPLES },
            rank: 0,
            offset: key.offset,
            points,
        }));
    }
    mapped
}

fn metric<'a>(record: &'a wire::Record<'_>, metrics: &mut Metrics<'a>, notes: &mut Notes<'_>) -> Option<Metric> {
    let Some(kind) = record.kind.get() else {
        notes.missing("type");
        return None;
    };
    match metrics.find(kind, record.unit.get()) {
        Ok(metric) => Some(metric),
        Err(Unmapped::Type) => {
            notes.add(IssueCode::Unknown, "type", "this type is not mapped; it is kept raw");
            None
        }
        Err(Unmapped::Unit) => {
            notes.add(IssueCode::Unknown, "unit", "not a unit of this type; it is kept raw");
            None
        }
    }
}

fn point(record: &wire::Record<'_>, metric: Metric, notes: &mut Notes<'_>) -> Option<Point> {
    let Some(value) = record.value.get() else {
        if record.value.is_wrong() {
            notes.add(IssueCode::Invalid, "value", "not a number");
        } else {
            notes.missing("value");
        }
        return None;
    };
    let interval = time::interval(&record.start_date, &record.end_date, notes)?;
    let value = metric.value(value);
    if !value.is_finite() {
        notes.add(IssueCode::Invalid, "value", "out of range");
        return None;
    }
    Some(Point { start: interval.start, duration_us: interval.duration_us, value })
}

/// HealthKit says in a record's metadata that a person typed it in.
fn is_typed_in(metadata: &str) -> bool {
    #[derive(Default, serde::Deserialize)]
    struct Metadata<'a> {
        #[serde(borrow, default, rename = "HKWasUserEntered")]
        typed_in: Text<'a>,
    }
    if !metadata.contains("HKWasUserEntered") {
        return false;
    }
    let read: Metadata<'_> = serde_json::from_str(metadata).unwrap_or_default();
    read.typed_in.get().is_some_and(|text| matches!(text, "1" | "true" | "YES"))
}
