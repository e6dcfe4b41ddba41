//! UTC offsets as the API writes them.

use model::LocalOffset;

/// `+02:00`; null when the offset is not known.
pub(crate) fn zone_offset(offset: Option<LocalOffset>) -> Option<String> {
    offset.map(LocalOffset::as_hours_minutes)
}
