//! Training sessions. Times are those of the wrist, beside the offset in minutes; a session of several exercises keeps
//! them as legs. Exports of two generations say the same under other keys.

use super::{
    samples::{Gathering, Routes, Samples},
    seconds, shown, source,
};
use crate::{
    gathered::Unmapped,
    json::{Field, Item, List, Notes, each_item, wire},
    wall::{Wall, at_offset},
};
use model::{
    Context, Facet, IssueCode, LocalOffset, Mapped, OffsetKind, Record, SampleBatch, SeriesType, Timestamp,
    WorkoutDetail, WorkoutRecord, WorkoutType,
};
use std::io::Read;

wire! {
    /// A session.
    Session {
        identifier: Id = "identifier",
        name: String = "name",
        note: String = "note",
        device: String = "deviceId",
        start: String = "startTime",
        stop: String = "stopTime",
        offset: f64 = "timezoneOffsetMinutes" | "timeZoneOffset" | "timezoneOffset",
        milliseconds: f64 = "durationMillis",
        duration: String = "duration",
        distance: f64 = "distanceMeters" | "distance",
        energy: f64 = "calories" | "kiloCalories",
        heart_avg: f64 = "hrAvg" | "averageHeartRate",
        heart_max: f64 = "hrMax" | "maximumHeartRate",
        sport: Sport = "sport",
        exercises: List<Exercise> = "exercises",
    }

    /// An id.
    Id {
        id: String = "id",
    }

    /// An exercise of a session.
    Exercise {
        start: String = "startTime",
        stop: String = "stopTime",
        milliseconds: f64 = "durationMillis",
        duration: String = "duration",
        distance: f64 = "distanceMeters" | "distance",
        energy: f64 = "calories" | "kiloCalories",
        ascent: f64 = "ascent" | "ascentMeters",
        descent: f64 = "descent" | "descentMeters",
        sport: Sport = "sport",
        samples: Samples = "samples",
        routes: Routes = "routes",
    }
}

/// What was done: the number of a catalogue, or a word.
#[derive(Clone, Debug)]
pub(crate) struct Sport(String);

impl crate::json::Lenient for Sport {
    fn from_text(text: &str) -> Option<Self> {
        Some(Self(text.to_owned()))
    }

    fn from_map<'de, A: serde::de::MapAccess<'de>>(map: A) -> Result<Option<Self>, A::Error> {
        let id = Id::from_map(map)?.and_then(|id| id.id.into_value());
        Ok(id.map(Self))
    }
}

pub(super) fn map(part_type: &str, wall: &mut Wall, body: &mut dyn Read, mapped: &mut Mapped) {
    let mut unmapped = Unmapped::default();
    each_item::<Session>(part_type, body, mapped, |Item { path, value }, mapped| {
        let workout = session(&value, wall, &mut Notes::new(&mut mapped.issues, path), &mut unmapped);
        mapped.records.extend(workout.map(|workout| Record::Workout(Box::new(workout))));
    });
    unmapped.finish(mapped);
}

fn session(wire: &Session, wall: &mut Wall, notes: &mut Notes<'_>, unmapped: &mut Unmapped) -> Option<WorkoutRecord> {
    let told = notes.between(&wire.offset, -1440.0, 1440.0).map(|minutes| (minutes * 60.0) as i32);
    let told = told.map(|seconds| LocalOffset { seconds, kind: OffsetKind::Zone });
    let Some((start, offset)) = place(&wire.start, told, wall, notes) else {
        notes.add(IssueCode::Invalid, wire.start.key, "missing, or not a time");
        return None;
    };
    let stop = wire.stop.value().and_then(|text| shown(text));
    let end = stop.map(|shown| at_offset(shown, offset.map_or(0, |offset| offset.seconds))).filter(|end| *end > start);
    let exercises = notes.list(&wire.exercises);
    let kind = kind(wire.sport.value().or_else(|| one(exercises)?.sport.value()));
    let mut gathering = Gathering::new(offset.map_or(0, |offset| offset.seconds));
    for (place, exercise) in exercises.iter().enumerate() {
        let notes = &mut notes.within(&format!("exercises[{place}]"));
        let began = exercise.start.value().and_then(|text| shown(text));
        let began = began.map_or(start, |shown| at_offset(shown, gathering.offset_s));
        if let Some(samples) = notes.look(&exercise.samples) {
            gathering.take(samples, began, is_ride(self::kind(exercise.sport.value()).or(kind)), notes);
        }
        if let Some(routes) = notes.look(&exercise.routes) {
            gathering.route(routes, began, notes);
        }
    }
    gathering.tell(notes);
    for (kind, count) in &gathering.unknown {
        (0..*count).for_each(|_| unmapped.count(&format!("series {kind}")));
    }
    let source = source(notes.text(&wire.device));
    let batch = |(series, points): (u16, Vec<_>)| {
        let series = SeriesType::from_stored(series)?;
        Some(SampleBatch { series, source: source.clone(), context: Context::SAMPLES, rank: 0, offset, points })
    };
    let samples = gathering.points.into_iter().filter_map(batch).collect();
    Some(WorkoutRecord {
        external_id: notes
            .take(&wire.identifier)
            .and_then(|id| id.id.into_value())
            .filter(|id| !id.is_empty())
            .unwrap_or_else(|| format!("session:{start}")),
        aliases: Vec::new(),
        facet: Facet::Summary,
        rank: 0,
        detail: detail(wire, exercises, kind, end.map(|end| end.micros_since(start) as f64 / 1e6), notes),
        source,
        start: Some(start),
        end,
        offset,
        file: None,
        samples,
    })
}

