//! Files of a Takeout: lists whose keys tell what they are (heart rate, resting heart rate, sleep), and tables. Heart
//! rates of lists are in UTC, sleep shows the person's clock.

mod tables;

use super::NAME;
use crate::{
    gathered::{Base, Gathered, Unmapped},
    json::{Item, List, Notes, each_item, has_keys, note_type, wire},
    wall::{self, Wall, utc},
};
use model::{
    Context, IssueCode, LocalDate, Mapped, PartMeta, Record, SeriesType, SleepDetail, SleepRecord, SleepStage, Source,
    StageInterval, Timestamp,
};
use std::io::Read;

const HEART: &str = "export_heart_rate";
const RESTING: &str = "export_resting_heart_rate";
const SLEEP: &str = "export_sleep";
const AMERICAN: &[&str] = &["%m/%d/%y %H:%M:%S", "%m/%d/%Y %H:%M:%S"];
const ISO: &[&str] = &["%Y-%m-%dT%H:%M:%S%.f", "%Y-%m-%dT%H:%M:%S"];
const MOST_BPM: f64 = 300.0;
const MOST_MINUTES: f64 = 3.0 * 1440.0;

wire! {
    /// A value at a time.
    Sample {
        at: String = "dateTime",
        value: Value = "value",
    }

    /// What a sample holds; a resting heart rate has an error, a heart rate a confidence.
    Value {
        bpm: f64 = "bpm",
        confidence: f64 = "confidence",
        resting: f64 = "value",
    }

    /// A sleep, in the shape of the Web API.
    Sleep {
        id: String = "logId",
        date: String = "dateOfSleep",
        start: String = "startTime",
        end: String = "endTime",
        asleep: f64 = "minutesAsleep",
        awake: f64 = "minutesAwake",
        in_bed: f64 = "timeInBed",
        main: bool = "mainSleep",
        levels: Levels = "levels",
    }

    /// The stages of a sleep.
    Levels {
        data: List<Level> = "data",
    }

    /// One stage.
    Level {
        at: String = "dateTime",
        level: String = "level",
        seconds: f64 = "seconds",
    }
}

pub(super) fn recognise(beginning: &[u8]) -> Option<&'static str> {
    let shows = |keys: &[&str]| has_keys(beginning, keys);
    if shows(&["dateTime", "value", "bpm", "confidence"]) {
        Some(HEART)
    } else if shows(&["dateOfSleep", "logId", "startTime"]) {
        Some(SLEEP)
    } else {
        let is_resting = shows(&["dateTime", "value", "date", "error"]);
        is_resting.then_some(RESTING).or_else(|| tables::recognise(beginning).then_some(tables::TYPE))
    }
}

pub(super) fn part(part_type: &str, meta: &PartMeta, body: &mut dyn Read) -> Mapped {
    if part_type == tables::TYPE {
        return tables::part(part_type, meta, body);
    }
    let mut mapped = Mapped::default();
    let (mut wall, mut gathered, mut unmapped) = (Wall::of(meta), Gathered::default(), Unmapped::default());
    match part_type {
        HEART | RESTING => each_item::<Sample>(part_type, body, &mut mapped, |Item { path, value }, mapped| {
            let mut notes = Notes::new(&mut mapped.issues, path);
            sample(&value, part_type == RESTING, &mut notes, &mut gathered, &mut unmapped);
        }),
        SLEEP => each_item::<Sleep>(part_type, body, &mut mapped, |Item { path, value }, mapped| {
            let record = sleep(&value, &mut wall, &mut Notes::new(&mut mapped.issues, path));
            mapped.records.extend(record.map(|record| Record::Sleep(Box::new(record))));
        }),
        _ => note_type(&mut mapped.issues, part_type),
    }
    gathered.finish(&mut mapped);
    unmapped.finish(&mut mapped);
    wall.finish(&mut mapped);
    mapped
}

