//! What leaves the house in other people's formats. Workouts as FIT, TCX and GPX; samples and events as tables; a
//! whole record as FHIR or Open mHealth.

pub mod events;
mod fhir;
pub mod fit;
pub mod gpx;
mod laps;
mod omh;
pub mod record;
pub mod samples;
pub mod tcx;
mod track;
mod when;
mod xml;

pub use track::{Cadence, Part, Row, Track};
