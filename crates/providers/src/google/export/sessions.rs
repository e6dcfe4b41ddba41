//! One session a file: a workout with its sums, or a sleep. Its points are in other files.

use super::NAME;
use crate::{
    gathered::{Base, Gathered},
    json::{Field, Item, List, Notes, each_item, wire},
};
use model::{
    Facet, IssueCode, LocalOffset, Mapped, OffsetKind, Point, Record, SeriesType, SleepStage, Source, Timestamp,
    WorkoutDetail, WorkoutRecord, WorkoutType,
};
use std::io::Read;

wire! {
    /// A session.
    Session {
        activity: String = "fitnessActivity",
        start: String = "startTime",
        end: String = "endTime",
        duration: String = "duration",
        sums: List<Sum> = "aggregate",
    }

    /// What a session sums up to.
    Sum {
        name: String = "metricName",
        float: f64 = "floatValue",
        integer: f64 = "intValue",
    }
}

pub(super) fn part(part_type: &str, body: &mut dyn Read) -> Mapped {
    let (mut mapped, mut gathered) = (Mapped::default(), Gathered::default());
    each_item::<Session>(part_type, body, &mut mapped, |Item { path, value }, mapped| {
        let Mapped { issues, records, .. } = mapped;
        let mut notes = Notes::new(issues, path);
        records.extend(session(&value, &mut notes, &mut gathered).map(|workout| Record::Workout(Box::new(workout))));
    });
    gathered.finish(&mut mapped);
    mapped
}

fn session(wire: &Session, notes: &mut Notes<'_>, gathered: &mut Gathered) -> Option<WorkoutRecord> {
    let (start, end) = (time(&wire.start, notes), time(&wire.end, notes));
    let Some(((start, offset), (end, _))) = start.zip(end).filter(|(start, end)| start.0 < end.0) else {
        notes.add(IssueCode::Invalid, wire.start.key, "not an interval of time");
        return None;
    };
    let activity = notes.text(&wire.activity).unwrap_or_default();
    let base = Base { at: start, offset, source: Source::of(NAME) };
    if activity == "sleep" {
        let stage = SleepStage::Sleeping;
        let point = Point { start, duration_us: end.micros_since(start), value: stage.as_value() };
        gathered.add_point(&base, SeriesType::SLEEP_STAGE, stage.context(), point);
        return None;
    }
    let sums = notes.list(&wire.sums);
    let sum = |name: &str| {
        let found = sums.iter().find(|sum| sum.name.value().is_some_and(|told| told == name))?;
        found
            .float
            .value()
            .or(found.integer.value())
            .copied()
            .filter(|value| (0.0..=1e7).contains(value) && *value > 0.0)
    };
    let elapsed_s = Some(end.micros_since(start) as f64 / 1e6);
    let active = notes.text(&wire.duration).and_then(|text| text.strip_suffix('s')?.parse::<f64>().ok());
    let active = active.filter(|seconds| (0.0..=1e7).contains(seconds) && *seconds > 0.0);
    let detail = WorkoutDetail {
        workout_type: Some(workout_type(&activity)),
        duration_s: active.or(elapsed_s),
        elapsed_s,
        energy_kcal: sum("com.google.calories.expended"),
        distance_m: sum("com.google.distance.delta"),
        steps: sum("com.google.step_count.delta"),
        speed_avg_mps: sum("com.google.speed.summary"),
        raw_type: Some(activity).filter(|text| !text.is_empty()),
        ..WorkoutDetail::default()
    };
    Some(WorkoutRecord {
        external_id: format!("session:{start}"),
        aliases: Vec::new(),
        facet: Facet::Summary,
        rank: 0,
        source: base.source,
        start: Some(start),
        end: Some(end),
        offset,
        detail,
        file: None,
        samples: Vec::new(),
    })
}

/// An instant with its offset; `Z` tells none.
fn time(field: &Field<String>, notes: &mut Notes<'_>) -> Option<(Timestamp, Option<LocalOffset>)> {
    let text = notes.text(field)?;
    let at = Timestamp::parse_rfc3339(&text)?;
    let written = text.len().checked_sub(6).and_then(|place| text.get(place..));
    let seconds = written.and_then(LocalOffset::parse_hours_minutes);
    Some((at, seconds.map(|seconds| LocalOffset { seconds, kind: OffsetKind::Zone })))
}

/// By Google Fit's name, or by ours where both agree.
fn workout_type(name: &str) -> WorkoutType {
    match name {
        "biking" | "biking.road" => WorkoutType::Cycling,
        "biking.mountain" => WorkoutType::MountainBiking,
        "biking.stationary" | "biking.spinning" => WorkoutType::IndoorCycling,
        "running.treadmill" => WorkoutType::Treadmill,
        "running.jogging" | "running.sand" => WorkoutType::Running,
        "walking.fitness" | "walking.nordic" | "walking.treadmill" => WorkoutType::Walking,
        "swimming.pool" => WorkoutType::PoolSwimming,
        "swimming.open_water" => WorkoutType::OpenWaterSwimming,
        "strength_training" | "weightlifting" => WorkoutType::StrengthTraining,
        "circuit_training" | "interval_training" | "interval_training.high_intensity" => WorkoutType::CardioTraining,
        "rowing.machine" => WorkoutType::RowingMachine,
        "stair_climbing.machine" => WorkoutType::StairClimbing,
        "skiing" | "skiing.downhill" => WorkoutType::AlpineSkiing,
        "skiing.cross_country" => WorkoutType::CrossCountrySkiing,
        same => WorkoutType::find(same).unwrap_or(WorkoutType::Other),
    }
}
