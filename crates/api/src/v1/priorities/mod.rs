//! How much providers, kinds of devices and devices are trusted where they overlap: for a team in the shape of Open
//! Wearables, for one user beside it.

pub(crate) mod device_types;
pub(crate) mod of_series;
pub(crate) mod of_user;
pub(crate) mod providers;
pub(crate) mod set_device_type;
pub(crate) mod set_device_types;
pub(crate) mod set_of_series;
pub(crate) mod set_of_user;
pub(crate) mod set_provider;
pub(crate) mod set_providers;

mod named;
mod of_team;

use crate::error::{ApiError, Result};
use model::LEAST_PRIORITY;

/// A priority as it is asked for.
fn checked(field: &str, priority: i32) -> Result<i32> {
    let fits = (1..=LEAST_PRIORITY).contains(&priority);
    fits.then_some(priority)
        .ok_or_else(|| ApiError::invalid(field, format!("Input should be from 1 to {LEAST_PRIORITY}")))
}
