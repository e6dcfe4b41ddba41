//! Which series a developer field of a record belongs to, and what one of its units is worth there.

use super::record::FIELDS;
use model::SeriesType;

/// The value of a field that stands for a native one is in the native one's unit, unless it says another.
pub(super) fn by_number(number: u8, units: &str) -> Option<(SeriesType, f64)> {
    let spec = FIELDS.iter().find(|spec| spec.number == number)?;
    Some((spec.series, factor(spec.series, units).unwrap_or(spec.factor)))
}

pub(super) fn by_name(name: &str, units: &str) -> Option<(SeriesType, f64)> {
    let plain: String = name.to_lowercase().chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '_' }).collect();
    let series = match plain.trim_matches('_') {
        "heart_rate" | "heartrate" | "hr" => SeriesType::HEART_RATE,
        "power" => SeriesType::POWER,
        "cadence" => SeriesType::CADENCE,
        "speed" => SeriesType::SPEED,
        "distance" => SeriesType::TOTAL_DISTANCE,
        "core_temperature" | "core_body_temperature" | "core_temp" => SeriesType::BODY_TEMPERATURE,
        "skin_temperature" => SeriesType::SKIN_TEMPERATURE,
        "respiration_rate" | "respiratory_rate" | "breathing_rate" => SeriesType::RESPIRATORY_RATE,
        "ground_time" | "ground_contact_time" | "stance_time" => SeriesType::RUNNING_GROUND_CONTACT_TIME,
        "vertical_oscillation" => SeriesType::RUNNING_VERTICAL_OSCILLATION,
        _ => return None,
    };
    Some((series, factor(series, units).unwrap_or(1.0)))
}

/// What one of the stated units is worth in the series' unit; `None` when the unit says nothing more.
fn factor(series: SeriesType, units: &str) -> Option<f64> {
    let centimeters = [SeriesType::RUNNING_VERTICAL_OSCILLATION, SeriesType::RUNNING_STRIDE_LENGTH];
    Some(match units {
        "mm" | "millimeters" if centimeters.contains(&series) => 0.1,
        "cm" | "centimeters" if centimeters.contains(&series) => 1.0,
        "m" | "meters" if centimeters.contains(&series) => 100.0,
        // The column counts strides of one foot, as the protocol does.
        "spm" | "steps/min" if series == SeriesType::CADENCE => 0.5,
        "km" if series == SeriesType::TOTAL_DISTANCE => 1000.0,
        "km/h" | "kph" if series == SeriesType::SPEED => 1.0 / 3.6,
        "s" if series == SeriesType::RUNNING_GROUND_CONTACT_TIME => 1000.0,
        _ => return None,
    })
}
