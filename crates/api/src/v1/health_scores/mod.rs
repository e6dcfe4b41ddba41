//! A person's scores.

pub(crate) mod list;
