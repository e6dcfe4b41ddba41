//! The app's tables: cycles, sleeps, workouts and the journal. Times are those of the wrist, and each row says the
//! offset of its cycle. Units stand in the columns' names; energy in `cal` is kilocalories.

use super::NAME;
use crate::{
    gathered::{Base, Gathered, Unmapped},
    json::note_type,
    table::{Row, each_row, has_columns},
    wall::{self, Wall, at_offset},
};
use model::{
    Context, Facet, IssueCode, LocalOffset, Mapped, OffsetKind, PartMeta, Record, ScoreCategory, ScoreRecord,
    SeriesType, SleepDetail, SleepRecord, Source, Timestamp, WorkoutDetail, WorkoutRecord, WorkoutType,
};
use std::io::Read;

const CYCLES: &str = "export_cycles";
const SLEEPS: &str = "export_sleeps";
const WORKOUTS: &str = "export_workouts";
const JOURNAL: &str = "export_journal";
const FORMS: &[&str] = &["%Y-%m-%d %H:%M:%S", "%Y-%m-%dT%H:%M:%S"];
const MOST_MINUTES: f64 = 3.0 * 1440.0;

/// By the columns that only one of the tables has; the cycles' table repeats those of sleep.
const TABLES: [(&str, &[&str]); 4] = [
    (WORKOUTS, &["Cycle start time", "Workout start time"]),
    (JOURNAL, &["Cycle start time", "Question text"]),
    (CYCLES, &["Cycle start time", "Recovery score %"]),
    (SLEEPS, &["Cycle start time", "Sleep onset", "Nap"]),
];

pub(super) fn recognise(beginning: &[u8]) -> Option<&'static str> {
    TABLES.iter().find(|(_, columns)| has_columns(beginning, columns)).map(|(name, _)| *name)
}

pub(super) fn part(part_type: &str, meta: &PartMeta, body: &mut dyn Read) -> Mapped {
    let mut mapped = Mapped::default();
    let Some((_, columns)) = TABLES.iter().find(|(name, _)| *name == part_type) else {
        note_type(&mut mapped.issues, part_type);
        return mapped;
    };
    let (mut wall, mut gathered, mut unmapped) = (Wall::of(meta), Gathered::default(), Unmapped::default());
    each_row(part_type, columns, body, &mut mapped, |row, mapped| match part_type {
        CYCLES => cycle(row, &mut wall, &mut gathered, mapped),
        SLEEPS => sleep(row, &mut wall, &mut gathered, mapped),
        WORKOUTS => workout(row, &mut wall, mapped),
        _ => unmapped.count("journal entry"),
    });
    gathered.finish(&mut mapped);
    unmapped.finish(&mut mapped);
    wall.finish(&mut mapped);
    mapped
}

/// The instant that a column shows, by the row's own offset where it has one.
fn time(row: &Row<'_>, column: &str, wall: &mut Wall) -> Option<(Timestamp, Option<LocalOffset>)> {
    let shown = wall::read(&row.text(column)?, FORMS)?;
    let zone = row.text("Cycle timezone");
    let zone = zone.as_deref().map(|zone| zone.trim_start_matches("UTC").trim_start_matches("GMT"));
    let seconds = zone.and_then(|zone| LocalOffset::parse_hours_minutes(if zone.is_empty() { "Z" } else { zone }));
    Some(match seconds {
        Some(seconds) => (at_offset(shown, seconds), Some(LocalOffset { seconds, kind: OffsetKind::Zone })),
        None => wall.place(shown),
    })
}

fn needed(
    row: &Row<'_>,
    column: &str,
    wall: &mut Wall,
    mapped: &mut Mapped,
) -> Option<(Timestamp, Option<LocalOffset>)> {
    let found = time(row, column, wall);
    if found.is_none() {
        row.notes(mapped).add(IssueCode::Missing, column, "missing, or not a time");
    }
    found
}

fn score(category: ScoreCategory, base: &Base, value: Option<f64>) -> Option<ScoreRecord> {
    let (source, at, offset) = (base.source.clone(), base.at, base.offset);
    Some(ScoreRecord {
        category,
        rank: 0,
        source,
        at,
        offset,
        value: Some(value?),
        qualifier: None,
        components: vec![],
    })
}

/// What the recovery after a night says stands at waking; a cycle that has no night yet says it at its begin.
fn cycle(row: &Row<'_>, wall: &mut Wall, gathered: &mut Gathered, mapped: &mut Mapped) {
    let Some((start, offset)) = needed(row, "Cycle start time", wall, mapped) else { return };
    let base = |at, offset| Base { at, offset, source: Source::of(NAME) };
    let (woke, woke_offset) = time(row, "Wake onset", wall).unwrap_or((start, offset));
    let awake = base(woke, woke_offset);
    let series = [
        ("Resting heart rate (bpm)", SeriesType::RESTING_HEART_RATE, 250.0),
        ("Heart rate variability (ms)", SeriesType::HEART_RATE_VARIABILITY_RMSSD, 500.0),
        ("Skin temp (celsius)", SeriesType::SKIN_TEMPERATURE, 50.0),
        ("Blood oxygen %", SeriesType::OXYGEN_SATURATION, 100.0),
    ];
    for (column, series, most) in series {
        if let Some(value) = row.number(column, 0.0, most, mapped).filter(|value| *value > 0.0) {
            gathered.add(&awake, series, Context::DAILY, value);
        }
    }
    let recovery = row.number("Recovery score %", 0.0, 100.0, mapped);
    let strain = row.number("Day Strain", 0.0, 21.0, mapped);
    let scores =
        [score(ScoreCategory::Recovery, &awake, recovery), score(ScoreCategory::Strain, &base(start, offset), strain)];
    mapped.records.extend(scores.into_iter().flatten().map(Record::Score));
}

