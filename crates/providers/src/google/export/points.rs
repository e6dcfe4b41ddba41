//! Points as they were recorded: a list a data source. They are read straight into what a point needs, since a list may
//! be of years; times are nanoseconds since 1970.

use super::NAME;
use crate::{
    gathered::{Base, Gathered, Unmapped},
    glucose,
    json::{Item, Lenient, List, Notes, Said, each_streamed, wire},
};
use model::{Context, IssueCode, Mapped, Point, SeriesType, SleepStage, Source, Timestamp};
use serde::de::SeqAccess;
use std::{collections::HashMap, io::Read};

/// A type's name after `com.google.`, and for each of its values the series, its units in one of the value's, and what
/// a value can be.
type Kind = (&'static str, &'static [(SeriesType, f64, (f64, f64))]);

const KINDS: &[Kind] = &[
    ("step_count.delta", &[(SeriesType::STEPS, 1.0, (0.0, 1e6))]),
    ("distance.delta", &[(SeriesType::DISTANCE_WALKING_RUNNING, 1.0, (0.0, 1e7))]),
    ("heart_rate.bpm", &[(SeriesType::HEART_RATE, 1.0, (1.0, 300.0))]),
    ("calories.expended", &[(SeriesType::TOTAL_ENERGY, 1.0, (0.0, 1e5))]),
    ("calories.bmr", &[(SeriesType::BASAL_METABOLIC_RATE, 1.0, (1.0, 20_000.0))]),
    ("active_minutes", &[(SeriesType::ACTIVE_TIME, 1.0, (0.0, 1500.0))]),
    ("weight", &[(SeriesType::WEIGHT, 1.0, (0.1, 1000.0))]),
    ("height", &[(SeriesType::HEIGHT, 100.0, (0.1, 3.0))]),
    ("body.fat.percentage", &[(SeriesType::BODY_FAT_PERCENTAGE, 1.0, (0.1, 100.0))]),
    ("body.temperature", &[(SeriesType::BODY_TEMPERATURE, 1.0, (20.0, 50.0))]),
    ("oxygen_saturation", &[(SeriesType::OXYGEN_SATURATION, 1.0, (1.0, 100.0))]),
    (
        "blood_pressure",
        &[
            (SeriesType::BLOOD_PRESSURE_SYSTOLIC, 1.0, (1.0, 400.0)),
            (SeriesType::BLOOD_PRESSURE_DIASTOLIC, 1.0, (1.0, 400.0)),
        ],
    ),
    // millimoles a litre
    ("blood_glucose", &[(SeriesType::BLOOD_GLUCOSE, 1.0, (0.1, 83.0))]),
    ("hydration", &[(SeriesType::HYDRATION, 1000.0, (0.0, 20.0))]),
    ("speed", &[(SeriesType::SPEED, 1.0, (0.0, 500.0))]),
    ("power.sample", &[(SeriesType::POWER, 1.0, (0.0, 10_000.0))]),
    ("cycling.pedaling.cadence", &[(SeriesType::CADENCE, 1.0, (0.0, 500.0))]),
    (
        "location.sample",
        &[
            (SeriesType::LATITUDE, 1.0, (-90.0, 90.0)),
            (SeriesType::LONGITUDE, 1.0, (-180.0, 180.0)),
            (SeriesType::GPS_ACCURACY, 1.0, (0.0, 1e5)),
            (SeriesType::ELEVATION, 1.0, (-500.0, 1e4)),
        ],
    ),
    ("sleep.segment", &[(SeriesType::SLEEP_STAGE, 1.0, (1.0, 6.0))]),
];

wire! {
    /// A file: who measured, and what.
    File {
        source: String = "Data Source" | "dataSourceId",
        points: Points = "Data Points" | "point",
    }

    /// A point as it is written.
    Written {
        kind: String = "dataTypeName",
        start: f64 = "startTimeNanos",
        end: f64 = "endTimeNanos",
        values: List<Value> = "fitValue" | "value",
        origin: String = "originDataSourceId",
    }

    /// A value, in an object of its own or not.
    Value {
        inner: Inner = "value",
        integer: f64 = "intVal",
        float: f64 = "fpVal",
    }

    /// A value itself.
    Inner {
        integer: f64 = "intVal",
        float: f64 = "fpVal",
    }
}

/// What a point needs: its kind's place, when it was, who measured, and one of its values.
#[derive(Clone, Copy, Debug)]
struct Kept {
    kind: u8,
    place: u8,
    origin: u32,
    start: Timestamp,
    duration_us: i64,
    value: f64,
}

/// The points of a file.
#[derive(Clone, Debug, Default)]
pub(crate) struct Points {
    count: u32,
    kept: Vec<Kept>,
    origins: Vec<String>,
    /// How many of which name have no place, no time, no value.
    unmapped: HashMap<String, u32>,
    timeless: u32,
    unreadable: u32,
    /// Counted by the name of the type of the file, which a point need not repeat.
    nameless: u32,
}

impl Lenient for Points {
    fn from_list<'de, A: SeqAccess<'de>>(mut list: A) -> Result<Option<Self>, A::Error> {
        let (mut points, mut known) = (Self::default(), HashMap::new());
        while let Some(said) = list.next_element::<Said<Written>>()? {
            points.count = points.count.saturating_add(1);
            match said {
                Said::Value(written) => points.take(&written, &mut known),
                _ => points.unreadable = points.unreadable.saturating_add(1),
            }
        }
        Ok(Some(points))
    }
}

