//! Connecting a user's account at a provider: the catalogue, the way there and the way back.

pub(crate) mod authorize;
pub(crate) mod callback;
pub(crate) mod landing_error;
pub(crate) mod landing_success;
pub(crate) mod providers;

mod error;
mod landing;

pub(crate) use error::sync_error;
pub(crate) use landing::landing;
