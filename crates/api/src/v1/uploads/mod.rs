//! Files that come piece by piece, by the tus protocol 1.0: begun, asked about, added to, given up.

pub(crate) mod append;
pub(crate) mod create;
pub(crate) mod protocol;
pub(crate) mod remove;
pub(crate) mod stand;
