//! A user's old samples that lie outside the store.

pub(crate) mod get;
pub(crate) mod list;
