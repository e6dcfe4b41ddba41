//! Deliveries to a real receiver over HTTP, out of a real store.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)] // all of this is test code

mod delivery;
mod receiver;
mod refusals;
mod rendering;
mod world;