/// A resting heart rate of zero says that there was none that day.
fn sample(wire: &Sample, rests: bool, notes: &mut Notes<'_>, gathered: &mut Gathered, unmapped: &mut Unmapped) {
    let Some(at) = notes.text(&wire.at).and_then(|text| wall::read(&text, AMERICAN)).map(utc) else {
        return notes.add(IssueCode::Invalid, wire.at.key, "missing, or not a time");
    };
    let Some(value) = notes.take(&wire.value) else { return notes.missing(wire.value.key) };
    let field = if rests { &value.resting } else { &value.bpm };
    let Some(rate) = notes.positive(field, MOST_BPM) else { return unmapped.count("heart rate of zero") };
    let base = Base { at, offset: None, source: Source::of(NAME) };
    let (series, context) = match rests {
        true => (SeriesType::RESTING_HEART_RATE, Context::DAILY),
        false => (SeriesType::HEART_RATE, Context::SAMPLES),
    };
    gathered.add(&base, series, context, rate);
}

fn sleep(wire: &Sleep, wall: &mut Wall, notes: &mut Notes<'_>) -> Option<SleepRecord> {
    let mut time = |text: Option<String>| wall::read(&text?, ISO).map(|shown| wall.place(shown));
    let (start, end) = (time(notes.text(&wire.start)), time(notes.text(&wire.end)));
    let Some(((start, offset), (end, _))) = start.zip(end).filter(|(start, end)| start.0 < end.0) else {
        notes.missing(wire.start.key);
        return None;
    };
    let levels = notes.take(&wire.levels);
    let mut stages = Vec::new();
    let told: &[Level] = levels.as_ref().map_or(&[], |levels| notes.list(&levels.data));
    for level in told {
        match stage(level, &mut time, notes) {
            Some(stage) => stages.push(stage),
            None => notes.add(IssueCode::Invalid, "levels.data", "a stage that cannot be read"),
        }
    }
    let seconds = |kind: SleepStage| {
        let of = stages.iter().filter(|stage: &&StageInterval| stage.stage == kind);
        let sum: i64 = of.map(|stage| stage.end_time.micros_since(stage.start_time)).sum();
        (sum > 0).then_some(sum as f64 / 1e6)
    };
    let mut minutes = |field| notes.amount(field, MOST_MINUTES).map(|minutes| minutes * 60.0);
    let detail = SleepDetail {
        asleep_s: minutes(&wire.asleep),
        awake_s: minutes(&wire.awake),
        in_bed_s: minutes(&wire.in_bed),
        deep_s: seconds(SleepStage::Deep),
        light_s: seconds(SleepStage::Light),
        rem_s: seconds(SleepStage::Rem),
        calendar_date: notes.text(&wire.date).and_then(|date| LocalDate::parse(&date)),
        is_nap: notes.take(&wire.main).map(|main| !main),
        stages,
        ..SleepDetail::default()
    };
    Some(SleepRecord {
        external_id: notes.text(&wire.id).unwrap_or_else(|| format!("sleep:{start}")),
        rank: 0,
        source: Source::of(NAME),
        start,
        end,
        offset,
        detail,
        samples: Vec::new(),
        score: None,
    })
}

fn stage(
    level: &Level,
    time: &mut impl FnMut(Option<String>) -> Option<(Timestamp, Option<model::LocalOffset>)>,
    notes: &mut Notes<'_>,
) -> Option<StageInterval> {
    let (start_time, _) = time(notes.text(&level.at))?;
    let seconds = notes.span(&level.seconds)?;
    let stage = match notes.text(&level.level)?.as_str() {
        "wake" | "awake" => SleepStage::Awake,
        "light" => SleepStage::Light,
        "deep" => SleepStage::Deep,
        "rem" => SleepStage::Rem,
        "asleep" => SleepStage::Sleeping,
        "restless" => SleepStage::Awake,
        _ => SleepStage::Unknown,
    };
    Some(StageInterval { stage, start_time, end_time: start_time.plus_micros((seconds * 1e6) as i64) })
}
