//! A workout with all that is inside it: statistics or the totals of older exports, events, legs, routes, metadata.

use super::{
    cursor::{Cursor, Tag, text},
    source,
    statistics::{Statistic, number, quantity, written},
    units::Quantity,
    workout_type,
    zone::{Clock, Moment},
};
use crate::Notes;
use crate::columns::Columns;
use model::{
    Context, Facet, IssueCode, Lap, Leg, ProviderName, Record, SampleBatch, SeriesType, Timestamp, WorkoutDetail,
    WorkoutRecord, derived_id,
};

/// Laps, pauses and legs of one workout.
const MOST_ITEMS: usize = 10_000;
/// Routes of one workout.
const MOST_ROUTES: usize = 1_000;

/// A workout while it is read.
#[derive(Default)]
struct Workout<'a> {
    kind: &'a [u8],
    source_name: &'a [u8],
    source_version: &'a [u8],
    device: &'a [u8],
    start: &'a [u8],
    end: &'a [u8],
    duration: (&'a [u8], &'a [u8]),
    distance: (&'a [u8], &'a [u8]),
    energy: (&'a [u8], &'a [u8]),
    zone: &'a [u8],
    indoor: bool,
    swimming: Option<&'a [u8]>,
    detail: WorkoutDetail,
    events: Vec<WorkoutEvent<'a>>,
    legs: Vec<Leg>,
    routes: Vec<String>,
    columns: Columns,
}

#[derive(Clone, Copy, Default)]
struct WorkoutEvent<'a> {
    kind: &'a [u8],
    date: &'a [u8],
    duration: (&'a [u8], &'a [u8]),
}

/// The name under which the file of a route and its workout find each other.
#[must_use]
pub fn route_alias(path: &str) -> String {
    let name = path.rsplit(['/', '\\']).next().unwrap_or(path);
    format!("route:{}", name.chars().take(200).collect::<String>())
}

/// Reads the workout whose name was read last.
pub(super) fn read<'a>(
    provider: &ProviderName,
    cursor: &mut Cursor<'a>,
    clock: &mut Clock<'a>,
    notes: &mut Notes,
) -> Option<Record> {
    let mut workout = Workout::default();
    let empty = cursor.attributes(|name, value| workout.attribute(name, value));
    if !empty {
        workout.inside(cursor, clock, notes);
    }
    workout.finish(provider, clock, notes)
}

impl<'a> Workout<'a> {
    fn attribute(&mut self, name: &[u8], value: &'a [u8]) {
        match name {
            b"workoutActivityType" => self.kind = value,
            b"sourceName" => self.source_name = value,
            b"sourceVersion" => self.source_version = value,
            b"device" => self.device = value,
            b"startDate" => self.start = value,
            b"endDate" => self.end = value,
            b"duration" => self.duration.0 = value,
            b"durationUnit" => self.duration.1 = value,
            b"totalDistance" => self.distance.0 = value,
            b"totalDistanceUnit" => self.distance.1 = value,
            b"totalEnergyBurned" => self.energy.0 = value,
            b"totalEnergyBurnedUnit" => self.energy.1 = value,
            _ => {}
        }
    }

    fn inside(&mut self, cursor: &mut Cursor<'a>, clock: &mut Clock<'a>, notes: &mut Notes) {
        while let Some(Tag::Open(name)) = cursor.next() {
            match name {
                b"MetadataEntry" => metadata(cursor, |key, value| self.metadata(key, value)),
                b"WorkoutStatistics" => {
                    let statistic = statistic(cursor);
                    statistic.put(&mut self.detail, notes);
                }
                b"WorkoutEvent" => {
                    let event = event(cursor);
                    if self.events.len() < MOST_ITEMS {
                        self.events.push(event);
                    }
                }
                b"WorkoutActivity" => self.leg(cursor, clock, notes),
                b"WorkoutRoute" => self.route(cursor, clock),
                _ => {
                    notes.add(
                        IssueCode::Unmapped,
                        &text(name),
                        "elements of workouts have no place; they are kept raw",
                    );
                    skip(cursor);
                }
            }
        }
    }

