//! How much a team has and keeps.

pub(crate) mod counting;
pub(crate) mod get;
