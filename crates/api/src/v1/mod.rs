//! The API under `/api/v1`: one folder a resource, one file an endpoint.

pub(crate) mod activities;
pub(crate) mod api_keys;
pub(crate) mod applications;
pub(crate) mod auth;
pub(crate) mod backfill;
pub(crate) mod cold;
pub(crate) mod connections;
pub(crate) mod data_sources;
pub(crate) mod events;
pub(crate) mod files;
pub(crate) mod health_snapshots;
pub(crate) mod inbound;
pub(crate) mod invitation_codes;
pub(crate) mod menstrual_cycles;
pub(crate) mod oauth;
pub(crate) mod query;
pub(crate) mod sdk;
pub(crate) mod settings;
pub(crate) mod sleep;
pub(crate) mod sync;
pub(crate) mod timeseries;
pub(crate) mod token;
pub(crate) mod usage;
pub(crate) mod users;
pub(crate) mod webhooks;
pub(crate) mod workouts;
