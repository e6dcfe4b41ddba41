//! Which providers, devices and applications a user's data came from.

pub(crate) mod list;