    fn metadata(&mut self, key: &[u8], value: &'a [u8]) {
        let detail = &mut self.detail;
        match key {
            b"HKTimeZone" => self.zone = value,
            b"HKIndoorWorkout" => self.indoor = value == b"1",
            b"HKSwimmingLocationType" => self.swimming = Some(value),
            b"HKWasUserEntered" => detail.manual = Some(value == b"1"),
            b"HKWorkoutBrandName" => detail.name = Some(text(value).chars().take(200).collect()),
            b"HKElevationAscended" => detail.elevation_gain_m = written(Quantity::Meters, value),
            b"HKElevationDescended" => detail.elevation_loss_m = written(Quantity::Meters, value),
            b"HKLapLength" => detail.pool_length_m = written(Quantity::Meters, value),
            b"HKWeatherTemperature" => detail.temperature_avg_c = written(Quantity::Celsius, value),
            b"HKAverageSpeed" => detail.speed_avg_mps = written(Quantity::MetersPerSecond, value),
            b"HKMaximumSpeed" => detail.speed_max_mps = written(Quantity::MetersPerSecond, value),
            // other applications keep what they like here
            _ => {}
        }
    }

    /// A leg of a multisport workout. Every workout has one; it is a leg where there are several.
    fn leg(&mut self, cursor: &mut Cursor<'a>, clock: &mut Clock<'a>, notes: &mut Notes) {
        let (mut start, mut end, mut duration) = (&b""[..], &b""[..], (&b""[..], &b""[..]));
        let empty = cursor.attributes(|name, value| match name {
            b"startDate" => start = value,
            b"endDate" => end = value,
            b"duration" => duration.0 = value,
            b"durationUnit" => duration.1 = value,
            _ => {}
        });
        let (mut detail, mut sport) = (WorkoutDetail::default(), None);
        // what has no place was noted with the workout, whose statistics hold the same
        let quiet = &mut Notes::default();
        while !empty && let Some(Tag::Open(name)) = cursor.next() {
            if name == b"WorkoutStatistics" {
                let statistic = statistic(cursor);
                sport = sport.or(statistic.sport());
                statistic.put(&mut detail, quiet);
            } else {
                skip(cursor);
            }
        }
        let moment = clock.moment((start, end), b"", ("WorkoutActivity", notes));
        let timer_s = quantity(Quantity::Milliseconds, duration.0, duration.1).map(|ms| ms / 1000.0);
        if self.legs.len() < MOST_ITEMS {
            self.legs.push(Leg {
                workout_type: sport,
                start: moment.map(|moment| moment.start),
                elapsed_s: moment.filter(|_| !end.is_empty()).map(|moment| moment.duration_us as f64 / 1e6),
                timer_s,
                distance_m: detail.distance_m,
                energy_kcal: detail.energy_kcal,
                heart_rate_avg_bpm: detail.heart_rate_avg_bpm,
                heart_rate_max_bpm: detail.heart_rate_max_bpm,
                ..Leg::default()
            });
        }
    }

    /// A route: files that are named, or in older exports the points themselves.
    fn route(&mut self, cursor: &mut Cursor<'a>, clock: &mut Clock<'a>) {
        let empty = cursor.attributes(|_, _| ());
        while !empty && let Some(Tag::Open(name)) = cursor.next() {
            match name {
                b"FileReference" => {
                    let mut path = None;
                    let empty = cursor.attributes(|name, value| {
                        if name == b"path" {
                            path = Some(route_alias(&text(value)));
                        }
                    });
                    if !empty {
                        cursor.skip();
                    }
                    self.routes.extend(path.filter(|_| self.routes.len() < MOST_ROUTES));
                }
                b"Location" => self.location(cursor, clock),
                _ => skip(cursor),
            }
        }
    }

    fn location(&mut self, cursor: &mut Cursor<'a>, clock: &mut Clock<'a>) {
        let (mut at, mut values) = (None, Vec::with_capacity(5));
        let empty = cursor.attributes(|name, value| {
            let series = match name {
                b"date" => {
                    at = clock.instant(value);
                    return;
                }
                b"latitude" => SeriesType::LATITUDE,
                b"longitude" => SeriesType::LONGITUDE,
                b"altitude" => SeriesType::ELEVATION,
                b"horizontalAccuracy" => SeriesType::GPS_ACCURACY,
                b"speed" => SeriesType::SPEED,
                _ => return,
            };
            // what is below zero is not known
            let known = |value: &f64| *value >= 0.0 || !matches!(series, SeriesType::SPEED | SeriesType::GPS_ACCURACY);
            values.extend(number(value).filter(known).map(|value| (series, value)));
        });
        if !empty {
            cursor.skip();
        }
        if let Some(at) = at {
            values.into_iter().for_each(|(series, value)| self.columns.push(series, at, value));
        }
    }

