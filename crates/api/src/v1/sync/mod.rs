//! What is happening, and has happened, in runs of synchronisation.

pub(crate) mod recent;
pub(crate) mod runs;
pub(crate) mod stream;
pub(crate) mod team_runs;

mod follow;
