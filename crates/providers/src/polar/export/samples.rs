//! What a session's exercises measured: regular series, series with a time a value (older exports), and routes. A
//! regular series says how far its values lie apart but not when the first was: it is taken to begin with its exercise.

use super::shown;
use crate::{
    json::{Lenient, List, Notes, Said, wire},
    wall::at_offset,
};
use model::{IssueCode, Point, SeriesType, Timestamp};
use serde::de::SeqAccess;
use std::collections::BTreeMap;

/// Values at even distances; not a number where there is none.
#[derive(Clone, Debug, Default)]
pub(crate) struct Slots(Vec<f64>);

impl Lenient for Slots {
    fn from_list<'de, A: SeqAccess<'de>>(mut list: A) -> Result<Option<Self>, A::Error> {
        let mut slots = Self::default();
        while let Some(said) = list.next_element::<Said<f64>>()? {
            slots.0.push(if let Said::Value(value) = said { value } else { f64::NAN });
        }
        Ok(Some(slots))
    }
}

wire! {
    /// What an exercise measured: a list of regular series, or lists of values with their times.
    Samples {
        regular: List<Regular> = "samples",
        heart_rate: List<Timed> = "heartRate",
        speed: List<Timed> = "speed",
        altitude: List<Timed> = "altitude",
        distance: List<Timed> = "distance",
        cadence: List<Timed> = "cadence",
        temperature: List<Timed> = "temperature",
        route: List<Place> = "recordedRoute",
    }

    /// A regular series.
    Regular {
        kind: String = "type",
        interval: f64 = "intervalMillis",
        values: Slots = "values",
    }

    /// A value and when it was.
    Timed {
        at: String = "dateTime",
        value: f64 = "value",
    }

    /// Routes of an exercise.
    Routes {
        route: Route = "route",
    }

    /// A route.
    Route {
        start: String = "startTime",
        places: List<Place> = "wayPoints",
    }

    /// A place, by the time since the route began, or its own.
    Place {
        elapsed: f64 = "elapsedMillis",
        at: String = "dateTime",
        latitude: f64 = "latitude",
        longitude: f64 = "longitude",
        altitude: f64 = "altitude",
    }
}

/// What is measured, in which unit, and what it can be.
#[derive(Clone, Copy)]
pub(super) enum Measure {
    HeartRate,
    Speed,
    Altitude,
    Distance,
    Cadence,
    Temperature,
}

impl Measure {
    fn find(kind: &str) -> Option<Self> {
        Some(match kind.trim_start_matches("SAMPLE_TYPE_") {
            "HEART_RATE" => Self::HeartRate,
            "SPEED" => Self::Speed,
            "ALTITUDE" => Self::Altitude,
            "DISTANCE" => Self::Distance,
            "CADENCE" => Self::Cadence,
            "TEMPERATURE" => Self::Temperature,
            _ => return None,
        })
    }

    /// The series and the value in its unit: speeds are in kilometres an hour; cadence is of steps or of turns.
    fn convert(self, value: f64, rides: bool) -> Option<(SeriesType, f64)> {
        let within = |low: f64, high: f64| (low..=high).contains(&value).then_some(value);
        Some(match self {
            Self::HeartRate => (SeriesType::HEART_RATE, within(1.0, 300.0)?),
            Self::Speed => (SeriesType::SPEED, within(0.0, 1000.0)? / 3.6),
            Self::Altitude => (SeriesType::ELEVATION, within(-500.0, 1e4)?),
            Self::Distance => (SeriesType::TOTAL_DISTANCE, within(0.0, 1e7)?),
            Self::Cadence if rides => (SeriesType::CADENCE, within(0.0, 500.0)?),
            Self::Cadence => (SeriesType::RUNNING_CADENCE, within(0.0, 500.0)?),
            Self::Temperature => (SeriesType::AIR_TEMPERATURE, within(-80.0, 80.0)?),
        })
    }
}

/// The points of a session, by series.
pub(super) struct Gathering {
    /// The session's offset, by which its exercises' clocks are read.
    pub(super) offset_s: i32,
    pub(super) points: BTreeMap<u16, Vec<Point>>,
    left: u64,
    pub(super) unknown: BTreeMap<String, u64>,
}

impl Gathering {
    pub(super) fn new(offset_s: i32) -> Self {
        Self { offset_s, points: BTreeMap::new(), left: 0, unknown: BTreeMap::new() }
    }

