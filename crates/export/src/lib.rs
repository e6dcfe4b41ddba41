//! What leaves the house in other people's formats. Workouts as GPX so far.

pub mod gpx;
