//! Garmin's JSON as documented, one file a type. Unknown keys are ignored, kinds are tolerated.

mod activity;
mod details;
mod files;

pub(super) use activity::Activity;
pub(super) use details::{Details, SERIES};
pub(super) use files::Ping;
