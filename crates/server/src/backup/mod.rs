//! Backups of the embedded store, taken while it serves, and the way back.
//!
//! A backup is a folder: a manifest, one state of the store, the spooled bodies which that state refers to. It appears
//! under its name when it is whole. Beside the backups lies a copy of the erasure log, which is younger than all of
//! them: a restore erases again what was erased after the backup was taken. The master key is in no backup.

mod digest;
mod manifest;
mod restore;
mod schedule;
mod shelf;
mod take;
#[cfg(test)]
mod tests;

pub(crate) use restore::{Source, check_unfinished, restore};
pub(crate) use schedule::Schedule;
pub(crate) use shelf::newest;
pub(crate) use take::{Origin, take};
