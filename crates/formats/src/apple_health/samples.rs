//! Records to points, gathered by series, source, context and offset. Records of one type and source follow one
//! another by the thousand, so what was found for the one before is tried first.

use super::{
    category::{self, Category},
    cursor::text,
    metrics, source,
    units::Conversion,
    zone::Moment,
};
use crate::Notes;
use model::{
    Context, IssueCode, LocalOffset, Point, ProviderName, Record, SampleBatch, SeriesType, SleepStage, Source,
};
use std::collections::HashMap;

/// The attributes of a record that count, as they are written.
#[derive(Clone, Copy, Default)]
pub(super) struct Raw<'a> {
    pub(super) kind: &'a [u8],
    pub(super) unit: &'a [u8],
    pub(super) source_name: &'a [u8],
    pub(super) source_version: &'a [u8],
    pub(super) device: &'a [u8],
    pub(super) start: &'a [u8],
    pub(super) end: &'a [u8],
    pub(super) value: &'a [u8],
}

impl<'a> Raw<'a> {
    pub(super) fn take(&mut self, name: &[u8], value: &'a [u8]) {
        match name {
            b"type" => self.kind = value,
            b"unit" => self.unit = value,
            b"value" => self.value = value,
            b"startDate" => self.start = value,
            b"endDate" => self.end = value,
            b"sourceName" => self.source_name = value,
            b"sourceVersion" => self.source_version = value,
            b"device" => self.device = value,
            _ => {}
        }
    }

    /// What records of one type and source share.
    fn key(&self) -> [&'a [u8]; 5] {
        [self.kind, self.unit, self.source_name, self.source_version, self.device]
    }
}

