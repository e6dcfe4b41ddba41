//! Cursors: URL-safe base64 of `ISO-time|id`, as the peer makes them; `prev_` in front goes backward.

use crate::error::{ApiError, Result};
use base64::{
    Engine as _,
    engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig},
};
use model::Timestamp;

const BASE64: GeneralPurpose = GeneralPurpose::new(
    &base64::alphabet::URL_SAFE,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);
const BACKWARD: &str = "prev_";

/// A place between two items.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Cursor {
    pub(crate) at: Timestamp,
    pub(crate) id: String,
    /// Whether the items before it are wanted.
    pub(crate) backward: bool,
}

impl Cursor {
    /// After this item.
    pub(crate) fn after(at: Timestamp, id: impl ToString) -> Self {
        Self { at, id: id.to_string(), backward: false }
    }

    /// Before this item.
    pub(crate) fn before(at: Timestamp, id: impl ToString) -> Self {
        Self { at, id: id.to_string(), backward: true }
    }

    /// As text.
    pub(crate) fn encode(&self) -> String {
        let text = format!("{}|{}", iso(self.at), self.id);
        format!("{}{}", if self.backward { BACKWARD } else { "" }, BASE64.encode(text))
    }

    /// From text.
    ///
    /// # Errors
    /// 400 when it is none.
    pub(crate) fn decode(text: &str) -> Result<Self> {
        Self::read(text).ok_or_else(|| Self::malformed(text))
    }

    /// The error for a cursor that cannot be one of ours.
    pub(crate) fn malformed(text: &str) -> ApiError {
        ApiError::BadRequest(format!("Invalid cursor format: '{text}'. Expected 'timestamp|id'."))
    }

    fn read(text: &str) -> Option<Self> {
        let (backward, encoded) = text.strip_prefix(BACKWARD).map_or((false, text), |rest| (true, rest));
        let plain = String::from_utf8(BASE64.decode(encoded).ok()?).ok()?;
        let (at, id) = plain.split_once('|')?;
        Some(Self { at: Timestamp::parse_rfc3339(at)?, id: id.to_owned(), backward })
    }
}

/// The form that the peer's language writes: `+00:00`, and six decimals or none.
fn iso(at: Timestamp) -> String {
    let micros = at.as_micros().rem_euclid(1_000_000);
    let whole = Timestamp::from_seconds(at.as_seconds()).to_string();
    let whole = whole.trim_end_matches('Z');
    if micros == 0 { format!("{whole}+00:00") } else { format!("{whole}.{micros:06}+00:00") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_is_the_base64_of_time_and_id() {
        let at = Timestamp::parse_rfc3339("2026-11-17T00:05:00Z").unwrap();
        let cursor = Cursor::after(at, "x");
        assert_eq!(BASE64.decode(cursor.encode()).unwrap(), b"2026-11-17T00:05:00+00:00|x");
        assert_eq!(Cursor::decode(&cursor.encode()).unwrap(), cursor);
        let back = Cursor::before(at.plus_micros(1), "y");
        assert!(back.encode().starts_with("prev_"));
        assert_eq!(Cursor::decode(&back.encode()).unwrap(), back);
    }

    #[test]
    fn padding_may_be_missing_and_anything_else_is_refused() {
        let cursor = Cursor::after(Timestamp::from_seconds(1), "ab");
        assert_eq!(Cursor::decode(cursor.encode().trim_end_matches('=')).unwrap(), cursor);
        for text in ["", "zzz", "prev_", "prev_zzz", "Zm9v", "8J+Y"] {
            assert!(Cursor::decode(text).is_err(), "{text}");
        }
    }
}
