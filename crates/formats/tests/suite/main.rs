//! The readers against real files, against an independent decoder, and against arbitrary bytes.

// Lints that allow these in tests do not see the functions that tests share.
#![allow(clippy::unwrap_used, clippy::panic, clippy::print_stderr)]

mod apple_model;
mod apple_samples;
mod fit_bytes;
mod fit_day;
mod fit_developer;
mod fit_model;
mod fit_samples;
mod fit_sleep;
mod fit_writer;
mod gpx_model;
mod tcx_model;
mod track_bytes;
mod track_samples;