/// A time of the wrist: by the offset that stands beside it, else by the person's zone.
fn place(
    field: &Field<String>,
    told: Option<LocalOffset>,
    wall: &mut Wall,
    notes: &mut Notes<'_>,
) -> Option<(Timestamp, Option<LocalOffset>)> {
    let shown = shown(&notes.text(field)?)?;
    Some(match told {
        Some(offset) => (at_offset(shown, offset.seconds), Some(offset)),
        None => wall.place(shown),
    })
}

fn one(exercises: &[Exercise]) -> Option<&Exercise> {
    if let [exercise] = exercises { Some(exercise) } else { None }
}

fn detail(
    wire: &Session,
    exercises: &[Exercise],
    kind: Option<WorkoutType>,
    elapsed_s: Option<f64>,
    notes: &mut Notes<'_>,
) -> WorkoutDetail {
    let milliseconds = notes.amount(&wire.milliseconds, 3e9).map(|milliseconds| milliseconds / 1e3);
    let duration_s = milliseconds.or_else(|| seconds(&wire.duration, notes)).or(elapsed_s);
    let single = one(exercises);
    let sport = wire.sport.value().or_else(|| single?.sport.value()).map(|sport| sport.0.clone());
    let mut of_one = |field: fn(&Exercise) -> &Field<f64>| single.and_then(|one| notes.amount(field(one), 1e5));
    let (elevation_gain_m, elevation_loss_m) = (of_one(|one| &one.ascent), of_one(|one| &one.descent));
    WorkoutDetail {
        workout_type: Some(kind.unwrap_or(if exercises.len() > 1 {
            WorkoutType::Multisport
        } else {
            WorkoutType::Other
        })),
        raw_type: sport,
        name: notes.text(&wire.name),
        description: notes.text(&wire.note),
        duration_s,
        elapsed_s,
        distance_m: notes.positive(&wire.distance, 1e7),
        energy_kcal: notes.positive(&wire.energy, 1e5),
        heart_rate_avg_bpm: notes.positive(&wire.heart_avg, 300.0),
        heart_rate_max_bpm: notes.positive(&wire.heart_max, 300.0),
        elevation_gain_m,
        elevation_loss_m,
        legs: if exercises.len() > 1 { exercises.iter().map(|one| leg(one, notes)).collect() } else { Vec::new() },
        ..WorkoutDetail::default()
    }
}

fn leg(exercise: &Exercise, notes: &mut Notes<'_>) -> model::Leg {
    let milliseconds = notes.amount(&exercise.milliseconds, 3e9).map(|milliseconds| milliseconds / 1e3);
    model::Leg {
        workout_type: kind(exercise.sport.value()),
        raw_type: exercise.sport.value().map(|sport| sport.0.clone()),
        elapsed_s: milliseconds.or_else(|| seconds(&exercise.duration, notes)),
        distance_m: notes.positive(&exercise.distance, 1e7),
        energy_kcal: notes.positive(&exercise.energy, 1e5),
        ..model::Leg::default()
    }
}

fn is_ride(kind: Option<WorkoutType>) -> bool {
    use WorkoutType::{Cycling, IndoorCycling, MountainBiking};
    kind.is_some_and(|kind| [Cycling, IndoorCycling, MountainBiking].contains(&kind))
}

/// By the word of older exports, or the few numbers of the catalogue that the vendor publishes.
fn kind(sport: Option<&Sport>) -> Option<WorkoutType> {
    let name = sport?.0.to_ascii_lowercase();
    Some(match name.as_str() {
        "1" => WorkoutType::Running,
        "2" | "road_biking" | "classic_roadbiking" => WorkoutType::Cycling,
        "indoor_cycling" | "spinning" => WorkoutType::IndoorCycling,
        "mountain_biking" => WorkoutType::MountainBiking,
        "treadmill_running" => WorkoutType::Treadmill,
        "jogging" | "road_running" | "track_and_field_running" => WorkoutType::Running,
        "cross-country_skiing" | "crosscountry_skiing" => WorkoutType::CrossCountrySkiing,
        "pool_swimming" => WorkoutType::PoolSwimming,
        "strength_training" | "functional_training" => WorkoutType::StrengthTraining,
        "circuit_training" | "other_indoor" => WorkoutType::CardioTraining,
        same => WorkoutType::find(same)?,
    })
}
