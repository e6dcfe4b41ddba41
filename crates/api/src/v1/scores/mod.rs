//! What scores are and how they are computed.

pub(crate) mod list;
