//! The way in, from bytes at the door to what is kept: a real store, a real spool, the real provider.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)] // all of this is test code

mod archives;
mod bodies;
mod cancelling;
mod cold;
mod corrections;
mod crashes;
mod damage;
mod door;
mod dump;
mod erasing;
mod exports;
mod fit_bytes;
mod health;
mod missing_files;
mod notices;
mod phone_deletions;
mod phone_sources;
mod redelivery;
mod replaying;
mod resumable;
mod retention;
mod scores;
mod sharing;
mod splitting;
mod storms;
mod untrusted;
mod work;
mod workouts;
mod world;
