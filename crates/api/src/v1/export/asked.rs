//! What an export asks for.

use super::cold::{ColdWalk, Wanted};
use crate::{
    State,
    error::{ApiError, Result},
    samples::{RESOLUTIONS, Span, Window, resolution_name, time_zone},
    v1::query::{self, SampleTable, media_type},
    wire::{Instant, Query},
};
use export::{
    events::EventTable,
    record::{About, RecordFormat},
    samples::TableFormat,
};
use jiff::tz::TimeZone;
use model::{EventKind, SeriesType, Timestamp, UserId};
use series::Resolution;
use std::sync::Arc;
use store::User;

/// The years 1 to 9000: what every format can write.
const FIRST: Timestamp = Timestamp::from_seconds(-62_135_596_800);
const LAST: Timestamp = Timestamp::from_seconds(221_845_392_000);

/// Into what a record is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Output {
    Record(RecordFormat),
    Samples(TableFormat),
    Events(TableFormat, EventTable),
}

/// A part of a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum What {
    Samples,
    Events(EventTable),
}

impl What {
    fn as_str(self) -> &'static str {
        match self {
            Self::Samples => "samples",
            Self::Events(table) => table.as_str(),
        }
    }

    fn all() -> Vec<Self> {
        [Self::Samples].into_iter().chain(EventTable::all().into_iter().map(Self::Events)).collect()
    }
}

/// What is asked for.
#[derive(Debug)]
pub(super) struct Asked {
    pub(super) output: Output,
    /// The parts, in their order.
    pub(super) what: Vec<What>,
    /// All that there are, if none was named.
    series: Option<Vec<SeriesType>>,
    from: Instant,
    to: Instant,
    pub(super) resolution: Resolution,
    zone: Option<TimeZone>,
    /// Whether what several sources told is one record.
    pub(super) merged: bool,
    /// Whether FHIR has samples at a regular pace together.
    pub(super) sampled: bool,
}

/// Stages that nights are made of: they leave with their nights.
const OF_NIGHTS: &[SeriesType] = &[SeriesType::SLEEP_STAGE];

#[derive(Clone, Copy)]
enum Form {
    Record(RecordFormat),
    Table(TableFormat),
}

const FORMS: &[(&str, Form)] = &[
    ("fhir", Form::Record(RecordFormat::Fhir)),
    ("fhir-bundle", Form::Record(RecordFormat::FhirBundle)),
    ("omh", Form::Record(RecordFormat::OpenMHealth)),
    ("csv", Form::Table(TableFormat::Csv)),
    ("ndjson", Form::Table(TableFormat::Ndjson)),
    ("parquet", Form::Table(TableFormat::Parquet)),
];

impl Asked {
    /// Reads it from the query.
    pub(super) fn read(query: &Query, user: &User) -> Result<Self> {
        query.required("format")?;
        let form = query.choice("format", Form::Table(TableFormat::Csv), FORMS)?;
        let series = series(query)?;
        let what = what(query, series.is_some(), form)?;
        let output = match (form, what.as_slice()) {
            (Form::Record(format), _) => Output::Record(format),
            (Form::Table(format), [What::Events(table)]) => Output::Events(format, *table),
            (Form::Table(format), _) => Output::Samples(format),
        };
        let resolution = query.choice("resolution", Resolution::Raw, RESOLUTIONS)?;
        let zone = time_zone(query.text("tz"), Some(user), resolution)?;
        let (from, to) = (instant(query, "start", FIRST)?, instant(query, "end", LAST)?);
        let (merged, sampled) = (query.flag("merged")?, query.flag("sampled")?);
        if sampled && !matches!(output, Output::Record(RecordFormat::Fhir | RecordFormat::FhirBundle)) {
            return Err(ApiError::invalid("sampled", "Only FHIR has samples at a regular pace together"));
        }
        let asked = Self { output, what, series, from, to, resolution, zone, merged, sampled };
        let span = asked.span();
        if span.from > span.to || (span.is_empty() && resolution != Resolution::OneDay) {
            return Err(ApiError::invalid("end", "Input should be later than `start`"));
        }
        Ok(asked)
    }

    /// When events begin that are asked for.
    pub(super) fn span(&self) -> Window {
        Span::new(self.from, self.to, Resolution::Raw, self.zone.as_ref()).samples
    }

