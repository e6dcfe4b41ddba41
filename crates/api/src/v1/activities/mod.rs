//! Spans that a device recognised as an activity by itself.

pub(crate) mod list;
