//! The real router over a real store in a folder of its own, under a clock that stands still.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)] // these are tests throughout

mod accounts;
mod backfill;
mod cold;
mod contract;
mod details;
mod documents;
mod events;
mod export;
mod export_truth;
mod exports;
mod fit_activity;
mod frame;
mod health_files;
mod inbound;
mod links;
mod merging;
mod multisport;
mod other_events;
mod phones;
mod policies;
mod query;
mod scores;
mod shape;
mod streams;
mod tenancy;
mod timeseries;
mod totals;
mod uploads;
mod usage;
mod users;
mod vendor_files;
mod webhooks;
mod world;
