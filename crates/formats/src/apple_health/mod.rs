//! Apple Health: what HealthKit's names and units mean here, and what a phone exports.
//!
//! An export is one XML file of up to gigabytes, mostly in a zip with the routes of workouts beside it. [`cut`] makes
//! pieces of it, each of some hundred kilobytes and whole by itself; [`read()`] makes records of a piece. Both go over
//! bytes: an XML reader's events would cost more than everything that is done with them.

mod category;
mod cursor;
mod cut;
mod date;
pub mod electrocardiogram;
pub mod metrics;
mod pieces;
mod read;
mod samples;
mod source;
mod statistics;
mod summary;
mod units;
mod workout;
mod workout_type;
mod zone;

pub use cut::{Piece, PieceKind, cut, is_export, may_be_archive};
pub use pieces::Pieces;
pub use read::{Elements, read};
pub use units::Conversion;
pub use workout::route_alias;