impl Points {
    fn take(&mut self, written: &Written, known: &mut HashMap<String, u32>) {
        const MOST_NAMES: usize = 100;
        let Some(name) = written.kind.value() else {
            self.nameless = self.nameless.saturating_add(1);
            return;
        };
        let name = name.trim_start_matches("com.google.");
        let Some((kind, (_, series))) = KINDS.iter().enumerate().find(|(_, (known, _))| *known == name) else {
            if self.unmapped.len() < MOST_NAMES || self.unmapped.contains_key(name) {
                *self.unmapped.entry(name.to_owned()).or_default() += 1;
            } else {
                *self.unmapped.entry("other".to_owned()).or_default() += 1;
            }
            return;
        };
        let (start, end) = (time(written.start.value()), time(written.end.value()));
        let Some(start) = start.or(end) else {
            self.timeless = self.timeless.saturating_add(1);
            return;
        };
        let duration_us = end.map_or(0, |end| end.micros_since(start).max(0));
        let origin = written.origin.value().map(String::as_str).unwrap_or_default();
        let origin = match known.get(origin) {
            Some(origin) => *origin,
            None => {
                let next = u32::try_from(self.origins.len()).unwrap_or(u32::MAX);
                self.origins.push(origin.to_owned());
                known.insert(origin.to_owned(), next);
                next
            }
        };
        let values: &[Value] = written.values.value().map_or(&[], |list| &list.items);
        let mut found = false;
        for (place, ((.., (low, high)), value)) in series.iter().zip(values).enumerate() {
            let value = value.number().filter(|value| (*low..=*high).contains(value));
            found |= value.is_some();
            let (Some(value), Ok(kind), Ok(place)) = (value, u8::try_from(kind), u8::try_from(place)) else { continue };
            self.kept.push(Kept { kind, place, origin, start, duration_us, value });
        }
        if !found {
            self.unreadable = self.unreadable.saturating_add(1);
        }
    }
}

impl Value {
    fn number(&self) -> Option<f64> {
        let inner = self.inner.value().and_then(|inner| inner.float.value().or(inner.integer.value()));
        inner.or(self.float.value()).or(self.integer.value()).copied()
    }
}

/// An instant of nanoseconds since 1970; a float holds them to a quarter of a microsecond.
fn time(nanoseconds: Option<&f64>) -> Option<Timestamp> {
    crate::json::instant(nanoseconds? / 1e9)
}

pub(super) fn part(part_type: &str, body: &mut dyn Read) -> Mapped {
    let (mut mapped, mut gathered, mut unmapped) = (Mapped::default(), Gathered::default(), Unmapped::default());
    let mut count = 0;
    each_streamed::<File>(part_type, body, &mut mapped, |Item { path, value }, mapped| {
        let mut notes = Notes::new(&mut mapped.issues, path);
        let whole = notes.text(&value.source);
        let Some(points) = value.points.into_value() else { return notes.missing("Data Points") };
        count += points.count;
        tell(&points, &mut notes, &mut unmapped);
        for kept in &points.kept {
            let origin = points.origins.get(kept.origin as usize).filter(|origin| !origin.is_empty());
            add(kept, &source(origin.or(whole.as_ref())), &mut gathered, &mut unmapped);
        }
    });
    mapped.items = count;
    gathered.finish(&mut mapped);
    unmapped.finish(&mut mapped);
    mapped
}

fn tell(points: &Points, notes: &mut Notes<'_>, unmapped: &mut Unmapped) {
    for (name, count) in &points.unmapped {
        (0..*count).for_each(|_| unmapped.count(name));
    }
    (0..points.nameless).for_each(|_| unmapped.count("point without a type"));
    for (count, what) in
        [(points.timeless, "have no time that can be read"), (points.unreadable, "have no value in range")]
    {
        if count > 0 {
            notes.add(IssueCode::Invalid, "Data Points", &format!("{count} {what}"));
        }
    }
}

fn add(kept: &Kept, source: &Source, gathered: &mut Gathered, unmapped: &mut Unmapped) {
    let Some((series, factor, _)) =
        KINDS.get(usize::from(kept.kind)).and_then(|kind| kind.1.get(usize::from(kept.place)))
    else {
        return;
    };
    let base = Base { at: kept.start, offset: None, source: source.clone() };
    let (value, context) = match *series {
        SeriesType::SLEEP_STAGE => match stage(kept.value) {
            Some(stage) if kept.duration_us > 0 => (Some(stage.as_value()), stage.context()),
            _ => (None, Context::SAMPLES),
        },
        SeriesType::BLOOD_GLUCOSE => (glucose::milligrams(kept.value, true), Context::SAMPLES),
        _ => (Some(kept.value * factor), Context::SAMPLES),
    };
    match value {
        Some(value) => {
            let point = Point { start: kept.start, duration_us: kept.duration_us, value };
            gathered.add_point(&base, *series, context, point);
        }
        None => unmapped.count("stage that is not known, or lasts no time"),
    }
}

/// What a segment of sleep was.
fn stage(value: f64) -> Option<SleepStage> {
    Some(match value as u8 {
        1 | 3 => SleepStage::Awake,
        2 => SleepStage::Sleeping,
        4 => SleepStage::Light,
        5 => SleepStage::Deep,
        6 => SleepStage::Rem,
        _ => return None,
    })
}

/// `raw:com.google.heart_rate.bpm:com.example.app:Maker:Watch:1a2b:stream`: the application, and the device, or which
/// merge of others it is.
fn source(id: Option<&String>) -> Source {
    let mut parts = id.map(String::as_str).unwrap_or_default().split(':').skip(2).filter(|part| !part.is_empty());
    let app = parts.next().map(str::to_owned);
    let rest: Vec<&str> = parts.collect();
    let device = match rest.as_slice() {
        [] => None,
        [maker, model, _, ..] => Some(format!("{maker} {model}")),
        other => Some(other.join(" ")),
    };
    Source { app, device, ..Source::of(NAME) }
}
