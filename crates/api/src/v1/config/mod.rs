//! What a portal needs to know of the server.

pub(crate) mod get;
