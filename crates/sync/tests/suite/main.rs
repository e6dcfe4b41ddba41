//! Connections against a provider's stand-in over HTTP, in a real store.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)] // all of this is test code

mod apps;
mod connecting;
mod disconnecting;
mod fetching;
mod history;
mod history_lapses;
mod history_shared;
mod idling;
mod provider;
mod renewing;
mod sandbox_garmin;
mod world;
