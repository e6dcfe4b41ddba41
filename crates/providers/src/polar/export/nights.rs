//! Nights, their scores, and how they recovered. A night is named by its date; scores and recovery say no time, and
//! stand at the midnight that begins that date for the person.

use super::{seconds, source};
use crate::{
    gathered::{Base, Gathered},
    json::{Field, Item, List, Notes, each_item, wire},
    wall::Wall,
};
use jiff::civil::Time;
use model::{
    Context, IssueCode, LocalDate, LocalOffset, Mapped, OffsetKind, Point, Record, ScoreCategory, ScoreComponent,
    ScoreRecord, SeriesType, SleepDetail, SleepRecord, SleepStage, Source, StageInterval, Timestamp,
};
use std::io::Read;

wire! {
    /// A night.
    Night {
        date: String = "night",
        evaluation: Evaluation = "evaluation",
        result: SleepResult = "sleepResult",
    }

    /// What is said of it.
    Evaluation {
        asleep: String = "asleepDuration",
        span: String = "sleepSpan",
        phases: Phases = "phaseDurations",
        analysis: Analysis = "analysis",
    }

    /// How long each phase was.
    Phases {
        wake: String = "wake",
        rem: String = "rem",
        light: String = "light",
        deep: String = "deep",
        unknown: String = "unknown",
    }

    /// How good it was.
    Analysis {
        efficiency: f64 = "efficiencyPercent",
    }

    /// How it went.
    SleepResult {
        hypnogram: Hypnogram = "hypnogram",
    }

    /// From when to when, and what changed when.
    Hypnogram {
        start: String = "sleepStart",
        end: String = "sleepEnd",
        device: String = "deviceId",
        changes: List<Change> = "sleepStateChanges",
    }

    /// A change, so long after the start.
    Change {
        after: String = "offsetFromStart" | "offset",
        state: String = "state",
    }

    /// A score.
    Scored {
        date: String = "night",
        result: Scores = "sleepScoreResult",
    }

    /// Its parts.
    Scores {
        score: f64 = "sleepScore",
        duration: f64 = "groupDurationScore",
        solidity: f64 = "groupSolidityScore",
        refresh: f64 = "groupRefreshScore",
    }

    /// How a night recovered.
    Recovery {
        date: String = "night",
        beats: f64 = "meanNightlyRecoveryRri",
        rmssd: f64 = "meanNightlyRecoveryRmssd",
        breaths: f64 = "meanNightlyRecoveryRespirationInterval",
        indicator: f64 = "recoveryIndicator",
        charge: f64 = "ansStatus",
        rate: f64 = "ansRate",
    }
}

pub(super) fn map(part_type: &str, body: &mut dyn Read, mapped: &mut Mapped) {
    each_item::<Night>(part_type, body, mapped, |Item { path, value }, mapped| {
        let record = night(&value, &mut Notes::new(&mut mapped.issues, path));
        mapped.records.extend(record.map(|record| Record::Sleep(Box::new(record))));
    });
}

fn night(wire: &Night, notes: &mut Notes<'_>) -> Option<SleepRecord> {
    let date = notes.needed_date(&wire.date)?;
    let hypnogram = notes.take(&wire.result).and_then(|result| notes.take(&result.hypnogram));
    let Some(hypnogram) = hypnogram else {
        notes.missing("sleepResult.hypnogram");
        return None;
    };
    let times = time(&hypnogram.start, notes).zip(time(&hypnogram.end, notes));
    let Some(((start, offset), (end, _))) = times.filter(|(start, end)| start.0 < end.0) else {
        notes.add(IssueCode::Invalid, hypnogram.start.key, "not an interval of time");
        return None;
    };
    let stages = stages(&hypnogram, start, end, notes);
    let evaluation = notes.take(&wire.evaluation).unwrap_or_default();
    let phases = notes.take(&evaluation.phases).unwrap_or_default();
    let analysis = notes.take(&evaluation.analysis).unwrap_or_default();
    let detail = SleepDetail {
        calendar_date: Some(date),
        asleep_s: seconds(&evaluation.asleep, notes),
        in_bed_s: seconds(&evaluation.span, notes),
        deep_s: seconds(&phases.deep, notes),
        light_s: seconds(&phases.light, notes),
        rem_s: seconds(&phases.rem, notes),
        awake_s: seconds(&phases.wake, notes),
        unmeasurable_s: seconds(&phases.unknown, notes),
        efficiency_percent: notes.positive(&analysis.efficiency, 100.0),
        stages,
        ..SleepDetail::default()
    };
    Some(SleepRecord {
        external_id: format!("night:{date}"),
        rank: 0,
        source: source(notes.text(&hypnogram.device)),
        start,
        end,
        offset,
        detail,
        samples: Vec::new(),
        score: None,
    })
}

