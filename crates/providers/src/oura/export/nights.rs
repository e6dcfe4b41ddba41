//! Sleeps: nights and naps with their stages and what was measured by five minutes.

use super::{
    NAME, Putting,
    document::{Document, Gaps, Series},
    time, untimely,
};
use crate::{
    gathered::Base,
    json::{Field, List, Notes},
};
use model::{
    Context, LocalDate, LocalOffset, Mapped, Point, Record, SampleBatch, ScoreCategory, ScoreRecord, SeriesType,
    SleepDetail, SleepRecord, SleepStage, Source, StageInterval, Timestamp,
};

const FIVE_MINUTES_US: i64 = 300_000_000;
const HALF_A_MINUTE_US: i64 = 30_000_000;
const MOST_SLOTS: usize = 20_000;

impl Putting {
    pub(super) fn night(&mut self, document: &Document, path: &str, mapped: &mut Mapped) {
        let Mapped { issues, records, .. } = mapped;
        let mut notes = Notes::new(issues, path);
        let kind = notes.text(&document.kind);
        if kind.as_deref() == Some("deleted") {
            return self.unmapped.count("sleep that the person deleted");
        }
        let times = document.bedtime_start.value().and_then(|text| time(text));
        let times = times.zip(document.bedtime_end.value().and_then(|text| time(text)));
        let Some(((start, offset), (end, _))) = times.filter(|(start, end)| start.0 < end.0) else {
            return untimely(&mut notes, document.bedtime_start.key);
        };
        let is_main = kind.as_deref().map(|kind| kind == "long_sleep");
        let is_main = is_main.or_else(|| document.is_longest.value().map(|longest| *longest > 0.0));
        let base = Base { at: end, offset, source: Source::of(NAME) };
        if is_main == Some(true)
            && let Some(value) = notes.positive(&document.variability, 500.0)
        {
            self.gathered.add(&base, SeriesType::HEART_RATE_VARIABILITY_RMSSD, Context::DAILY, value);
        }
        let score = notes.positive(&document.score, 100.0);
        records.push(Record::Sleep(Box::new(SleepRecord {
            external_id: notes.text(&document.id).unwrap_or_else(|| format!("sleep:{start}")),
            rank: 0,
            source: Source::of(NAME),
            start,
            end,
            offset,
            samples: samples(document, (start, end), offset, &mut notes),
            detail: detail(document, (start, end), is_main.map(|main| !main), &mut notes),
            score: score.map(|value| scored(&base, value)),
        })));
    }
}

fn scored(base: &Base, value: f64) -> ScoreRecord {
    ScoreRecord {
        category: ScoreCategory::Sleep,
        rank: 0,
        source: base.source.clone(),
        at: base.at,
        offset: base.offset,
        value: Some(value),
        qualifier: None,
        components: Vec::new(),
    }
}

fn detail(
    document: &Document,
    (start, end): (Timestamp, Timestamp),
    is_nap: Option<bool>,
    notes: &mut Notes<'_>,
) -> SleepDetail {
    let fine = notes.text(&document.fine_phases).map(|text| (text, HALF_A_MINUTE_US));
    let phases = fine.or_else(|| notes.text(&document.phases).map(|text| (text, FIVE_MINUTES_US)));
    SleepDetail {
        // of older documents the date is the evening's
        calendar_date: document.day.value().and_then(|text| LocalDate::parse(text)),
        is_nap,
        asleep_s: notes.span(&document.asleep),
        in_bed_s: notes.span(&document.in_bed),
        deep_s: notes.span(&document.deep),
        light_s: notes.span(&document.light),
        rem_s: notes.span(&document.rem),
        awake_s: notes.span(&document.awake),
        efficiency_percent: notes.positive(&document.efficiency, 100.0),
        heart_rate_avg_bpm: notes.positive(&document.heart_avg, 300.0),
        respiration_avg_brpm: notes.positive(&document.breath, 120.0),
        stages: phases.map(|(text, step)| stages(&text, start, end, step)).unwrap_or_default(),
        ..SleepDetail::default()
    }
}

/// A digit a slot from the start of the time in bed; slots of one stage are one interval.
fn stages(text: &str, start: Timestamp, end: Timestamp, step: i64) -> Vec<StageInterval> {
    let mut stages: Vec<StageInterval> = Vec::new();
    let digits = text.chars().filter(char::is_ascii_digit).take(MOST_SLOTS);
    for (place, digit) in digits.enumerate() {
        let stage = match digit {
            '1' => SleepStage::Deep,
            '2' => SleepStage::Light,
            '3' => SleepStage::Rem,
            '4' => SleepStage::Awake,
            _ => SleepStage::Unknown,
        };
        let start_time = start.plus_micros(i64::try_from(place).unwrap_or_default() * step);
        let end_time = start_time.plus_micros(step).min(end);
        match stages.last_mut() {
            Some(last) if last.stage == stage => last.end_time = end_time.max(last.end_time),
            _ if start_time < end_time => stages.push(StageInterval { stage, start_time, end_time }),
            _ => {}
        }
    }
    stages
}

fn samples(
    document: &Document,
    (start, end): (Timestamp, Timestamp),
    offset: Option<LocalOffset>,
    notes: &mut Notes<'_>,
) -> Vec<SampleBatch> {
    let mut batches = Vec::new();
    let kinds = [
        (SeriesType::HEART_RATE, &document.heart_rate, &document.heart_list, 300.0),
        (SeriesType::HEART_RATE_VARIABILITY_RMSSD, &document.hrv, &document.hrv_list, 1000.0),
    ];
    for (series, told, list, most) in kinds {
        let mut points = slots(told, start, notes);
        if points.is_empty() {
            points = listed(list, start);
        }
        // zero stands for none
        points.retain(|point| point.value > 0.0 && point.value <= most && point.start <= end);
        if !points.is_empty() {
            let (source, context) = (Source::of(NAME), Context::SAMPLES);
            batches.push(SampleBatch { series, source, context, rank: 0, offset, points });
        }
    }
    batches
}

fn slots(told: &Field<Series>, start: Timestamp, notes: &mut Notes<'_>) -> Vec<Point> {
    let Some(told) = notes.take(told) else { return Vec::new() };
    let began = told.timestamp.value().and_then(|text| time(text)).map_or(start, |(at, _)| at);
    let Some(interval) = notes.positive(&told.interval, 86_400.0) else { return Vec::new() };
    let Gaps(items) = told.items.into_value().unwrap_or_default();
    let at = |place: usize| began.plus_micros((place as f64 * interval * 1e6) as i64);
    let point = |(place, value): (usize, &Option<f64>)| value.map(|value| Point::at(at(place), value));
    items.iter().enumerate().filter_map(point).collect()
}

/// Older documents have a value every five minutes from the start of the time in bed.
fn listed(list: &Field<List<f64>>, start: Timestamp) -> Vec<Point> {
    let Some(list) = list.value() else { return Vec::new() };
    // what cannot be read has lost its place, and with it the places of what follows
    if list.unreadable > 0 {
        return Vec::new();
    }
    let at = |place: usize| start.plus_micros(i64::try_from(place).unwrap_or_default() * FIVE_MINUTES_US);
    list.items.iter().enumerate().map(|(place, value)| Point::at(at(place), *value)).collect()
}
