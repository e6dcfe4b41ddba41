//! The real binary as a child process, over real HTTP on this machine, each test with a folder of its own.
//! Every test that involves chance prints its seed; `WEARHOUSE_SOAK_ROUNDS` and `WEARHOUSE_SOAK_SEED` set
//! how often and with which.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stderr)] // these are tests throughout

mod account;
mod archives;
mod audit;
mod backup;
mod bucket;
mod cluster;
mod cold;
mod commands;
mod content;
mod database;
mod disk;
mod erasing;
mod export;
mod exports;
mod faulty_disk;
mod golden;
mod history;
mod http;
mod install;
mod ledger;
mod linked;
mod logs;
mod master_key;
mod phone_exports;
mod processes;
mod receiver;
mod replay;
mod samples;
mod stage;
mod startup;
mod stopping;
mod storm;
mod storms;
mod tenancy;
#[cfg(feature = "otel")]
mod traces;
mod traveller;
mod truth;
mod uploads;
mod verification;
mod workout_files;
