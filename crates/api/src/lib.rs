//! The HTTP API: `/api/v1` in the shape of Open Wearables and beyond it, providers' webhooks, event
//! streams, health, metrics, and the OpenAPI document.
//!
//! An endpoint is one file. It reads the request, asks the store or the rooms below, and shapes the
//! answer; rules and SQL live below. Authentication is the first argument of a handler, and every user
//! is looked for within the caller's team before anything of theirs is read.

mod access;
mod decoding;
mod error;
mod exporting;
mod layers;
mod openapi;
mod router;
mod samples;
mod state;
mod streaming;
mod system;
mod trust;
mod v1;
mod wire;

pub use error::ErrorBody;
pub use openapi::openapi;
pub use router::{router, watch_router};
pub use state::{FollowTrace, RenderMetrics, Services, Settings, State};
pub use v1::export::{Progress, RecordStream, export_record};