/// What becomes of the records of one kind.
enum Meaning {
    Quantity(SeriesType, Conversion),
    Category(Category),
    /// They have no place.
    Nothing(IssueCode, &'static str),
}

struct Kind {
    name: String,
    meaning: Meaning,
    source: usize,
    /// Where the last of them went.
    last: Option<(Context, Option<LocalOffset>, usize)>,
}

type BatchKey = (SeriesType, usize, Context, Option<LocalOffset>);

/// Points as they are gathered.
pub(super) struct Samples<'a> {
    provider: ProviderName,
    sources: Vec<Source>,
    kinds: Vec<Kind>,
    known: HashMap<[&'a [u8]; 5], usize>,
    latest: Option<([&'a [u8]; 5], usize)>,
    batches: Vec<(BatchKey, Vec<Point>)>,
    places: HashMap<BatchKey, usize>,
}

impl<'a> Samples<'a> {
    pub(super) fn new(provider: &ProviderName) -> Self {
        Self {
            provider: provider.clone(),
            sources: Vec::new(),
            kinds: Vec::new(),
            known: HashMap::new(),
            latest: None,
            batches: Vec::new(),
            places: HashMap::new(),
        }
    }

    /// Takes a record that was measured at `moment`; `manual` says that a person typed it in.
    pub(super) fn add(&mut self, raw: &Raw<'a>, moment: &Moment, manual: bool, notes: &mut Notes) {
        let place = self.kind(raw);
        let Some(kind) = self.kinds.get_mut(place) else { return };
        let (series, value) = match kind.meaning {
            Meaning::Nothing(code, what) => return notes.add(code, &kind.name, what),
            Meaning::Quantity(series, conversion) => (series, number(raw.value).map(|value| conversion.apply(value))),
            Meaning::Category(category) => (category.series(), category.value(raw.value, moment.duration_us)),
        };
        let Some(value) = value.filter(|value| value.is_finite()) else {
            return notes.add(IssueCode::Invalid, &kind.name, "records have a value that is none, and were left out");
        };
        let context = match kind.meaning {
            // the night's stages are one line of time, whoever wrote them
            Meaning::Category(Category::Sleep) => {
                if moment.duration_us == 0 {
                    return notes.add(IssueCode::Invalid, &kind.name, "stages of no length were left out");
                }
                SleepStage::of_value(value).map_or(Context::SAMPLES, SleepStage::context)
            }
            _ if manual => Context::MANUAL,
            _ => Context::SAMPLES,
        };
        let batch = match kind.last {
            Some((last, offset, batch)) if last == context && offset == moment.offset => batch,
            _ => {
                let key = (series, kind.source, context, moment.offset);
                let next = self.batches.len();
                let batch = *self.places.entry(key).or_insert(next);
                if batch == next {
                    self.batches.push((key, Vec::new()));
                }
                kind.last = Some((context, moment.offset, batch));
                batch
            }
        };
        if let Some((_, points)) = self.batches.get_mut(batch) {
            points.push(Point { start: moment.start, duration_us: moment.duration_us, value });
        }
    }

    /// The place of what records like this mean.
    fn kind(&mut self, raw: &Raw<'a>) -> usize {
        let key = raw.key();
        if let Some((latest, place)) = self.latest
            && latest == key
        {
            return place;
        }
        let place = match self.known.get(&key) {
            Some(place) => *place,
            None => {
                let place = self.kinds.len();
                let name = text(raw.kind).into_owned();
                let meaning = meaning(&name, &text(raw.unit));
                let source = self.source(raw);
                self.kinds.push(Kind { name, meaning, source, last: None });
                self.known.insert(key, place);
                place
            }
        };
        self.latest = Some((key, place));
        place
    }

    fn source(&mut self, raw: &Raw<'a>) -> usize {
        let told = source::read(&self.provider, raw.source_name, raw.source_version, raw.device);
        let identity = told.identity();
        match self.sources.iter().position(|known| known.identity() == identity) {
            Some(place) => {
                // the latest seen counts
                if let Some(known) = self.sources.get_mut(place) {
                    known.software_version = told.software_version.or(known.software_version.take());
                }
                place
            }
            None => {
                self.sources.push(told);
                self.sources.len() - 1
            }
        }
    }

    /// Everything gathered, in the order in which it was first met; points in order of time.
    pub(super) fn finish(self, notes: &mut Notes) -> Vec<Record> {
        let mut records = Vec::with_capacity(self.batches.len());
        for ((series, source, context, offset), mut points) in self.batches {
            if !points.is_sorted_by_key(|point| (point.start, point.duration_us)) {
                points.sort_by_key(|point| (point.start, point.duration_us));
            }
            note_shared(series, &points, notes);
            let Some(source) = self.sources.get(source).cloned() else { continue };
            records.push(Record::Samples(SampleBatch { series, source, context, rank: 0, offset, points }));
        }
        records
    }
}

/// Counts the records that say of one time of one source what another says too, or something else.
fn note_shared(series: SeriesType, points: &[Point], notes: &mut Notes) {
    let (mut same, mut other) = (0, 0);
    for pair in points.windows(2) {
        if let [one, two] = pair
            && (one.start, one.duration_us) == (two.start, two.duration_us)
        {
            if one.value == two.value { same += 1 } else { other += 1 }
        }
    }
    if same > 0 {
        notes.add_many(IssueCode::Unmapped, series.as_str(), "records repeat what another says", same);
    }
    if other > 0 {
        let what = "records share their time and source with another that says something else; the last one stands";
        notes.add_many(IssueCode::Unmapped, series.as_str(), what, other);
    }
}

fn meaning(name: &str, unit: &str) -> Meaning {
    if let Some(metric) = metrics::find(name) {
        return match metric.conversion(unit) {
            Some(conversion) => Meaning::Quantity(metric.series, conversion),
            None if unit.is_empty() => Meaning::Nothing(IssueCode::Missing, "records say no unit, and were left out"),
            None => Meaning::Nothing(IssueCode::Unknown, "records are in a unit that is not known; they are kept raw"),
        };
    }
    match category::find(name) {
        Some(category) => Meaning::Category(category),
        None if name.is_empty() => Meaning::Nothing(IssueCode::Missing, "records say no type, and were left out"),
        None => Meaning::Nothing(IssueCode::Unmapped, "records are of a type that has no place; they are kept raw"),
    }
}

fn number(raw: &[u8]) -> Option<f64> {
    std::str::from_utf8(raw).ok()?.trim().parse().ok()
}
