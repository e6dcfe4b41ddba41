//! FIT of a workout: the activity file that devices and services take. Times are whole seconds there, and each
//! field has its own resolution: what was measured in the same second is one record, the latest value of each.
//!
//! Layers: `wire` (definitions, messages, checksums), `sport` (what was done, in the protocol's numbers), `messages`
//! (the messages of an activity; `summary` has those that sum up). The numbers of messages and fields are those of the `rustyfit` crate's profile.

mod messages;
mod sport;
mod summary;
mod wire;

pub use messages::{FitError, write_multisport, write_workout};
