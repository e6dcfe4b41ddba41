//! A record as resources: whose it is and who measured, then samples, then events, part by part.

use super::{
    asked::{Asked, What},
    cold::{ColdRows, ColdWalk, cold_row},
    events::Pages,
    merged,
    progress::Progress,
};
use crate::{
    State,
    error::{ApiError, Result},
    exporting::Step,
    samples::{Row, Window, bucket, daily_total},
    v1::query::{Chunk, Walk},
};
use export::{
    record::{RecordFormat, RecordWriter, Sample},
    samples::SampleRow,
};
use model::{Context, Source};
use series::Resolution;
use std::{
    collections::{HashMap, VecDeque},
    sync::Arc,
};
use store::{StoredSource, User};

/// About how many rows are read at a time; blocks of dense series hold more.
const ROWS_A_READ: u64 = 2_048;
/// So many are written at a time: as resources they are about a megabyte.
const ROWS_A_WRITE: usize = 1_024;
/// More rows than this are written off the async threads.
const FEW_ROWS: usize = 64;

/// A part of the record.
enum Part {
    Samples(Box<Walk>),
    Cold(Box<ColdWalk>),
    Events(Pages),
}

/// The record while it is written.
pub(super) struct RecordSource {
    state: State,
    user: User,
    asked: Arc<Asked>,
    parts: VecDeque<Part>,
    sources: Option<Vec<StoredSource>>,
    /// What was read, and how much of it is written.
    rest: Option<(Arc<Chunk>, usize)>,
    /// None after it failed.
    writer: Option<RecordWriter>,
    progress: Arc<Progress>,
    /// Whether the progress counts each series.
    knows_series: bool,
}

impl RecordSource {
    pub(super) fn new(state: &State, user: User, asked: Asked, format: RecordFormat, progress: Arc<Progress>) -> Self {
        let about = asked.about(user.id, state.clock.now());
        let parts = |what: &What| match what {
            What::Samples => {
                let cold = asked.cold(user.clone()).map(|cold| Part::Cold(Box::new(cold)));
                [Some(Part::Samples(Box::new(Walk::new(asked.samples(user.clone()))))), cold]
            }
            What::Events(table) => [Some(Part::Events(Pages::new(user.id, *table, asked.span()))), None],
        };
        let parts: VecDeque<Part> = asked.what.iter().flat_map(parts).flatten().collect();
        progress.expect(parts.len());
        let writer = Some(RecordWriter::new(format, about));
        Self {
            state: state.clone(),
            user,
            asked: Arc::new(asked),
            parts,
            sources: None,
            rest: None,
            writer,
            progress,
            knows_series: false,
        }
    }

    pub(super) async fn fill(&mut self, out: &mut Vec<u8>) -> Result<Step> {
        if self.sources.is_none() {
            self.begin(out).await?;
        }
        if let Some((chunk, from)) = self.rest.take() {
            self.samples(chunk, from, out).await?;
            return Ok(Step::More);
        }
        self.tell();
        match self.parts.front_mut() {
            Some(Part::Samples(walk)) => match walk.next(&self.state, ROWS_A_READ, None).await? {
                Some(chunk) => self.samples(Arc::new(chunk), 0, out).await?,
                None => drop(self.parts.pop_front()),
            },
            Some(Part::Cold(walk)) => match walk.next(&self.state).await? {
                Some(rows) => {
                    if let Some(writer) = &mut self.writer {
                        write_cold(writer, &rows, out).map_err(refused)?;
                    }
                }
                None => drop(self.parts.pop_front()),
            },
            Some(Part::Events(pages)) => match pages.next(&self.state).await? {
                Some(page) => {
                    let page = match (&self.sources, self.asked.merged) {
                        (Some(sources), true) => merged::keep(&self.state, &self.user, sources, page).await?,
                        _ => page,
                    };
                    if let (Some(writer), Some(sources)) = (&mut self.writer, &self.sources) {
                        page.each(sources, |event| writer.event(event, out)).map_err(refused)?;
                    }
                }
                None => drop(self.parts.pop_front()),
            },
            None => {
                if let Some(writer) = self.writer.take() {
                    writer.finish(out);
                }
                return Ok(Step::End);
            }
        }
        Ok(Step::More)
    }

    pub(super) fn break_off(&mut self, out: &mut Vec<u8>) {
        if let Some(writer) = self.writer.take() {
            writer.break_off(out);
        }
    }

    /// How far it is: each series is a part, known once the first of them is read.
    fn tell(&mut self) {
        let left = match self.parts.front() {
            Some(Part::Samples(walk)) => walk.left().unwrap_or(0),
            _ => 0,
        };
        if left > 0 && !std::mem::replace(&mut self.knows_series, true) {
            self.progress.expect(left);
        }
        let (_, total) = self.progress.parts();
        self.progress.reach(total.saturating_sub((self.parts.len() + left) as u64));
    }

