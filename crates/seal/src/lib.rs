//! Secrets: sealing at rest, tokens and passwords as hashes, webhook signatures in and out, PKCE.
//!
//! Who is who: a [`MasterKey`] comes from configuration and lives in a [`Keyring`], which seals what
//! must be read again (provider tokens, webhook secrets) and binds it to its row. What need only be
//! recognised again (API keys, passwords) is hashed instead. No storage, no HTTP, no environment here;
//! randomness is passed in.

mod jwt;
mod key;
mod keyring;
mod password;
mod pkce;
mod token;
mod webhook;

pub use key::{MasterKey, ParseKeyError};
pub use keyring::{Keyring, SealError};
pub use password::{HashPasswordError, hash_password, verify_nothing, verify_password};
pub use pkce::{pkce_challenge, pkce_verifier};
pub use token::{generate_token, hash_token, masked};
pub use webhook::{ParseSecretError, SignatureError, SignatureHeaders, WebhookSecret};
pub use zeroize::Zeroizing;

/// Whether two byte strings are equal, in a time that depends only on their lengths.
#[must_use]
pub fn constant_time_eq(a: &[u8], b: &[u8]) -> bool {
    use subtle::ConstantTimeEq as _;
    a.ct_eq(b).into()
}

#[cfg(test)]
mod tests {
    #[test]
    fn equal_means_the_same_bytes_and_length() {
        assert!(super::constant_time_eq(b"abc", b"abc"));
        assert!(!super::constant_time_eq(b"abc", b"abd"));
        assert!(!super::constant_time_eq(b"abc", b"ab"));
        assert!(super::constant_time_eq(b"", b""));
    }
}
