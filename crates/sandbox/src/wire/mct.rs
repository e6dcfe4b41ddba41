//! Menstrual cycles on the wire, as they are known on a date.

use super::Json;
use crate::generator::{Cycle, Person};
use model::LocalDate;
use serde::Serialize;
use serde_json::value::to_raw_value;

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Mct<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    user_id: Option<&'a str>,
    summary_id: String,
    period_start_date: String,
    day_in_cycle: i32,
    period_length: i32,
    current_phase: i32,
    current_phase_type: &'static str,
    length_of_current_phase: i32,
    days_until_next_phase: i32,
    predicted_cycle_length: i32,
    is_predicted_cycle: bool,
    cycle_length: i32,
    has_specified_cycle_length: bool,
    has_specified_period_length: bool,
    fertile_window_start: i32,
    length_of_fertile_window: i32,
    last_updated_time_in_seconds: i64,
}

/// An item of `mct`.
pub(crate) fn mct_json(person: &Person, cycle: &Cycle, told: LocalDate, user_id: Option<&str>) -> Json {
    let (number, phase, length, left) = cycle.phase_on(told);
    let (fertile_from, fertile_days) = cycle.fertile_window();
    to_raw_value(&Mct {
        user_id,
        summary_id: person.summary_id(person.midnight(cycle.start)),
        period_start_date: cycle.start.to_string(),
        day_in_cycle: told.as_days() - cycle.start.as_days() + 1,
        period_length: cycle.period,
        current_phase: number,
        current_phase_type: phase.wire_name(),
        length_of_current_phase: length,
        days_until_next_phase: left,
        predicted_cycle_length: 28,
        is_predicted_cycle: false,
        cycle_length: cycle.length,
        has_specified_cycle_length: false,
        has_specified_period_length: true,
        fertile_window_start: fertile_from.as_days() - cycle.start.as_days() + 1,
        length_of_fertile_window: fertile_days,
        last_updated_time_in_seconds: person.midnight(told) + 30_000,
    })
}
