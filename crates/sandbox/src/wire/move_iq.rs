//! Noticed movement on the wire.

use super::Json;
use crate::generator::{MoveIq, Person};
use serde::Serialize;
use serde_json::value::to_raw_value;

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct WireMoveIq<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    user_id: Option<&'a str>,
    summary_id: String,
    calendar_date: String,
    /// Typed as a float here, and only here.
    start_time_in_seconds: f64,
    offset_in_seconds: i32,
    duration_in_seconds: u32,
    activity_type: &'static str,
    activity_sub_type: &'static str,
}

/// An item of `moveIQActivities`.
pub(crate) fn move_iq_json(person: &Person, span: &MoveIq, user_id: Option<&str>) -> Json {
    to_raw_value(&WireMoveIq {
        user_id,
        summary_id: person.summary_id(span.start),
        calendar_date: person.local_date(span.start).to_string(),
        start_time_in_seconds: span.start as f64,
        offset_in_seconds: person.offset_at(span.start),
        duration_in_seconds: span.seconds,
        activity_type: span.activity,
        activity_sub_type: span.sub_type,
    })
}
