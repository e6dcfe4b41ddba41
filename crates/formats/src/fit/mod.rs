//! FIT: what sport watches, bike computers and scales write.
//!
//! A file is one or more sequences, each a header, messages and a checksum. [`read`] goes through them
//! once and never fails: what is damaged costs what follows it in its sequence, and an issue says so.
//! [`to_workout`] gives what a provider's file says of one workout, [`to_records`] all that an upload holds.
//!
//! Layers: `input` (bytes, checksum, digest) -> `wire` (messages and fields, knows no meaning) -> `collect`
//! and its siblings (meaning, into a [`FitFile`]) -> `workout` and `upload` (into the model). The names of
//! message and field numbers are those of the `rustyfit` crate's profile.

mod collect;
mod day;
mod developer;
mod developer_place;
mod developer_summary;
mod file;
mod health;
mod heart;
mod hsa;
mod input;
mod names;
mod record;
mod samples;
mod session;
mod sleep;
mod sport;
mod summary;
mod timeline;
mod upload;
mod value;
mod wire;
mod workout;

pub use crate::columns::Column;
pub use collect::read;
pub use file::{DeveloperColumn, FileId, FitFile, FitLap, FitPart, Session};
pub use sleep::SleepScore;
pub use sport::Sport;
pub use upload::{source_of, to_records};
pub use workout::to_workout;
