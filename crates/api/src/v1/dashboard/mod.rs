//! The figures that a portal begins with.

pub(crate) mod stats;
