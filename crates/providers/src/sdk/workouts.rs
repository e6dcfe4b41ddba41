//! Workouts: their figures, segments, laps, route and samples.

use super::{
    read,
    source::{Sources, Told},
    time::{self, Interval},
    values, wire, workout_types,
};
use crate::json::Notes;
use model::{
    Context, Facet, IssueCode, Lap, Leg, LocalOffset, Mapped, Point, ProviderName, Record, SampleBatch, SeriesType,
    Source, StrengthSet, Timestamp, WorkoutDetail, WorkoutRecord, WorkoutType,
};
use std::{collections::BTreeMap, io::Read};

const TEXT: usize = 2_000;

/// Points of a workout by series.
pub(super) type Points = BTreeMap<SeriesType, Vec<Point>>;

/// Maps a list of workouts.
pub(super) fn map(provider: &ProviderName, body: &mut dyn Read) -> Mapped {
    let (text, mut mapped) = (read::bytes(body), Mapped::default());
    let workouts: Vec<(u32, wire::Workout<'_>)> = read::items("workouts", &text, &mut mapped);
    let mut sources = Sources::new(provider.clone());
    for (place, wire) in &workouts {
        let source = sources.place(wire.source);
        let mut notes = Notes::at(&mut mapped.issues, "workouts", *place);
        let Some(told) = sources.get(source) else { continue };
        if let Some(workout) = workout(wire, told, &mut notes) {
            mapped.records.push(Record::Workout(Box::new(workout)));
        }
    }
    mapped
}

fn workout(wire: &wire::Workout<'_>, told: &Told, notes: &mut Notes<'_>) -> Option<WorkoutRecord> {
    let span = time::interval(&wire.start_date, &wire.end_date, notes)?;
    let offset = time::offset(&wire.zone_offset, notes);
    let short = |text: Option<&str>| text.map(|text| text.chars().take(TEXT).collect::<String>());
    let mut points = Points::new();
    let mut detail = WorkoutDetail {
        raw_type: wire.kind.owned(),
        name: short(wire.title.get()),
        description: short(wire.notes.get()),
        elapsed_s: (span.duration_us > 0).then_some(span.duration_us as f64 / 1e6),
        manual: told.is_manual.then_some(true),
        ..WorkoutDetail::default()
    };
    let figures = values::read(&wire.values, span, &mut detail, &mut points, notes);
    detail.workout_type = Some(kind(wire, &figures));
    segments(&wire.segments, &mut detail, notes);
    laps(&wire.laps, &mut detail, notes);
    route(&wire.route, &mut detail, &mut points, notes);
    samples(&wire.samples, &mut points, notes);
    let id = wire.id.owned().unwrap_or_else(|| format!("{}/{}", span.start, wire.kind.get().unwrap_or_default()));
    Some(WorkoutRecord {
        external_id: id,
        aliases: Vec::new(),
        facet: Facet::Summary,
        rank: 0,
        source: told.source.clone(),
        start: Some(span.start),
        end: Some(span.start.plus_micros(span.duration_us)),
        offset,
        detail,
        file: None,
        samples: batches(points, &told.source, offset),
    })
}

/// The unified type; where it was swum or whether it was indoors may say more than the name.
fn kind(wire: &wire::Workout<'_>, figures: &values::Figures) -> WorkoutType {
    let kind = wire.kind.get().and_then(workout_types::find).unwrap_or(WorkoutType::Other);
    match (kind, figures.swimming_place, figures.is_indoor) {
        (WorkoutType::Swimming, Some(1.0), _) => WorkoutType::PoolSwimming,
        (WorkoutType::Swimming, Some(2.0), _) => WorkoutType::OpenWaterSwimming,
        (WorkoutType::Running, _, true) => WorkoutType::Treadmill,
        (WorkoutType::Cycling, _, true) => WorkoutType::IndoorCycling,
        (kind, ..) => kind,
    }
}

fn batches(points: Points, source: &Source, offset: Option<LocalOffset>) -> Vec<SampleBatch> {
    let batch = |(series, points)| SampleBatch {
        series,
        source: source.clone(),
        context: Context::SAMPLES,
        rank: 0,
        offset,
        points,
    };
    points.into_iter().map(batch).collect()
}

/// Segments of a sport are legs, those of an exercise are sets.
fn segments(told: &read::Objects<wire::Segment<'_>>, detail: &mut WorkoutDetail, notes: &mut Notes<'_>) {
    for (place, segment) in told.items.iter().enumerate() {
        let mut notes = notes.within(&format!("segments[{place}]"));
        let Some(span) = time::interval(&segment.start_date, &segment.end_date, &mut notes) else { continue };
        let seconds = Some(span.duration_us as f64 / 1e6);
        let repetitions = segment.repetitions.get().filter(|count| *count > 0.0);
        let name = segment.kind.owned();
        match name.as_deref().and_then(workout_types::find).filter(|_| repetitions.is_none()) {
            Some(kind) => detail.legs.push(Leg {
                workout_type: Some(kind),
                raw_type: name,
                start: Some(span.start),
                elapsed_s: seconds,
                ..Leg::default()
            }),
            None => detail.sets.push(StrengthSet {
                start: Some(span.start),
                duration_s: seconds,
                repetitions,
                active: Some(!matches!(name.as_deref(), Some("rest" | "pause"))),
                category: name,
                ..StrengthSet::default()
            }),
        }
    }
    count_wrong(told.wrong, "segments", notes);
}

fn laps(told: &read::Objects<wire::Lap<'_>>, detail: &mut WorkoutDetail, notes: &mut Notes<'_>) {
    for (place, lap) in told.items.iter().enumerate() {
        let mut notes = notes.within(&format!("laps[{place}]"));
        let Some(Interval { start, duration_us }) = time::interval(&lap.start_date, &lap.end_date, &mut notes) else {
            continue;
        };
        detail.laps.push(Lap {
            start: Some(start),
            end: Some(start.plus_micros(duration_us)),
            elapsed_s: Some(duration_us as f64 / 1e6),
            distance_m: lap.distance_m.get(),
            ..Lap::default()
        });
    }
    count_wrong(told.wrong, "laps", notes);
}

fn route(
    told: &read::Objects<wire::Place<'_>>,
    detail: &mut WorkoutDetail,
    points: &mut Points,
    notes: &mut Notes<'_>,
) {
    for (number, place) in told.items.iter().enumerate() {
        let mut notes = notes.within(&format!("route[{number}]"));
        let Some(at) = time::needed(&place.timestamp, "timestamp", &mut notes) else { continue };
        let (latitude, longitude) = (place.latitude.get(), place.longitude.get());
        let on_earth = latitude.is_some_and(|it| it.abs() <= 90.0) && longitude.is_some_and(|it| it.abs() <= 180.0);
        if !on_earth {
            notes.add(IssueCode::Invalid, "latitude", "not a place on earth");
            continue;
        }
        detail.start_latitude_deg = detail.start_latitude_deg.or(latitude);
        detail.start_longitude_deg = detail.start_longitude_deg.or(longitude);
        for (series, value) in [
            (SeriesType::LATITUDE, latitude),
            (SeriesType::LONGITUDE, longitude),
            (SeriesType::ELEVATION, place.altitude_m.get()),
            (SeriesType::GPS_ACCURACY, place.horizontal_accuracy_m.get()),
        ] {
            push(points, series, at, value);
        }
    }
    count_wrong(told.wrong, "route", notes);
}

fn samples(told: &read::Objects<wire::Sample<'_>>, points: &mut Points, notes: &mut Notes<'_>) {
    for (number, sample) in told.items.iter().enumerate() {
        let mut notes = notes.within(&format!("samples[{number}]"));
        let Some(at) = time::needed(&sample.timestamp, "timestamp", &mut notes) else { continue };
        let unit = sample.unit.get();
        let series = match sample.kind.get() {
            Some("heartRate") => SeriesType::HEART_RATE,
            Some("speed") => SeriesType::SPEED,
            Some("power") => SeriesType::POWER,
            // steps of both feet a minute, where the unit says so
            Some("cadence") if unit == Some("spm") => SeriesType::RUNNING_CADENCE,
            Some("cadence") => SeriesType::CADENCE,
            _ => {
                notes.add(IssueCode::Unknown, "type", "this type is not mapped; it is kept raw");
                continue;
            }
        };
        if sample.value.get().is_none() {
            notes.add(IssueCode::Invalid, "value", "not a number");
        }
        push(points, series, at, sample.value.get());
    }
    count_wrong(told.wrong, "samples", notes);
}

fn push(points: &mut Points, series: SeriesType, at: Timestamp, value: Option<f64>) {
    if let Some(value) = value {
        points.entry(series).or_default().push(Point::at(at, value));
    }
}

fn count_wrong(wrong: u32, key: &str, notes: &mut Notes<'_>) {
    if wrong > 0 {
        notes.add(IssueCode::Invalid, key, "has entries that are not objects");
    }
}
