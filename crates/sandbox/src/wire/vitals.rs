//! Oxygen saturation, breathing, variability of the heart and warmth of the skin on the wire.

use super::{Head, Json, OffsetMap, rounded};
use crate::generator::{Day, Night, Person, heart_variability, skin_deviation};
use model::LocalDate;
use serde::Serialize;
use serde_json::value::to_raw_value;

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct PulseOx<'a> {
    #[serde(flatten)]
    head: Head<'a>,
    calendar_date: String,
    time_offset_spo2_values: OffsetMap<u8>,
    on_demand: bool,
}

/// An item of `pulseox`: what was measured by itself on a day up to a second of it.
pub(crate) fn all_day_oxygen_json(person: &Person, day: &Day, until: u32, user_id: Option<&str>) -> Json {
    to_raw_value(&PulseOx {
        head: Head::new(person, user_id, day.start, until),
        calendar_date: day.date.to_string(),
        time_offset_spo2_values: OffsetMap(day.oxygen(person, until)),
        on_demand: false,
    })
}

/// An item of `pulseox`: one value that the person asked for, at an offset into the day.
pub(crate) fn spot_oxygen_json(person: &Person, date: LocalDate, spot: (u32, u8), user_id: Option<&str>) -> Json {
    let midnight = person.midnight(date);
    let head = Head::new(person, user_id, midnight, 0);
    to_raw_value(&PulseOx {
        head: Head { summary_id: format!("{}-spo2OnDemand", head.summary_id), ..head },
        calendar_date: date.to_string(),
        time_offset_spo2_values: OffsetMap(vec![spot]),
        on_demand: true,
    })
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Respiration<'a> {
    #[serde(flatten)]
    head: Head<'a>,
    time_offset_epoch_to_breaths: OffsetMap<f64>,
}

/// An item of `allDayRespiration`: a day up to a second of it.
pub(crate) fn respiration_json(person: &Person, day: &Day, until: u32, user_id: Option<&str>) -> Json {
    to_raw_value(&Respiration {
        head: Head::new(person, user_id, day.start, until),
        time_offset_epoch_to_breaths: OffsetMap(day.breaths(person, until)),
    })
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Hrv<'a> {
    #[serde(flatten)]
    head: Head<'a>,
    calendar_date: String,
    last_night_avg: u32,
    last_night5_min_high: u16,
    hrv_values: OffsetMap<u16>,
}

/// An item of `hrv`.
pub(crate) fn hrv_json(person: &Person, night: &Night, user_id: Option<&str>) -> Json {
    let values = heart_variability(person, night);
    let sum: u32 = values.iter().map(|(_, value)| u32::from(*value)).sum();
    to_raw_value(&Hrv {
        head: Head::new(person, user_id, night.start, night.length()),
        calendar_date: night.date.to_string(),
        last_night_avg: sum / u32::try_from(values.len()).unwrap_or(1).max(1),
        last_night5_min_high: values.iter().map(|(_, value)| *value).max().unwrap_or(0),
        hrv_values: OffsetMap(values),
    })
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct SkinTemp<'a> {
    #[serde(flatten)]
    head: Head<'a>,
    calendar_date: String,
    avg_deviation_celsius: f64,
}

/// An item of `skinTemp`.
pub(crate) fn skin_temp_json(person: &Person, night: &Night, user_id: Option<&str>) -> Json {
    to_raw_value(&SkinTemp {
        head: Head::new(person, user_id, night.start, night.length()),
        calendar_date: night.date.to_string(),
        avg_deviation_celsius: rounded(skin_deviation(person, night), 1),
    })
}
