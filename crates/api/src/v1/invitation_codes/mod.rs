//! Codes that a person types into the app, once, to let their phone send.

pub(crate) mod create;
pub(crate) mod redeem;

/// What codes are made of: signs that are not taken for one another.
const ALPHABET: &[u8; 32] = b"ABCDEFGHJKLMNPQRSTUVWXYZ23456789";
const LENGTH: usize = 8;

/// Whether a text could be a code.
fn is_code(text: &str) -> bool {
    text.len() == LENGTH && text.bytes().all(|byte| ALPHABET.contains(&byte))
}
