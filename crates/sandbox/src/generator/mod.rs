//! Believable people and their days: nights, daily movement and heart rate, workouts with a track.
//!
//! Everything is a pure function of (seed, person, date): nothing is stored, any summary can be written
//! again at any time, and a day that is still running is a prefix of the same day when it is over.

mod day;
mod dice;
mod heart;
mod motion;
mod night;
mod persona;
mod plan;
mod route;
mod workout;

pub(crate) use day::{Day, StressLevel};
pub(crate) use night::{Night, Stage, Validation};
pub(crate) use persona::{Person, Persona};
pub(crate) use plan::{Sport, WorkoutPlan, extra_workout, planned_workouts};
pub(crate) use workout::{Sample, Totals, Workout};
