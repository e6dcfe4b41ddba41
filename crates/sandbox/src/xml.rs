//! Words of XML files that activities are written into: times, texts and elements that may be unknown.

use model::Timestamp;
use std::fmt::{Display, Write};

/// UTC seconds as XML writes them.
pub(crate) fn time(at: i64) -> String {
    Timestamp::from_seconds(at).to_string()
}

/// A text without the characters that mean something.
pub(crate) fn text(plain: &str) -> String {
    plain.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

/// An element with a value; nothing if there is none.
pub(crate) fn element(out: &mut String, name: &str, value: Option<impl Display>) {
    if let Some(value) = value {
        // Writing to a string cannot fail.
        let _ = write!(out, "<{name}>{value}</{name}>");
    }
}
