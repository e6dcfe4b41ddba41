//! Proof key for code exchange (RFC 7636): the verifier we keep and the challenge we show.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use model::Rng;
use sha2::{Digest as _, Sha256};

/// A random verifier: 256 bits as 43 characters of the allowed alphabet.
#[must_use]
pub fn pkce_verifier(rng: &Rng) -> String {
    URL_SAFE_NO_PAD.encode(rng.bytes::<32>())
}

/// The `S256` challenge of a verifier.
#[must_use]
pub fn pkce_challenge(verifier: &str) -> String {
    URL_SAFE_NO_PAD.encode(Sha256::digest(verifier.as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_challenge_is_that_of_the_rfc_appendix() {
        let challenge = pkce_challenge("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk");
        assert_eq!(challenge, "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM");
    }

    #[test]
    fn a_verifier_is_long_enough_and_of_allowed_characters() {
        let rng = Rng::seeded(3);
        let verifier = pkce_verifier(&rng);
        assert_eq!(verifier.len(), 43);
        assert!(verifier.bytes().all(|b| b.is_ascii_alphanumeric() || b"-._~".contains(&b)));
        assert_ne!(verifier, pkce_verifier(&rng));
    }
}
