//! Samples over time, at the resolution asked for.

pub(crate) mod list;

mod reader;
mod request;
mod writing;
