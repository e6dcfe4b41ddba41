//! The stand-in as a partner meets it: the real router over real HTTP on loopback.

mod data;
mod delivery;
mod files;
mod oauth;
mod stage;