    fn add(&mut self, at: Timestamp, converted: Option<(SeriesType, f64)>) {
        match converted {
            Some((series, value)) => self.points.entry(series.as_stored()).or_default().push(Point::at(at, value)),
            None => self.left += 1,
        }
    }

    fn at(&self, text: &str) -> Option<Timestamp> {
        Some(at_offset(shown(text)?, self.offset_s))
    }

    /// What an exercise measured that began then.
    pub(super) fn take(&mut self, samples: &Samples, start: Timestamp, rides: bool, notes: &mut Notes<'_>) {
        for regular in notes.list(&samples.regular) {
            let kind = regular.kind.value().cloned().unwrap_or_default();
            let Some(measure) = Measure::find(&kind) else {
                *self.unknown.entry(kind).or_default() += 1;
                continue;
            };
            let (Some(interval), Some(values)) = (notes.positive(&regular.interval, 1e8), notes.look(&regular.values))
            else {
                notes.missing(regular.interval.key);
                continue;
            };
            for (place, value) in values.0.iter().enumerate().filter(|(_, value)| !value.is_nan()) {
                self.add(start.plus_micros((place as f64 * interval * 1e3) as i64), measure.convert(*value, rides));
            }
        }
        let timed = [
            (&samples.heart_rate, Measure::HeartRate),
            (&samples.speed, Measure::Speed),
            (&samples.altitude, Measure::Altitude),
            (&samples.distance, Measure::Distance),
            (&samples.cadence, Measure::Cadence),
            (&samples.temperature, Measure::Temperature),
        ];
        for (list, measure) in timed {
            for timed in notes.list(list) {
                // a value is absent where there was none
                let Some(value) = timed.value.value() else { continue };
                match timed.at.value().and_then(|text| self.at(text)) {
                    Some(at) => self.add(at, measure.convert(*value, rides)),
                    None => self.left += 1,
                }
            }
        }
        self.places(notes.list(&samples.route), start);
    }

    pub(super) fn route(&mut self, routes: &Routes, start: Timestamp, notes: &mut Notes<'_>) {
        let Some(route) = notes.look(&routes.route) else { return };
        let start = route.start.value().and_then(|text| self.at(text)).unwrap_or(start);
        self.places(notes.list(&route.places), start);
    }

    fn places(&mut self, places: &[Place], start: Timestamp) {
        for place in places {
            let own = place.at.value().and_then(|text| self.at(text));
            let elapsed = place.elapsed.value().filter(|elapsed| (0.0..=1e10).contains(*elapsed));
            let Some(at) = own.or_else(|| Some(start.plus_micros((elapsed? * 1e3) as i64))) else {
                self.left += 1;
                continue;
            };
            let (latitude, longitude) = (place.latitude.value(), place.longitude.value());
            let (Some(latitude), Some(longitude)) = (
                latitude.filter(|degrees| (-90.0..=90.0).contains(*degrees)),
                longitude.filter(|degrees| (-180.0..=180.0).contains(*degrees)),
            ) else {
                self.left += 1;
                continue;
            };
            self.add(at, Some((SeriesType::LATITUDE, *latitude)));
            self.add(at, Some((SeriesType::LONGITUDE, *longitude)));
            // the height of a place repeats the series of heights where there is one
            let has_heights = self.points.contains_key(&SeriesType::ELEVATION.as_stored());
            if let Some(altitude) = place.altitude.value().filter(|_| !has_heights) {
                self.heights(at, *altitude);
            }
        }
        self.settle_heights();
    }

    /// Heights of places wait until all places are read, so that the first does not hide the others.
    fn heights(&mut self, at: Timestamp, altitude: f64) {
        match Measure::Altitude.convert(altitude, false) {
            Some((_, value)) => self.points.entry(HEIGHTS).or_default().push(Point::at(at, value)),
            None => self.left += 1,
        }
    }

    fn settle_heights(&mut self) {
        if let Some(points) = self.points.remove(&HEIGHTS) {
            self.points.entry(SeriesType::ELEVATION.as_stored()).or_default().extend(points);
        }
    }

    pub(super) fn tell(&self, notes: &mut Notes<'_>) {
        if self.left > 0 {
            let message = format!("{} values are out of range or have no time", self.left);
            notes.add(IssueCode::Invalid, "samples", &message);
        }
    }
}

/// No series has this number.
const HEIGHTS: u16 = u16::MAX;
