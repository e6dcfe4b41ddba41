//! The bodies of data points.

use super::schemas::{self, SchemaId};
use crate::{
    events::{Event, EventDetail},
    record::{Reading, Sample},
    samples::SampleRow,
    when::date_time,
};
use model::{Aggregation, LocalOffset, SleepDetail, Timestamp, WorkoutDetail, derived_id};
use serde_json::{Map, Value, json};

/// A body and the schema that it keeps to.
pub(super) struct Body {
    pub(super) schema: SchemaId,
    pub(super) fields: Map<String, Value>,
}

impl Body {
    fn new(schema: SchemaId, time_frame: Value) -> Self {
        let mut fields = Map::new();
        fields.insert("effective_time_frame".to_owned(), time_frame);
        Self { schema, fields }
    }

    fn put(&mut self, name: &str, value: Value) {
        self.fields.insert(name.to_owned(), value);
    }

    /// A value with its unit, if there is one.
    fn quantity(&mut self, name: &str, value: Option<f64>, unit: &str) {
        if let Some(value) = value.filter(|value| value.is_finite()) {
            self.put(name, json!({"value": value, "unit": unit}));
        }
    }
}

/// The body of a sample, or of the two blood pressures of one measurement.
pub(super) fn reading_body(reading: &Reading<'_, '_>) -> Body {
    match reading {
        Reading::Pressure(Some(systolic), Some(diastolic)) => {
            let mut body = Body::new(SchemaId::omh("blood-pressure", "4.0"), frame(&systolic.row, false));
            body.quantity("systolic_blood_pressure", Some(systolic.row.value), "mmHg");
            body.quantity("diastolic_blood_pressure", Some(diastolic.row.value), "mmHg");
            body
        }
        // half a pressure is none there, and a sample of its series here
        Reading::One(sample) | Reading::Pressure(Some(sample), None) | Reading::Pressure(None, Some(sample)) => {
            of_sample(sample)
        }
        Reading::Pressure(None, None) => Body::new(SchemaId::own("nothing"), Value::Null),
    }
}

fn of_sample(sample: &Sample<'_>) -> Body {
    let mut schema = schemas::of_series(sample.series);
    // beside its samples the total of a day would be counted twice
    if schema.is_amount && sample.row.is_daily_total == Some(true) {
        schema.id = SchemaId::own(&format!("daily_{}", sample.series.as_str()));
    }
    let mut body = Body::new(schema.id, frame(&sample.row, schema.is_amount));
    body.quantity(schema.key, Some(sample.row.value), schema.unit);
    if let Some((name, value)) = schema.also {
        body.put(name, value.into());
    }
    let statistic = match sample.series.spec().aggregation {
        Aggregation::Mean if sample.row.duration_us > 0 => Some("average"),
        Aggregation::Max if sample.row.duration_us > 0 => Some("maximum"),
        _ => None,
    };
    if let Some(statistic) = statistic {
        body.put("descriptive_statistic", statistic.into());
    }
    body
}

/// When it holds.
fn frame(row: &SampleRow<'_>, as_interval: bool) -> Value {
    if row.duration_us <= 0 && !as_interval {
        return json!({"date_time": date_time(row.at, row.offset)});
    }
    interval(row.at, row.at.plus_micros(row.duration_us), row.offset)
}

fn interval(start: Timestamp, end: Timestamp, offset: Option<LocalOffset>) -> Value {
    json!({"time_interval": {
        "start_date_time": date_time(start, offset),
        "end_date_time": date_time(end.max(start), offset),
    }})
}

/// The data points of an event, each with its id.
pub(super) fn event_bodies(event: &Event<'_>, values: &Map<String, Value>) -> Vec<(String, Body)> {
    let frame = interval(event.start, event.end, event.offset);
    let mut own = Body::new(SchemaId::own(event.detail.kind()), frame.clone());
    own.put("detail", Value::Object(values.clone()));
    let second = |name: &[u8]| derived_id(&[name, event.id.as_bytes()]).to_string();
    match event.detail {
        EventDetail::Workout(detail) => {
            vec![(event.id.clone(), activity(detail, frame)), (second(b"workout"), own)]
        }
        EventDetail::Sleep(detail) => vec![
            (event.id.clone(), episode(detail, frame.clone())),
            (second(b"sleep_duration"), duration(detail, frame)),
            (second(b"sleep"), own),
        ]
        .into_iter()
        .filter(|(_, body)| body.schema.name != "sleep-duration" || body.fields.contains_key("sleep_duration"))
        .collect(),
        _ => vec![(event.id.clone(), own)],
    }
}

fn activity(detail: &WorkoutDetail, frame: Value) -> Body {
    let mut body = Body::new(SchemaId::omh("physical-activity", "1.2"), frame);
    let unified = detail.workout_type.map(|kind| kind.as_str().replace('_', " "));
    let name = unified.or_else(|| detail.raw_type.clone()).unwrap_or_else(|| "workout".to_owned());
    body.put("activity_name", name.into());
    body.quantity("distance", detail.distance_m, "m");
    body.quantity("kcal_burned", detail.energy_kcal, "kcal");
    body
}

fn episode(detail: &SleepDetail, frame: Value) -> Body {
    let mut body = Body::new(SchemaId::omh("sleep-episode", "1.1"), frame);
    body.quantity("total_sleep_time", detail.asleep_s, "sec");
    body.quantity("sleep_maintenance_efficiency_percentage", detail.efficiency_percent, "%");
    if let Some(is_nap) = detail.is_nap {
        body.put("is_main_sleep", (!is_nap).into());
    }
    body
}

fn duration(detail: &SleepDetail, frame: Value) -> Body {
    let mut body = Body::new(SchemaId::omh("sleep-duration", "2.0"), frame);
    body.quantity("sleep_duration", detail.asleep_s, "sec");
    body
}
