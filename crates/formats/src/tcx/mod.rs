//! TCX (Training Center Database 2): activities of laps, laps of tracks, with Garmin's ActivityExtension.
//!
//! The gap between two tracks of a lap is a pause. Courses and plans are no workouts and are passed over.
//! [`read`] goes through the file once and never fails.

mod lap;
mod read;
mod totals;

pub use read::read;
