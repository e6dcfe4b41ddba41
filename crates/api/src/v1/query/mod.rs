//! Samples of several users and series in one request: pages of columns, or a table as a stream.
//!
//! Rows come user by user in the order asked for, within a user series by series, within a series by time
//! (`walk`). A page ends with a cursor (`columns`); a stream ends when everything was told (`stream`) and
//! reads on only as fast as its client takes it, holding nothing of the store meanwhile.

pub(crate) mod post;

mod asked;
mod columns;
mod format;
mod stream;
mod walk;
