//! `sleeps`: a night with its stages, what was measured during it, its score; and naps.

use super::{
    super::{MANIFEST, NAME},
    ping,
    placed::Placed,
    samples::{self, Base},
};
use crate::{
    Rank,
    garmin::wire::{Judgement, Nap, Sleep},
    json::{Notes, micros},
};
use model::{
    IssueCode, Mapped, Record, SampleBatch, ScoreCategory, ScoreComponent, ScoreRecord, SeriesType, SleepDetail,
    SleepRecord, SleepStage, Source, StageInterval, Timestamp,
};
use std::io::Read;

const MOST_BREATHS: f64 = 120.0;
const MOST_OXYGEN: f64 = 100.0;
/// Scales end at a hundred; parts may be told in other units.
const MOST_SCORE: f64 = 1e5;

/// Maps the items of a part.
pub(super) fn items(part_type: &str, body: &mut dyn Read, mapped: &mut Mapped) {
    let rank = MANIFEST.rank(part_type);
    ping::each_summary::<Sleep>(part_type, body, mapped, |wire, notes, records| {
        let mut told: Vec<_> = night(wire, &rank, notes).into_iter().collect();
        for (index, nap_of) in notes.list(&wire.naps).iter().enumerate() {
            told.extend(nap(nap_of, &rank, &mut notes.within(&format!("naps[{index}]"))));
        }
        records.extend(told.into_iter().map(|record| Record::Sleep(Box::new(record))));
    });
}

fn night(wire: &Sleep, rank: &Rank, notes: &mut Notes<'_>) -> Option<SleepRecord> {
    let start = notes.needed_time(&wire.start)?;
    let mut detail = detail(wire, notes);
    let Some(end) = end(wire, &detail, start) else {
        notes.missing(wire.duration.key);
        return None;
    };
    in_bed(&mut detail, start, end);
    let rank = rank.of_word(detail.validation.as_deref());
    let base = Base { start, offset: notes.device_offset(&wire.offset), rank };
    let external_id = match detail.calendar_date {
        Some(date) => format!("night:{date}"),
        None => notes.text(&wire.summary_id).unwrap_or_else(|| format!("night:{start}")),
    };
    Some(SleepRecord {
        external_id,
        rank,
        source: Source::of(NAME),
        start,
        end,
        offset: base.offset,
        samples: measured(wire, base, notes),
        score: score(wire, day_of_waking(base, &detail), notes),
        detail,
    })
}

fn detail(wire: &Sleep, notes: &mut Notes<'_>) -> SleepDetail {
    let mut detail = SleepDetail {
        calendar_date: notes.date(&wire.calendar_date),
        is_nap: Some(false),
        asleep_s: notes.span(&wire.duration),
        deep_s: notes.span(&wire.deep),
        light_s: notes.span(&wire.light),
        rem_s: notes.span(&wire.rem),
        awake_s: notes.span(&wire.awake),
        unmeasurable_s: notes.span(&wire.unmeasurable),
        validation: notes.text(&wire.validation),
        stages: stages(wire, notes),
        ..SleepDetail::default()
    };
    let slept = [detail.deep_s, detail.light_s, detail.rem_s].into_iter().flatten().sum::<f64>();
    let lay = [detail.awake_s, detail.unmeasurable_s].into_iter().flatten().sum::<f64>();
    // Some senders count the time awake in: then the parts add up to the whole.
    if lay > 0.0 && slept > 0.0 && detail.asleep_s == Some(slept + lay) {
        detail.asleep_s = Some(slept);
    }
    detail
}

/// The end of the night: when its stated parts have passed, or its last stage has ended, whichever is
/// later. Stages leave out what could not be measured; durations leave out gaps.
fn end(wire: &Sleep, detail: &SleepDetail, start: Timestamp) -> Option<Timestamp> {
    let parts = [detail.asleep_s, detail.awake_s, detail.unmeasurable_s];
    let stated = wire.duration.value().map(|_| start.plus_micros(micros(parts.into_iter().flatten().sum())));
    let last = detail.stages.iter().map(|stage| stage.end_time).max();
    stated.max(last).filter(|end| *end > start)
}

fn in_bed(detail: &mut SleepDetail, start: Timestamp, end: Timestamp) {
    let seconds = end.micros_since(start) as f64 / 1e6;
    detail.in_bed_s = Some(seconds);
    detail.efficiency_percent = detail.asleep_s.map(|asleep| (asleep / seconds * 100.0).min(100.0));
}