    /// Whose record it is, and what of it.
    pub(super) fn about(&self, user: UserId, written_at: Timestamp) -> About {
        // the name of the resolution, if samples are not as they are
        let summary = (self.resolution != Resolution::Raw).then(|| resolution_name(self.resolution));
        About { summary, is_merged: self.merged, sampled: self.sampled, ..About::of(user, written_at) }
    }

    pub(super) fn zone(&self) -> Option<&TimeZone> {
        self.zone.as_ref()
    }

    /// The samples asked for.
    pub(super) fn samples(&self, user: User) -> Arc<query::Asked> {
        Arc::new(self.of_record(user))
    }

    fn of_record(&self, user: User) -> query::Asked {
        let span = (self.from, self.to);
        let zone = self.zone.clone();
        let asked = query::Asked::of_record(user, self.series.clone(), span, self.resolution, zone, self.merged);
        if self.has_nights() { asked.without(OF_NIGHTS) } else { asked }
    }

    /// The samples in cold storage that belong to it. Summaries and what is merged are made of what is at hand.
    pub(super) fn cold(&self, user: User) -> Option<ColdWalk> {
        let is_plain = self.resolution == Resolution::Raw && !self.merged;
        let without = if self.has_nights() { OF_NIGHTS } else { &[] };
        let wanted = Wanted { span: self.span(), series: self.series.clone(), without };
        is_plain.then(|| ColdWalk::new(user, wanted))
    }

    fn has_nights(&self) -> bool {
        self.what.contains(&What::Events(EventTable::Of(EventKind::Sleep)))
    }

    /// The samples as a table.
    pub(super) fn sample_table(&self, state: &State, user: User, format: TableFormat) -> Result<SampleTable> {
        SampleTable::new(state, Arc::new(self.of_record(user).apart()), format)
    }

    /// The media type, and the name of a file of it.
    pub(super) fn media_type(&self) -> (&'static str, String) {
        let table = |format: TableFormat, name: &str| {
            let (media_type, ending) = media_type(format);
            (media_type, format!("{name}.{ending}"))
        };
        match self.output {
            Output::Record(RecordFormat::Fhir) => ("application/fhir+ndjson", "record.ndjson".to_owned()),
            Output::Record(RecordFormat::FhirBundle) => ("application/fhir+json", "record.json".to_owned()),
            Output::Record(RecordFormat::OpenMHealth) => ("application/x-ndjson", "record.ndjson".to_owned()),
            Output::Samples(format) => table(format, "samples"),
            Output::Events(format, events) => table(format, events.as_str()),
        }
    }
}

fn instant(query: &Query, name: &str, default: Timestamp) -> Result<Instant> {
    if query.text(name).is_none() {
        return Ok(Instant { at: default, date: None });
    }
    let read = query.instant(name).ok().filter(|instant| (FIRST..=LAST).contains(&instant.at));
    read.ok_or_else(|| ApiError::invalid(name, "Input should be a date, ISO 8601 or seconds since 1970"))
}

fn series(query: &Query) -> Result<Option<Vec<SeriesType>>> {
    let find = |code: &str| {
        SeriesType::find(code)
            .ok_or_else(|| ApiError::invalid("types", format!("Input should be one of the series types, not '{code}'")))
    };
    let named = query.all("types").flat_map(|list| list.split(',')).filter(|code| !code.is_empty());
    let mut wanted = named.map(find).collect::<Result<Vec<_>>>()?;
    wanted.sort_unstable();
    wanted.dedup();
    Ok(Some(wanted).filter(|wanted| !wanted.is_empty()))
}

/// The parts: all of a record, or only its samples where series were named; of tables one.
fn what(query: &Query, has_series: bool, form: Form) -> Result<Vec<What>> {
    let all = What::all();
    let names: Vec<&str> = query.all("what").flat_map(|list| list.split(',')).filter(|name| !name.is_empty()).collect();
    if let Some(unknown) = names.iter().find(|name| !all.iter().any(|what| what.as_str() == **name)) {
        let known: Vec<String> = all.iter().map(|what| format!("'{}'", what.as_str())).collect();
        return Err(ApiError::invalid("what", format!("Input should be {}, not '{unknown}'", known.join(", "))));
    }
    let named: Vec<What> = all.iter().copied().filter(|what| names.contains(&what.as_str())).collect();
    match form {
        Form::Table(_) if named.len() > 1 => Err(ApiError::invalid("what", "A table holds one kind")),
        _ if !named.is_empty() => Ok(named),
        Form::Record(_) if !has_series => Ok(all),
        _ => Ok(vec![What::Samples]),
    }
}
