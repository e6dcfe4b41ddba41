//! Samples over time, at the resolution asked for.
//!
//! A page decodes few blocks: the heads of blocks say when each begins and ends and how many points it
//! has, so the span is cut into windows of bounded size (`windows`), and windows are read from the
//! cursor on until the page is full (`reader`).

pub(crate) mod list;

mod count;
mod devices;
mod reader;
mod request;
mod row;
mod span;
mod windows;
