//! Health snapshots on the wire.

use super::{Json, OffsetMap, rounded};
use crate::generator::{Person, SNAPSHOT_SECONDS, Snapshot};
use serde::Serialize;
use serde_json::value::to_raw_value;

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct HealthSnapshot<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    user_id: Option<&'a str>,
    summary_id: String,
    calendar_date: String,
    start_time_in_seconds: i64,
    duration_in_seconds: u32,
    /// Spelled so here, and only here.
    offset_start_time_in_seconds: i32,
    summaries: Vec<Summary<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Summary<'a> {
    summary_type: &'a str,
    min_value: f64,
    max_value: f64,
    avg_value: f64,
    epoch_summaries: OffsetMap<f64>,
}

/// An item of `healthSnapshot`.
pub(crate) fn snapshot_json(person: &Person, snapshot: &Snapshot, user_id: Option<&str>) -> Json {
    let summaries = snapshot.measures.iter().map(|(summary_type, values)| {
        let numbers = || values.iter().map(|(_, value)| *value);
        Summary {
            summary_type,
            min_value: numbers().fold(f64::MAX, f64::min),
            max_value: numbers().fold(0.0, f64::max),
            avg_value: rounded(numbers().sum::<f64>() / values.len().max(1) as f64, 2),
            epoch_summaries: OffsetMap(values.clone()),
        }
    });
    to_raw_value(&HealthSnapshot {
        user_id,
        summary_id: person.summary_id(snapshot.at),
        calendar_date: person.local_date(snapshot.at).to_string(),
        start_time_in_seconds: snapshot.at,
        duration_in_seconds: SNAPSHOT_SECONDS,
        offset_start_time_in_seconds: person.offset_at(snapshot.at),
        summaries: summaries.collect(),
    })
}
