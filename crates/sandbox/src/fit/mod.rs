//! FIT activity files: a small encoder of the protocol (`writer`), and the messages of a workout: while it is
//! recorded (`record`), its sums (`session`), and all of it in one file (`activity`).

mod activity;
mod record;
mod session;
mod writer;

pub(crate) use activity::activity_file;
