//! Logging in and the developer's own account. Tokens are opaque and kept only as hashes.

pub(crate) mod change_password;
pub(crate) mod login;
pub(crate) mod logout;
pub(crate) mod me;
pub(crate) mod update_me;

mod issue;
mod password;

pub(crate) use issue::{TokenResponse, issue};
pub(crate) use me::DeveloperRead;
pub(crate) use password::{check_new_password, hash, verify};

/// A word for people.
#[derive(serde::Serialize, utoipa::ToSchema)]
pub(crate) struct Message {
    /// The word.
    pub(crate) message: &'static str,
}
