//! Nights of sources that tell stages one by one, over several uploads, late and twice. The stages are points of the
//! series `sleep_stage`; whatever touches them makes the nights around anew, in the same transaction.
//!
//! What a night says follows from its stages alone, so no order of arrival matters. Which event it is follows from
//! what was there: a night goes on being the event that it overlaps, so ids stay; events that a merge made
//! superfluous go.

use super::{
    batch::Sources,
    events::{Events, Place},
    mapping::MappedPart,
    night::{GAP_S, Night, Stage, nights},
    points::Merged,
};
use crate::{IngestError, Intake};
use model::{
    Context, EventId, EventKind, LocalOffset, Point, Record, SeriesType, SleepDocument, SleepStage, Source, Stamp,
    Timestamp, UserId, derived_id,
};
use series::{BlockKey, Columns};
use std::collections::{BTreeMap, HashMap, HashSet};
use store::{Cell, PartKey, StoredEvent};

/// External ids of these events begin so.
const PREFIX: &str = "stages:";
/// How far around what was touched stages are looked at first.
const REACH_S: i64 = 86_400;
/// Stages that go on without a gap for longer than this are no night.
const FURTHEST_S: i64 = 32 * 86_400;
const CONTEXTS: [Context; 2] = [Context::SLEEP_STAGES, Context::IN_BED];

/// From the first instant to the last.
pub(super) type Span = (Timestamp, Timestamp);

/// What a batch says of one source's stages.
pub(super) struct Touched {
    source: Source,
    spans: Vec<Span>,
    by: Vec<PartKey>,
}

/// Stages of a source that are no more.
pub(super) struct Gone {
    pub(super) source: Source,
    pub(super) spans: Vec<Span>,
    pub(super) by: PartKey,
}

/// Makes the nights that a batch's stages touch.
pub(super) async fn derive(
    intake: &Intake,
    (user, now): (UserId, Timestamp),
    touched: BTreeMap<i32, Touched>,
    merged: &Merged,
    events: &mut Events,
) -> Result<(), IngestError> {
    for (number, told) in touched {
        for span in joined(told.spans) {
            let nights = nights_around(intake, user, number, merged, span).await?;
            let whole = nights.iter().fold(span, |span, night| (span.0.min(night.reach.0), span.1.max(night.reach.1)));
            let kept = intake.store.list_events_of_source(user, EventKind::Sleep, number, whole).await?;
            let mut kept: Vec<StoredEvent> =
                kept.into_iter().filter(|event| event.external_id.starts_with(PREFIX)).collect();
            for night in nights {
                let place = match place_of(&night, &mut kept) {
                    Some(event) => Place::Kept(Box::new(event)),
                    None => free_place(intake, user, &told.source, &night, (events, &mut kept)).await?,
                };
                events.file_night(place, document(night, &told.source), &told.by, now);
            }
            let superfluous = kept.into_iter().filter(|event| event.deleted_at.is_none());
            superfluous.for_each(|event| events.remove(event, &told.by));
        }
    }
    Ok(())
}

/// The spans of stages that a batch tells or takes back, by source.
pub(super) fn touched(mapped: &[MappedPart], sources: &Sources, gone: BTreeMap<i32, Gone>) -> BTreeMap<i32, Touched> {
    // whose software a night was recorded with depends on what arrived last
    let whole = |source: &Source| Source { software_version: None, ..source.clone() };
    let of = |Gone { source, spans, by }| Touched { source: whole(&source), spans, by: vec![by] };
    let mut all: BTreeMap<i32, Touched> = gone.into_iter().map(|(number, gone)| (number, of(gone))).collect();
    for part in mapped {
        for record in &part.mapped.records {
            let Record::Samples(batch) = record else { continue };
            if batch.series != SeriesType::SLEEP_STAGE || !CONTEXTS.contains(&batch.context) {
                continue;
            }
            let touched = all.entry(sources.number(&batch.source)).or_insert_with(|| Touched {
                source: whole(&batch.source),
                spans: Vec::new(),
                by: Vec::new(),
            });
            touched.spans.extend(batch.points.iter().map(|point| (point.start, point.end())));
            if !touched.by.contains(&part.part.key()) {
                touched.by.push(part.part.key());
            }
        }
    }
    all
}

/// Spans with the gap that a night may have around them, those that meet as one.
fn joined(mut spans: Vec<Span>) -> Vec<Span> {
    spans.sort_unstable();
    let mut joined: Vec<Span> = Vec::new();
    for (from, to) in spans {
        let (from, to) = (from.plus_seconds(-GAP_S), to.plus_seconds(GAP_S));
        match joined.last_mut() {
            Some(last) if from <= last.1 => last.1 = last.1.max(to),
            _ => joined.push((from, to)),
        }
    }
    joined
}

