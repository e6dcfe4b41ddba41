//! Developer fields as a workout shows them: one summary a field.

use super::file::DeveloperColumn;
use model::{DeveloperField, Timestamp};
use rustyfit::profile::typedef::MesgNum;

/// More laps than anyone looks at one by one.
const MOST_VALUES: usize = 1_000;

/// What a field says of the instants that are asked for; none when it says nothing of them.
pub(super) fn of(column: &DeveloperColumn, is_wanted: impl Fn(Option<Timestamp>) -> bool) -> Option<DeveloperField> {
    let wanted: Vec<f64> = column.values.iter().filter(|(at, _)| is_wanted(*at)).map(|(_, value)| *value).collect();
    let last = *wanted.last()?;
    let is_record = column.message_number == MesgNum::RECORD.0;
    Some(DeveloperField {
        name: Some(column.name.clone()),
        unit: column.unit.clone(),
        application_id: column.application.clone(),
        message: Some(column.message.clone()),
        samples: Some(wanted.len() as u64),
        min: wanted.iter().copied().reduce(f64::min),
        avg: Some(wanted.iter().sum::<f64>() / wanted.len() as f64),
        max: wanted.iter().copied().reduce(f64::max),
        last: Some(last),
        values: if is_record || wanted.len() > MOST_VALUES { Vec::new() } else { wanted },
    })
}