    /// Whose it is, and who measured.
    async fn begin(&mut self, out: &mut Vec<u8>) -> Result<()> {
        let stored = self.state.store.list_sources(self.user.id).await?;
        let sources: Vec<Source> = stored.iter().map(|stored| stored.source.clone()).collect();
        if let Some(writer) = &mut self.writer {
            writer.begin(&sources, out).map_err(refused)?;
        }
        self.sources = Some(stored);
        Ok(())
    }

    /// The next samples of what was read.
    async fn samples(&mut self, chunk: Arc<Chunk>, from: usize, out: &mut Vec<u8>) -> Result<()> {
        let Some(mut writer) = self.writer.take() else { return Ok(()) };
        let to = end_of(&chunk.rows, from);
        self.rest = (to < chunk.rows.len()).then(|| (Arc::clone(&chunk), to));
        let (few, asked) = (to - from <= FEW_ROWS, Arc::clone(&self.asked));
        let mut bytes = std::mem::take(out);
        let work = move || {
            let rows = chunk.rows.get(from..to).unwrap_or_default();
            write(&mut writer, &chunk, rows, &asked, &mut bytes).map_err(refused)?;
            Ok::<_, ApiError>((writer, bytes))
        };
        let done = match few {
            true => work(),
            false => tokio::task::spawn_blocking(work).await.map_err(|error| ApiError::internal(&error))?,
        };
        let (writer, bytes) = done?;
        (self.writer, *out) = (Some(writer), bytes);
        Ok(())
    }
}

/// Where to stop writing: rows of one instant stay together, for two of them may be one measurement.
fn end_of(rows: &[Row], from: usize) -> usize {
    let full = from.saturating_add(ROWS_A_WRITE).min(rows.len());
    let last = full.checked_sub(1).and_then(|last| rows.get(last)).map(|row| row.at);
    full + rows.iter().skip(full).take_while(|row| Some(row.at) == last).count()
}

fn write(
    writer: &mut RecordWriter,
    chunk: &Chunk,
    rows: &[Row],
    asked: &Asked,
    out: &mut Vec<u8>,
) -> serde_json::Result<()> {
    let sources: HashMap<i32, _> = chunk.sources.iter().map(|stored| (stored.number, &stored.source)).collect();
    let sample = |row: &Row| Sample {
        series: row.id.series,
        source: row.id.source,
        context: row.id.context,
        twin: 0,
        row: SampleRow {
            at: row.at,
            duration_us: duration_us(row, asked),
            value: row.value,
            offset: row.offset,
            source: sources.get(&chunk.source(row)).copied(),
            is_daily_total: daily_total(row),
            is_reduced: row.id.context.is_reduced(),
        },
    };
    let mut samples: Vec<Sample<'_>> = rows.iter().map(sample).collect();
    if asked.merged {
        tell_twins_apart(&mut samples);
    }
    writer.samples(&samples, out)
}

/// Of what lies in cold storage it is not told what kept samples of one slot apart.
fn write_cold(writer: &mut RecordWriter, rows: &ColdRows, out: &mut Vec<u8>) -> serde_json::Result<()> {
    let sourced: Vec<(i32, Source)> = rows.rows.iter().map(|row| rows.source(row)).collect();
    let mut samples: Vec<Sample<'_>> = Vec::with_capacity(rows.rows.len());
    for (row, (number, source)) in rows.rows.iter().zip(&sourced) {
        let context = if row.is_reduced { Context::SAMPLES.reduced() } else { None };
        samples.push(Sample {
            series: row.series,
            source: *number,
            context: context.unwrap_or(Context::SAMPLES),
            twin: 0,
            row: cold_row(row, source),
        });
    }
    tell_twins_apart(&mut samples);
    writer.samples(&samples, out)
}

/// Sources that became one no longer tell where they kept a sample: what an activity did while another went on is in
/// the same slot.
fn tell_twins_apart(samples: &mut [Sample<'_>]) {
    let mut seen: HashMap<_, u32> = HashMap::new();
    for sample in samples {
        let slot = (sample.series, sample.source, sample.context, sample.row.at, sample.row.duration_us);
        let before = seen.entry(slot).or_default();
        sample.twin = *before;
        *before += 1;
    }
}

/// A summary lasts as long as its bucket.
fn duration_us(row: &Row, asked: &Asked) -> i64 {
    if asked.resolution == Resolution::Raw || row.id.context.is_daily() {
        return row.id.duration_us;
    }
    let Window { from, to } = bucket(row.at, asked.resolution, asked.zone());
    to.micros_since(from)
}

fn refused(error: serde_json::Error) -> ApiError {
    ApiError::internal(&error)
}
