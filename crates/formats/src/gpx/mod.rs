//! GPX 1.0 and 1.1: tracks with what extensions say of heart rate, cadence, power, temperature and speed.
//!
//! A track's points are in segments; the gap between two is a pause. Waypoints and routes are plans, not
//! workouts, and are passed over. [`read`] goes through the file once and never fails.

mod read;

pub use read::read;