    fn finish(mut self, provider: &ProviderName, clock: &mut Clock<'a>, notes: &mut Notes) -> Option<Record> {
        let kind = text(self.kind).into_owned();
        let moment = clock.moment((self.start, self.end), self.zone, ("Workout", notes))?;
        let source = source::read(provider, self.source_name, self.source_version, self.device);
        let (from, to) = (moment.start.as_micros().to_be_bytes(), moment.end().as_micros().to_be_bytes());
        let id = derived_id(&[
            b"apple-workout",
            &from,
            &to,
            kind.as_bytes(),
            source.app.as_deref().unwrap_or("").as_bytes(),
        ]);
        self.put_events(clock, &moment);
        let (duration, distance, energy) = (self.duration, self.distance, self.energy);
        let detail = &mut self.detail;
        let swimming = self.swimming.map(text);
        detail.workout_type = Some(workout_type::refined(workout_type::find(&kind), self.indoor, swimming.as_deref()));
        detail.raw_type = (!kind.is_empty()).then_some(kind);
        detail.raw_sub_type = self.indoor.then(|| "indoor".to_owned());
        detail.elapsed_s = Some(moment.duration_us as f64 / 1e6);
        detail.duration_s = quantity(Quantity::Milliseconds, duration.0, duration.1).map(|ms| ms / 1000.0);
        detail.distance_m = detail.distance_m.or_else(|| quantity(Quantity::Meters, distance.0, distance.1));
        detail.energy_kcal = detail.energy_kcal.or_else(|| quantity(Quantity::Kilocalories, energy.0, energy.1));
        if self.legs.len() > 1 {
            detail.legs = self.legs;
        }
        let sample = |column: crate::columns::Column| SampleBatch {
            series: column.series,
            source: source.clone(),
            context: Context::SAMPLES,
            rank: 0,
            offset: moment.offset,
            points: column.points,
        };
        let samples = self.columns.take().into_iter().map(sample).collect();
        Some(Record::Workout(Box::new(WorkoutRecord {
            external_id: id.simple().to_string(),
            aliases: self.routes,
            facet: Facet::Summary,
            rank: 0,
            source,
            start: Some(moment.start),
            end: Some(moment.end()),
            offset: moment.offset,
            detail: self.detail,
            file: None,
            samples,
        })))
    }

    /// Laps, and pauses between stopping and going on.
    fn put_events(&mut self, clock: &mut Clock<'a>, moment: &Moment) {
        let mut events: Vec<(Timestamp, &WorkoutEvent<'a>)> =
            self.events.iter().filter_map(|event| Some((clock.instant(event.date)?, event))).collect();
        events.sort_by_key(|(at, _)| *at);
        let mut paused: Option<Timestamp> = None;
        for (at, event) in events {
            match event.kind.strip_prefix(b"HKWorkoutEventType").unwrap_or(event.kind) {
                b"Pause" | b"MotionPaused" => paused = paused.or(Some(at)),
                b"Resume" | b"MotionResumed" => {
                    self.detail.pauses.extend(paused.take().filter(|from| *from < at).map(|from| (from, at)));
                }
                b"Lap" => {
                    let milliseconds = quantity(Quantity::Milliseconds, event.duration.0, event.duration.1);
                    let elapsed_s = milliseconds.map(|ms| ms / 1000.0);
                    let end = elapsed_s.map(|seconds| at.plus_micros((seconds * 1e6) as i64));
                    self.detail.laps.push(Lap { start: Some(at), end, elapsed_s, ..Lap::default() });
                }
                _ => {}
            }
        }
        self.detail.pauses.extend(paused.filter(|from| *from < moment.end()).map(|from| (from, moment.end())));
    }
}

fn statistic<'a>(cursor: &mut Cursor<'a>) -> Statistic<'a> {
    let mut statistic = Statistic::default();
    if !cursor.attributes(|name, value| statistic.take(name, value)) {
        cursor.skip();
    }
    statistic
}

fn event<'a>(cursor: &mut Cursor<'a>) -> WorkoutEvent<'a> {
    let mut event = WorkoutEvent::default();
    let empty = cursor.attributes(|name, value| match name {
        b"type" => event.kind = value,
        b"date" => event.date = value,
        b"duration" => event.duration.0 = value,
        b"durationUnit" => event.duration.1 = value,
        _ => {}
    });
    if !empty {
        cursor.skip();
    }
    event
}

/// Reads an entry of metadata, whose name was read.
pub(super) fn metadata<'a>(cursor: &mut Cursor<'a>, take: impl FnOnce(&'a [u8], &'a [u8])) {
    let (mut key, mut value) = (&b""[..], &b""[..]);
    let empty = cursor.attributes(|name, said| match name {
        b"key" => key = said,
        b"value" => value = said,
        _ => {}
    });
    if !empty {
        cursor.skip();
    }
    take(key, value);
}

/// Passes over an element whose name was read.
pub(super) fn skip(cursor: &mut Cursor<'_>) {
    if !cursor.attributes(|_, _| ()) {
        cursor.skip();
    }
}
