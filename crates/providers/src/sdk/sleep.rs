//! Stages of sleep to points of the series `sleep_stage`, of which nights are made where they are kept; and the
//! score that Samsung writes into each stage of a night.

use super::{
    names::{Named, name},
    read,
    source::Sources,
    time, wire,
};
use crate::json::Notes;
use model::{
    IssueCode, LocalOffset, Mapped, Point, ProviderName, Record, SampleBatch, ScoreCategory, ScoreRecord, SeriesType,
    SleepStage, Timestamp,
};
use std::{collections::BTreeMap, io::Read};

/// Batches by source, context and offset: as numbers, so that they come in one order.
type Key = (usize, i32, Option<(i32, u8)>);

/// A night's score: the first stage that has it says when the night was.
struct Score {
    value: f64,
    at: Timestamp,
    offset: Option<LocalOffset>,
    source: usize,
}

/// Maps a list of stages.
pub(super) fn map(provider: &ProviderName, body: &mut dyn Read) -> Mapped {
    let (text, mut mapped) = (read::bytes(body), Mapped::default());
    let stages: Vec<(u32, wire::Sleep<'_>)> = read::items("sleep", &text, &mut mapped);
    let mut sources = Sources::new(provider.clone());
    let mut batches: BTreeMap<Key, (SleepStage, Option<LocalOffset>, Named)> = BTreeMap::new();
    let mut scores: BTreeMap<String, Score> = BTreeMap::new();
    for (place, sleep) in &stages {
        let mut notes = Notes::at(&mut mapped.issues, "sleep", *place);
        let Some(interval) = time::interval(&sleep.start_date, &sleep.end_date, &mut notes) else { continue };
        let offset = time::offset(&sleep.zone_offset, &mut notes);
        let source = sources.place(sleep.source);
        note_score(sleep, (interval.start, offset, source), &mut scores);
        let Some(stage) = stage(sleep, &mut notes) else { continue };
        if interval.duration_us == 0 {
            notes.add(IssueCode::Invalid, "endDate", "a stage lasts for some time");
            continue;
        }
        let key = (source, stage.context().as_stored(), offset.map(|offset| (offset.seconds, offset.kind as u8)));
        let point = Point { start: interval.start, duration_us: interval.duration_us, value: stage.as_value() };
        let batch = batches.entry(key).or_insert_with(|| (stage, offset, Named::default()));
        batch.2.push(point, name(&sleep.id, &sleep.parent_id));
    }
    for ((source, ..), (stage, offset, Named { points, names })) in batches {
        let Some(told) = sources.get(source) else { continue };
        names.file(&mut mapped);
        mapped.records.push(Record::Samples(SampleBatch {
            series: SeriesType::SLEEP_STAGE,
            source: told.source.clone(),
            context: stage.context(),
            rank: 0,
            offset,
            points,
        }));
    }
    for score in scores.into_values() {
        let Some(told) = sources.get(score.source) else { continue };
        mapped.records.push(Record::Score(ScoreRecord {
            category: ScoreCategory::Sleep,
            rank: 0,
            source: told.source.clone(),
            at: score.at,
            offset: score.offset,
            value: Some(score.value),
            qualifier: None,
            components: Vec::new(),
        }));
    }
    mapped
}

fn stage(sleep: &wire::Sleep<'_>, notes: &mut Notes<'_>) -> Option<SleepStage> {
    let Some(name) = sleep.stage.get() else {
        notes.missing("stage");
        return None;
    };
    // Apple's own word for light sleep
    let stage = if name == "core" { Some(SleepStage::Light) } else { SleepStage::find(name) };
    if stage.is_none() {
        notes.add(IssueCode::Unknown, "stage", "this stage is not known; it is kept raw");
    }
    stage
}

fn note_score(
    sleep: &wire::Sleep<'_>,
    (at, offset, source): (Timestamp, Option<LocalOffset>, usize),
    scores: &mut BTreeMap<String, Score>,
) {
    let told = sleep.values.items.iter().find(|value| value.kind.get() == Some("sleepScore"));
    let Some(value) = told.and_then(|told| told.value.get()) else { return };
    let night = sleep.parent_id.get().unwrap_or_default().to_owned();
    let score = scores.entry(night).or_insert(Score { value, at, offset, source });
    if at < score.at {
        *score = Score { value, at, offset, source };
    }
}
