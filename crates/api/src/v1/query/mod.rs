//! Samples of several users and series in one request: pages of columns, or a table as a stream.
//!
//! Rows come user by user in the order asked for, within a user series by series, within a series by time
//! (`walk`). A page ends with a cursor (`columns`); a stream ends when everything was told (`stream`). The export of a
//! whole record goes the same way.

pub(crate) mod post;

mod asked;
mod columns;
mod format;
mod stream;
mod walk;

pub(in crate::v1) use asked::Asked;
pub(in crate::v1) use format::media_type;
pub(in crate::v1) use stream::SampleTable;
pub(in crate::v1) use walk::{Chunk, Walk};
