//! Garmin's JSON as documented, one file a type. Unknown keys are ignored, kinds are tolerated.

mod activity;
mod daily;
mod details;
mod files;
mod sleep;

pub(super) use activity::Activity;
pub(super) use daily::Daily;
pub(super) use details::{Details, SERIES};
pub(super) use files::Ping;
pub(super) use sleep::{Judgement, Nap, Sleep};
