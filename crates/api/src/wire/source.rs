//! Where data comes from, as the API shows it.

use crate::error::{ApiError, Result};
use model::{Source, UserId, derived_id};
use serde::Serialize;
use serde_json::value::{RawValue, to_raw_value};
use std::collections::HashMap;
use store::StoredSource;
use utoipa::ToSchema;

/// Where data comes from.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub(crate) struct SourceMetadata {
    /// The service or platform.
    provider: String,
    /// The application or account within it.
    source: Option<String>,
    /// The device's model, as the provider gave it.
    device: Option<String>,
    /// The kind of device.
    device_type: Option<&'static str>,
    /// The device's name for people.
    device_name: Option<String>,
}

impl From<&Source> for SourceMetadata {
    fn from(source: &Source) -> Self {
        Self {
            provider: source.provider.to_string(),
            source: Some(source.app.clone().unwrap_or_else(|| source.provider.to_string())),
            device: source.device.clone(),
            device_type: source.device_type.map(model::DeviceType::as_str),
            device_name: source.device.clone(),
        }
    }
}

/// The JSON of each source by its number, for rows that repeat it.
pub(crate) fn shown_sources(sources: &[StoredSource]) -> Result<HashMap<i32, Box<RawValue>>> {
    let shown = sources.iter().map(|stored| {
        let json = to_raw_value(&SourceMetadata::from(&stored.source)).map_err(|error| ApiError::internal(&error))?;
        Ok((stored.number, json))
    });
    shown.collect()
}

/// A source's id, as the list of a user's sources shows it.
pub(crate) fn source_id(user: UserId, number: i32) -> uuid::Uuid {
    derived_id(&[b"source", user.as_bytes(), &number.to_be_bytes()])
}

/// `Garmin - fenix7`: the provider's title and the device.
pub(crate) fn display_name(source: &Source) -> String {
    let title = providers::find(source.provider.as_str())
        .map_or_else(|| source.provider.to_string(), |provider| provider.manifest().title.clone());
    match &source.device {
        Some(device) => format!("{title} - {device}"),
        None => title,
    }
}