/// The nights that reach into a span, as the store will have them once the batch is applied.
async fn nights_around(
    intake: &Intake,
    user: UserId,
    source: i32,
    merged: &Merged,
    span: Span,
) -> Result<Vec<Night>, IngestError> {
    let mut reach = REACH_S;
    loop {
        let (stages, seen) = load(intake, user, source, merged, (span, reach)).await?;
        let mut made = nights(stages);
        made.retain(|night| night.reach.0 <= span.1 && night.reach.1 >= span.0);
        let reaches_on =
            |night: &Night| night.reach.0.plus_seconds(-GAP_S) < seen.0 || night.reach.1.plus_seconds(GAP_S) > seen.1;
        if reach >= FURTHEST_S || !made.iter().any(reaches_on) {
            return Ok(made);
        }
        reach *= 2;
    }
}

/// A source's stages around a span, and the span in which they are all.
async fn load(
    intake: &Intake,
    user: UserId,
    source: i32,
    merged: &Merged,
    (span, reach): (Span, i64),
) -> Result<(Vec<Stage>, Span), IngestError> {
    const DAY_US: i64 = 86_400_000_000;
    let (first, last) = (span.0.plus_seconds(-reach), span.1.plus_seconds(reach));
    let days = (0..=last.micros_since(first) / DAY_US).map(|day| first.plus_micros(day * DAY_US));
    let marks: Vec<Point> = days.chain([last]).map(|day| Point::at(day, 0.0)).collect();
    let mut seen = (first, last);
    let mut cells = Vec::new();
    for context in CONTEXTS {
        for (from, to) in series::cells(SeriesType::SLEEP_STAGE, context, &marks) {
            seen = (seen.0.min(from), seen.1.max(to));
            cells.push(Cell { series: SeriesType::SLEEP_STAGE, source, context, from, to });
        }
    }
    let written: HashMap<BlockKey, &[u8]> =
        merged.writes.iter().map(|write| (write.key, write.block.data.as_slice())).collect();
    let removed: HashSet<BlockKey> = merged.removes.iter().map(|(key, _)| *key).collect();
    let mut stages = Vec::new();
    for block in intake.store.load_cells(user, cells).await? {
        if !written.contains_key(&block.key) && !removed.contains(&block.key) {
            read(&block.data, &mut stages)?;
        }
    }
    for (key, data) in written {
        if key.series == SeriesType::SLEEP_STAGE && key.source == source && CONTEXTS.contains(&key.context) {
            read(data, &mut stages)?;
        }
    }
    stages.retain(|stage| stage.start >= seen.0 && stage.start < seen.1);
    Ok((stages, seen))
}

fn read(block: &[u8], stages: &mut Vec<Stage>) -> Result<(), IngestError> {
    let columns = Columns::decode(block)?;
    for (index, point) in columns.points().iter().enumerate() {
        if let Some(stage) = SleepStage::of_value(point.value) {
            let offset: Option<LocalOffset> = columns.offset_at(index);
            stages.push(Stage { start: point.start, end: point.end(), stage, offset });
        }
    }
    Ok(())
}

/// The event that a night goes on being: the earliest that it overlaps, one that a person deleted only if there is no
/// other.
fn place_of(night: &Night, kept: &mut Vec<StoredEvent>) -> Option<StoredEvent> {
    let overlaps = |event: &StoredEvent| event.start <= night.reach.1 && event.end >= night.reach.0;
    let live = kept.iter().position(|event| overlaps(event) && event.deleted_at.is_none());
    let found = live.or_else(|| kept.iter().position(overlaps))?;
    Some(kept.remove(found))
}

/// A further event for a night; the one of that name, should it have moved elsewhere.
async fn free_place(
    intake: &Intake,
    user: UserId,
    source: &Source,
    night: &Night,
    (events, kept): (&Events, &mut Vec<StoredEvent>),
) -> Result<Place, IngestError> {
    let (identity, mut name) = (source.identity(), format!("{PREFIX}{}", night.start));
    let id = loop {
        let parts: [&[u8]; 5] = [b"event", user.as_bytes(), b"stages", identity.as_bytes(), name.as_bytes()];
        let id = EventId::from_uuid(derived_id(&parts));
        if !events.holds(id) {
            break id;
        }
        name.push('+');
    };
    let known = intake.store.load_events(user, vec![id], Vec::new()).await?;
    kept.retain(|event| event.id != id);
    Ok(known.events.into_iter().next().map_or(Place::Free(id, name), |event| Place::Kept(Box::new(event))))
}

fn document(night: Night, source: &Source) -> SleepDocument {
    SleepDocument {
        // follows from the stages alone: nothing that arrives makes it older or newer
        stamp: Stamp::default(),
        source: source.clone(),
        start: night.start,
        end: night.end,
        offset: night.offset,
        detail: night.detail,
    }
}
