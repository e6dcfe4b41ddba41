//! What is not under `/api/v1`: the banner, health, metrics, the OpenAPI document and its reader.

pub(crate) mod docs;
pub(crate) mod icons;
pub(crate) mod live;
pub(crate) mod metrics;
pub(crate) mod openapi;
pub(crate) mod ready;
pub(crate) mod root;
