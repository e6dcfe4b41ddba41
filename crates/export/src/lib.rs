//! What leaves the house in other people's formats. Workouts as GPX; samples as tables.

pub mod gpx;
pub mod samples;
