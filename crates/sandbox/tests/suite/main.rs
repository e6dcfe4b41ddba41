//! The stand-in as a partner meets it: the real router over real HTTP on loopback.

// The helpers of tests are tests too.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod data;
mod delivery;
mod files;
mod oauth;
mod stage;