fn stage(name: &str) -> SleepStage {
    match name {
        "deep" => SleepStage::Deep,
        "light" => SleepStage::Light,
        "rem" => SleepStage::Rem,
        "awake" => SleepStage::Awake,
        _ => SleepStage::Unknown,
    }
}

fn stages(wire: &Sleep, notes: &mut Notes<'_>) -> Vec<StageInterval> {
    let Some(levels) = notes.look(&wire.levels) else { return Vec::new() };
    let mut stages = Vec::new();
    let mut left_out = levels.unreadable > 0;
    for (name, spans) in &levels.entries {
        left_out |= spans.unreadable > 0;
        let mut notes = notes.within(wire.levels.key);
        for span in &spans.items {
            match (notes.time(&span.start), notes.time(&span.end)) {
                (Some(start_time), Some(end_time)) if start_time < end_time => {
                    stages.push(StageInterval { stage: stage(name), start_time, end_time });
                }
                _ => left_out = true,
            }
        }
    }
    if left_out {
        notes.add(IssueCode::Invalid, wire.levels.key, "some stages have no length and were left out");
    }
    stages.sort_unstable_by_key(|stage| (stage.start_time, stage.end_time, stage.stage));
    stages
}

fn measured(wire: &Sleep, base: Base, notes: &mut Notes<'_>) -> Vec<SampleBatch> {
    let breaths = samples::of_map(&wire.respiration, SeriesType::RESPIRATORY_RATE, 0.0..=MOST_BREATHS, base, notes);
    let oxygen = samples::of_map(&wire.spo2, SeriesType::OXYGEN_SATURATION, 0.0..=MOST_OXYGEN, base, notes);
    breaths.into_iter().chain(oxygen).collect()
}

/// Where the score stands: a revision may move the night's start, and must not leave a score behind.
fn day_of_waking(night: Base, detail: &SleepDetail) -> Base {
    match detail.calendar_date {
        Some(_) => Placed::of(night, detail.calendar_date).day().unwrap_or(night),
        None => night,
    }
}

fn score(wire: &Sleep, base: Base, notes: &mut Notes<'_>) -> Option<ScoreRecord> {
    let overall = notes.take(&wire.score);
    let parts = notes.take(&wire.scores);
    if parts.as_ref().is_some_and(|parts| parts.unreadable > 0) {
        notes.add(IssueCode::Invalid, wire.scores.key, "some parts were left out");
    }
    let entries = parts.map(|parts| parts.entries).unwrap_or_default();
    let on_scale = |value: &f64| value.abs() <= MOST_SCORE;
    if entries.iter().filter_map(|(_, part)| part.value).any(|value| !on_scale(&value)) {
        notes.add(IssueCode::Invalid, wire.scores.key, "some values are out of range");
    }
    let component = |(name, Judgement { value, qualifier })| ScoreComponent {
        name,
        value: Option::filter(value, on_scale),
        qualifier,
    };
    let components: Vec<_> = entries.into_iter().map(component).collect();
    let Judgement { value, qualifier } = overall.unwrap_or_default();
    if value.is_some_and(|value| !on_scale(&value)) {
        notes.add(IssueCode::Invalid, wire.score.key, "out of range");
    }
    let value = value.filter(on_scale);
    (value.is_some() || qualifier.is_some() || !components.is_empty()).then(|| ScoreRecord {
        category: ScoreCategory::Sleep,
        rank: base.rank,
        source: Source::of(NAME),
        at: base.start,
        offset: base.offset,
        value,
        qualifier,
        components,
    })
}

fn nap(wire: &Nap, rank: &Rank, notes: &mut Notes<'_>) -> Option<SleepRecord> {
    let (start, seconds) = (notes.time(&wire.start), notes.span(&wire.duration).filter(|seconds| *seconds > 0.0));
    let Some((start, seconds)) = start.zip(seconds) else {
        notes.missing("");
        return None;
    };
    let validation = notes.text(&wire.validation);
    let end = start.plus_micros(micros(seconds));
    let mut detail = SleepDetail { is_nap: Some(true), asleep_s: Some(seconds), validation, ..SleepDetail::default() };
    in_bed(&mut detail, start, end);
    Some(SleepRecord {
        external_id: format!("nap:{start}"),
        rank: rank.of_word(detail.validation.as_deref()),
        source: Source::of(NAME),
        start,
        end,
        offset: notes.device_offset(&wire.offset),
        detail,
        samples: Vec::new(),
        score: None,
    })
}
