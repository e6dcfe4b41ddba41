//! What TCX and GPX files have in common: positions in time, in segments, with what else was measured there.
//!
//! [`crate::tcx::read`] and [`crate::gpx::read`] give a [`TrackFile`]. [`to_workout`] makes of it what a
//! provider's file says of one workout, [`to_records`] all workouts that an upload holds.

mod file;
mod fix;
mod length;
mod moment;
mod recorder;
mod sport;
mod summary;
mod workout;

pub use file::{Activity, Counts, Device, TrackFile};
pub use workout::{source_of, to_records, to_workout};

pub(crate) use fix::{Fix, number};
pub(crate) use moment::Moment;
pub(crate) use recorder::Recorder;
pub(crate) use sport::workout_type;
