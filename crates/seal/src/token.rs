//! Bearer tokens of our own: API keys, sessions, refresh tokens. Kept only as hashes, shown masked.

use model::Rng;
use sha2::{Digest as _, Sha256};

/// A random token: the prefix, then 128 random bits as 32 lower hex digits. `sk-` for API keys (the
/// form that Open Wearables clients expect), `at-` for sessions, `rt-` for refresh tokens.
#[must_use]
pub fn generate_token(prefix: &str, rng: &Rng) -> String {
    format!("{prefix}{}", hex::encode(rng.bytes::<16>()))
}

/// What is stored instead of a token. A plain digest is enough: a token has 128 random bits, so there
/// is nothing to guess, and equal tokens must be found by their hash.
#[must_use]
pub fn hash_token(token: &str) -> [u8; 32] {
    Sha256::digest(token.as_bytes()).into()
}

/// A token as lists show it: `sk-1a2b...9f0c`. What is too short to hide anything is hidden whole.
#[must_use]
pub fn masked(token: &str) -> String {
    let (prefix, secret) = match token.split_once('-') {
        Some((kind, secret)) if kind.len() <= 8 => (Some(kind), secret),
        _ => (None, token),
    };
    let chars: Vec<char> = secret.chars().collect();
    let prefix = prefix.map(|kind| format!("{kind}-")).unwrap_or_default();
    match (chars.first_chunk::<4>(), chars.last_chunk::<4>()) {
        (Some(head), Some(tail)) if chars.len() >= 16 => {
            format!("{prefix}{}...{}", head.iter().collect::<String>(), tail.iter().collect::<String>())
        }
        _ => format!("{prefix}..."),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_api_key_is_its_prefix_and_32_lower_hex_digits() {
        let rng = Rng::seeded(1);
        let key = generate_token("sk-", &rng);
        let digits = key.strip_prefix("sk-").unwrap();
        assert_eq!(digits.len(), 32);
        assert!(digits.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b)));
        assert_ne!(key, generate_token("sk-", &rng));
    }

    #[test]
    fn the_hash_is_the_sha256_of_the_text() {
        let known = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
        assert_eq!(hex::encode(hash_token("abc")), known);
    }

    #[test]
    fn a_mask_keeps_the_ends_and_hides_short_texts() {
        assert_eq!(masked("sk-1a2b00000000000000000000000f9f0c"), "sk-1a2b...9f0c");
        assert_eq!(masked("1a2b00000000000000000000000f9f0c"), "1a2b...9f0c");
        assert_eq!(masked("sk-short"), "sk-...");
        assert_eq!(masked("hunter2"), "...");
        assert_eq!(masked("äöüßäöüßäöüßäöüß"), "äöüß...äöüß");
        assert_eq!(masked(""), "...");
    }
}
