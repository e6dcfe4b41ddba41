//! What is written is read back: by our own readers here, by other people's in `programs`.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)] // these are tests throughout

mod multisport;
mod readers;
mod sample;
mod workouts;
