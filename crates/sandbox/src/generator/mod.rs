//! Believable people and their days: nights, daily movement and heart rate, workouts with a track.
//!
//! Everything is a pure function of (seed, person, date): nothing is stored, any summary can be written
//! again at any time, and a day that is still running is a prefix of the same day when it is over.

mod body;
mod cycle;
mod day;
mod dice;
mod heart;
mod motion;
mod move_iq;
mod movement;
mod night;
mod person;
mod persona;
mod plan;
mod pool;
mod recording;
mod route;
mod schedule;
mod sets;
mod snapshot;
mod sport;
mod stress;
mod totals;
mod traits;
mod travel;
mod vitals;
mod workout;

pub(crate) use body::{BloodPressure, BodyComposition, UserMetrics};
pub(crate) use cycle::Cycle;
pub(crate) use day::Day;
pub(crate) use dice::Dice;
pub(crate) use move_iq::{MoveIq, move_iq_of};
pub(crate) use movement::Epoch;
pub(crate) use night::{Night, NightSpan, Stage, Validation};
pub(crate) use person::{Person, SLOT, Style};
pub(crate) use persona::Persona;
pub(crate) use plan::{Origin, Role, WorkoutPlan};
pub(crate) use pool::POOL_M;
pub(crate) use schedule::{extra_workout, planned_workouts};
pub(crate) use snapshot::{SNAPSHOT_SECONDS, Snapshot};
pub(crate) use sport::{FileType, Rhythm, Sport};
pub(crate) use stress::{Battery, Stress};
pub(crate) use totals::Totals;
pub(crate) use travel::{Stay, TravelError};
pub(crate) use vitals::{heart_variability, oxygen, respiration, skin_deviation, spot_oxygen};
pub(crate) use workout::{Sample, Workout};
