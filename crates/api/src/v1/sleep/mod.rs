//! Nights and naps.

pub(crate) mod delete;
pub(crate) mod list;

mod by_priority;
