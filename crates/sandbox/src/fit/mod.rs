//! FIT activity files: a small encoder of the protocol (`writer`) and the messages of a workout (`activity`).

mod activity;
mod writer;

pub(crate) use activity::activity_file;
