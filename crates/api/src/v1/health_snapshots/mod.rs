//! Health snapshots: several values measured at once.

pub(crate) mod list;
