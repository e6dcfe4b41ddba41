//! What a priority in a list is about: one provider, one kind of device or one device, for one series or all.

use super::checked;
use crate::error::{ApiError, Result};
use model::{DeviceType, Priority, PriorityKind, ProviderName, SeriesType};

/// More than anybody has sources and series to tell apart.
const MOST: usize = 1_000;

/// A priority as it is asked for.
pub(super) struct Asked<'a> {
    pub(super) provider: Option<&'a String>,
    pub(super) device_type: Option<&'a String>,
    pub(super) device: Option<uuid::Uuid>,
    pub(super) series: Option<&'a String>,
    pub(super) priority: i32,
}

/// What the list may be about, as an answer says it.
pub(super) struct Choice<F> {
    pub(super) fields: &'static str,
    /// The number of a device's source.
    pub(super) device: F,
}

/// Reads a list of priorities; errors name the place and the field. Whose they are is left to the caller.
pub(super) fn read<'a, F: Fn(uuid::Uuid) -> Option<i32>>(
    asked: impl ExactSizeIterator<Item = Asked<'a>>,
    choice: &Choice<F>,
) -> Result<Vec<Priority>> {
    if asked.len() > MOST {
        return Err(ApiError::invalid("priorities", format!("Input should have at most {MOST} items")));
    }
    asked.enumerate().map(|(place, asked)| read_one(place, &asked, choice)).collect()
}

fn read_one<F: Fn(uuid::Uuid) -> Option<i32>>(place: usize, asked: &Asked<'_>, choice: &Choice<F>) -> Result<Priority> {
    let field = |name: &str| format!("priorities[{place}].{name}");
    let missing = |name: &str, what: &str| ApiError::invalid(field(name), format!("There is no '{what}'"));
    let (kind, name) = match (asked.provider, asked.device_type, asked.device) {
        (Some(name), None, None) => {
            ProviderName::parse(name).ok_or_else(|| missing("provider", name))?;
            (PriorityKind::Provider, name.clone())
        }
        (None, Some(name), None) => {
            DeviceType::find(name).ok_or_else(|| missing("device_type", name))?;
            (PriorityKind::DeviceType, name.clone())
        }
        (None, None, Some(id)) => {
            let number = (choice.device)(id).ok_or_else(|| missing("device", &id.to_string()))?;
            (PriorityKind::Device, number.to_string())
        }
        _ => return Err(ApiError::invalid(field("provider"), format!("One of {} should be given", choice.fields))),
    };
    let find = |code: &String| SeriesType::find(code).ok_or_else(|| missing("series", code));
    let series = asked.series.map(find).transpose()?;
    Ok(Priority { user_id: None, series, kind, name, priority: checked(&field("priority"), asked.priority)? })
}
