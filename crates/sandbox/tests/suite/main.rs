//! The stand-in as a partner meets it: the real router over real HTTP on loopback.

// What tests share may fail as tests do.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod backfill;
mod data;
mod days;
mod delivery;
mod faults;
mod files;
mod oauth;
mod pages;
mod queues;
mod restart;
mod stage;
mod tools;
mod verification;