/// Each state lasts until the next; what lies after the end says how the night ended, and is no part of it.
fn stages(hypnogram: &Hypnogram, start: Timestamp, end: Timestamp, notes: &mut Notes<'_>) -> Vec<StageInterval> {
    let mut changes: Vec<(Timestamp, SleepStage)> = Vec::new();
    for change in notes.list(&hypnogram.changes) {
        let Some(after) = seconds(&change.after, notes) else {
            notes.add(IssueCode::Invalid, hypnogram.changes.key, "a change without its time");
            continue;
        };
        let state = notes.text(&change.state).unwrap_or_default();
        let stage = match state.trim_start_matches("SLEEP_STATE_") {
            "WAKE" | "AWAKE" => SleepStage::Awake,
            "REM" => SleepStage::Rem,
            "NONREM1" | "NONREM2" | "LIGHT" => SleepStage::Light,
            "NONREM3" | "DEEP" => SleepStage::Deep,
            _ => SleepStage::Unknown,
        };
        changes.push((start.plus_micros((after * 1e6) as i64), stage));
    }
    changes.sort_by_key(|(at, _)| *at);
    let ends = changes.iter().skip(1).map(|(at, _)| *at).chain([end]);
    let interval = |((start_time, stage), end_time): ((Timestamp, SleepStage), Timestamp)| {
        let end_time = end_time.min(end);
        (start_time < end_time).then_some(StageInterval { stage, start_time, end_time })
    };
    changes.iter().copied().zip(ends).filter_map(interval).collect()
}

/// An instant with its offset.
fn time(field: &Field<String>, notes: &mut Notes<'_>) -> Option<(Timestamp, Option<LocalOffset>)> {
    let text = notes.text(field)?;
    let at = Timestamp::parse_rfc3339(&text)?;
    let written = text.len().checked_sub(6).and_then(|place| text.get(place..));
    let seconds = written.and_then(LocalOffset::parse_hours_minutes);
    Some((at, seconds.map(|seconds| LocalOffset { seconds, kind: OffsetKind::Zone })))
}

fn midnight(date: LocalDate, wall: &mut Wall) -> Base {
    let (at, offset) = wall.place(date.to_civil().to_datetime(Time::midnight()));
    Base { at, offset, source: source(None) }
}

pub(super) fn scores(part_type: &str, wall: &mut Wall, body: &mut dyn Read, mapped: &mut Mapped) {
    each_item::<Scored>(part_type, body, mapped, |Item { path, value }, mapped| {
        let mut notes = Notes::new(&mut mapped.issues, path);
        let Some(date) = notes.needed_date(&value.date) else { return };
        let Some(result) = notes.take(&value.result) else { return notes.missing(value.result.key) };
        let Some(score) = notes.positive(&result.score, 100.0) else { return notes.missing(result.score.key) };
        let parts =
            [&result.duration, &result.solidity, &result.refresh].map(|field| (field, notes.positive(field, 100.0)));
        let base = midnight(date, wall);
        mapped.records.push(scored(ScoreCategory::Sleep, &base, Some(score), &parts));
    });
}

/// Intervals are milliseconds; the indicator is of six grades, and the charge between −10 and 10.
pub(super) fn recoveries(part_type: &str, wall: &mut Wall, body: &mut dyn Read, mapped: &mut Mapped) {
    let mut gathered = Gathered::default();
    each_item::<Recovery>(part_type, body, mapped, |Item { path, value }, mapped| {
        let mut notes = Notes::new(&mut mapped.issues, path);
        let Some(date) = notes.needed_date(&value.date) else { return };
        let (base, next) = (midnight(date, wall), midnight(date.plus_days(1), wall));
        let mut add = |series, value: Option<f64>| {
            let Some(value) = value else { return };
            let point = Point { start: base.at, duration_us: next.at.micros_since(base.at).max(0), value };
            gathered.add_point(&base, series, Context::DAILY, point);
        };
        add(SeriesType::HEART_RATE_VARIABILITY_RMSSD, notes.positive(&value.rmssd, 1000.0));
        let breaths = notes.between(&value.breaths, 500.0, 60_000.0).map(|milliseconds| 60_000.0 / milliseconds);
        add(SeriesType::RESPIRATORY_RATE, breaths);
        let parts = [
            (&value.charge, notes.between(&value.charge, -10.0, 10.0)),
            (&value.rate, notes.between(&value.rate, 1.0, 5.0)),
            (&value.beats, notes.between(&value.beats, 200.0, 3000.0)),
        ];
        let indicator = notes.between(&value.indicator, 1.0, 6.0);
        if indicator.is_some() {
            mapped.records.push(scored(ScoreCategory::Recovery, &base, indicator, &parts));
        }
    });
    gathered.finish(mapped);
}

fn scored(category: ScoreCategory, base: &Base, value: Option<f64>, parts: &[(&Field<f64>, Option<f64>)]) -> Record {
    let component = |(field, value): &(&Field<f64>, Option<f64>)| {
        Some(ScoreComponent { name: field.key.to_owned(), value: Some((*value)?), qualifier: None })
    };
    Record::Score(ScoreRecord {
        category,
        rank: 0,
        source: Source::clone(&base.source),
        at: base.at,
        offset: base.offset,
        value,
        qualifier: None,
        components: parts.iter().filter_map(component).collect(),
    })
}
