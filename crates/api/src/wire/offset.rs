//! UTC offsets as the API writes them.

use model::LocalOffset;
use serde::{Serialize, Serializer};

/// `+02:00`; null when the offset is not known.
pub(crate) fn zone_offset(offset: Option<LocalOffset>) -> Option<String> {
    offset.map(LocalOffset::as_hours_minutes)
}

/// The same text for rows, of which there are thousands. Seconds are cut off, as there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct OffsetText([u8; 6]);

impl OffsetText {
    /// Of an offset.
    pub(crate) fn new(offset: LocalOffset) -> Self {
        let minutes = (offset.seconds.unsigned_abs() / 60).min(99 * 60 + 59);
        let sign = if offset.seconds < 0 && minutes > 0 { b'-' } else { b'+' };
        let digit = |number: u32| b'0' + (number % 10) as u8;
        let (hours, minutes) = (minutes / 60, minutes % 60);
        Self([sign, digit(hours / 10), digit(hours), b':', digit(minutes / 10), digit(minutes)])
    }

    /// The text.
    pub(crate) fn as_str(&self) -> &str {
        std::str::from_utf8(&self.0).unwrap_or_default()
    }
}

impl Serialize for OffsetText {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_ways_to_write_an_offset_give_the_same() {
        for seconds in (-86_400..=86_400).step_by(59) {
            let offset = LocalOffset::device(seconds);
            assert_eq!(OffsetText::new(offset).as_str(), offset.as_hours_minutes());
        }
    }
}