fn sleep(row: &Row<'_>, wall: &mut Wall, gathered: &mut Gathered, mapped: &mut Mapped) {
    let Some((start, offset)) = needed(row, "Sleep onset", wall, mapped) else { return };
    let Some((end, _)) = needed(row, "Wake onset", wall, mapped).filter(|(end, _)| *end > start) else { return };
    let mut seconds = |column| row.number(column, 0.0, MOST_MINUTES, mapped).map(|minutes| minutes * 60.0);
    let detail = SleepDetail {
        asleep_s: seconds("Asleep duration (min)"),
        in_bed_s: seconds("In bed duration (min)"),
        light_s: seconds("Light sleep duration (min)"),
        deep_s: seconds("Deep (SWS) duration (min)"),
        rem_s: seconds("REM duration (min)"),
        awake_s: seconds("Awake duration (min)"),
        is_nap: row.text("Nap").map(|nap| nap.eq_ignore_ascii_case("true")),
        efficiency_percent: row.number("Sleep efficiency %", 0.0, 100.0, mapped),
        respiration_avg_brpm: row.number("Respiratory rate (rpm)", 0.0, 120.0, mapped),
        ..SleepDetail::default()
    };
    let base = Base { at: end, offset, source: Source::of(NAME) };
    if let Some(rate) = detail.respiration_avg_brpm {
        gathered.add(&base, SeriesType::RESPIRATORY_RATE, Context::DAILY, rate);
    }
    let performance = row.number("Sleep performance %", 0.0, 100.0, mapped);
    mapped.records.push(Record::Sleep(Box::new(SleepRecord {
        external_id: format!("sleep:{start}"),
        rank: 0,
        source: Source::of(NAME),
        start,
        end,
        offset,
        detail,
        samples: Vec::new(),
        score: score(ScoreCategory::Sleep, &base, performance),
    })));
}

fn workout(row: &Row<'_>, wall: &mut Wall, mapped: &mut Mapped) {
    let Some((start, offset)) = needed(row, "Workout start time", wall, mapped) else { return };
    let end = time(row, "Workout end time", wall).map(|(end, _)| end).filter(|end| *end > start);
    let name = row.text("Activity name");
    let elapsed_s = end.map(|end| end.micros_since(start) as f64 / 1e6);
    let detail = WorkoutDetail {
        workout_type: Some(name.as_deref().map_or(WorkoutType::Other, workout_type)),
        raw_type: name,
        duration_s: row.number("Duration (min)", 0.0, MOST_MINUTES, mapped).map(|minutes| minutes * 60.0).or(elapsed_s),
        elapsed_s,
        energy_kcal: row.number("Energy burned (cal)", 0.0, 50_000.0, mapped),
        heart_rate_max_bpm: row.number("Max HR (bpm)", 0.0, 300.0, mapped).filter(|rate| *rate > 0.0),
        heart_rate_avg_bpm: row.number("Average HR (bpm)", 0.0, 300.0, mapped).filter(|rate| *rate > 0.0),
        distance_m: row.number("Distance (meters)", 0.0, 1e7, mapped),
        elevation_gain_m: row.number("Altitude gain (meters)", 0.0, 1e5, mapped),
        ..WorkoutDetail::default()
    };
    let strain = row.number("Activity Strain", 0.0, 21.0, mapped);
    let base = Base { at: start, offset, source: Source::of(NAME) };
    mapped.records.extend(score(ScoreCategory::Strain, &base, strain).map(Record::Score));
    mapped.records.push(Record::Workout(Box::new(WorkoutRecord {
        external_id: format!("workout:{start}"),
        aliases: Vec::new(),
        facet: Facet::Summary,
        rank: 0,
        source: base.source,
        start: Some(start),
        end,
        offset,
        detail,
        file: None,
        samples: Vec::new(),
    })));
}

/// By WHOOP's name, or by ours where both agree.
fn workout_type(name: &str) -> WorkoutType {
    let plain = name.to_ascii_lowercase().replace([' ', '-', '/'], "_");
    match plain.as_str() {
        "weightlifting" | "powerlifting" | "strength_trainer" => WorkoutType::StrengthTraining,
        "functional_fitness" | "hiit" => WorkoutType::CardioTraining,
        "spin" | "assault_bike" => WorkoutType::IndoorCycling,
        "rowing" => WorkoutType::RowingMachine,
        "stairmaster" => WorkoutType::StairClimbing,
        "skiing" => WorkoutType::AlpineSkiing,
        "hiking_rucking" => WorkoutType::Hiking,
        "activity" => WorkoutType::Generic,
        same => WorkoutType::find(same).unwrap_or(WorkoutType::Other),
    }
}
