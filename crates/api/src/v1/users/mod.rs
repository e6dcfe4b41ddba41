//! The people whose data is kept.

pub(crate) mod create;
pub(crate) mod delete;
pub(crate) mod get;
pub(crate) mod list;
pub(crate) mod update;

mod read;
mod rules;

pub(crate) use read::UserRead;
pub(crate) use rules::{check_external_id, check_name, check_time_zone};
