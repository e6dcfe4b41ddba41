//! A user's links to accounts at providers.

pub(crate) mod delete;
pub(crate) mod erase;
pub(crate) mod list;

mod phones;
