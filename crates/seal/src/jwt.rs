//! JSON web tokens, signed with HMAC-SHA256 by a key that is derived from the master key. Only tokens of exactly this
//! header are read: which algorithm signs is not for a token to say.

use crate::{Keyring, key::MasterKey};
use base64::{Engine as _, prelude::BASE64_URL_SAFE_NO_PAD};
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;

/// `{"alg":"HS256","typ":"JWT"}`
const HEADER: &str = "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9";

impl Keyring {
    /// A token that says these claims, which are a JSON object.
    #[must_use]
    pub fn sign_jwt(&self, claims: &str) -> String {
        let signed = format!("{HEADER}.{}", BASE64_URL_SAFE_NO_PAD.encode(claims));
        let signature = BASE64_URL_SAFE_NO_PAD.encode(mac(self.primary(), &signed).finalize().into_bytes());
        format!("{signed}.{signature}")
    }

    /// The claims of a token that a key of the ring signed; whether its time is over is for the caller to see.
    #[must_use]
    pub fn verify_jwt(&self, token: &str) -> Option<Vec<u8>> {
        let (signed, signature) = token.rsplit_once('.')?;
        let (header, claims) = signed.split_once('.')?;
        let signature = BASE64_URL_SAFE_NO_PAD.decode(signature).ok()?;
        let is_good = |key: &MasterKey| mac(key, signed).verify_slice(&signature).is_ok();
        if header != HEADER || !self.keys().any(is_good) {
            return None;
        }
        BASE64_URL_SAFE_NO_PAD.decode(claims).ok()
    }
}

fn mac(key: &MasterKey, text: &str) -> Hmac<Sha256> {
    let derived = keyed(key.bytes(), b"wearhouse json web token").finalize().into_bytes();
    keyed(&derived, text.as_bytes())
}

fn keyed(key: &[u8], text: &[u8]) -> Hmac<Sha256> {
    #[allow(clippy::expect_used)] // HMAC takes keys of any length
    let mut mac = Hmac::<Sha256>::new_from_slice(key).expect("HMAC takes any key");
    mac.update(text);
    mac
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::Rng;

    #[test]
    fn only_what_a_key_of_the_ring_signed_is_believed() {
        let rng = Rng::seeded(1);
        let (old, new) = (MasterKey::generate(&rng), MasterKey::generate(&rng));
        let before = Keyring::new(old.clone(), Vec::new());
        let claims = r#"{"sub":"1","scope":"sdk"}"#;
        let token = before.sign_jwt(claims);
        assert_eq!(token.split('.').count(), 3);
        assert_eq!(before.verify_jwt(&token).as_deref(), Some(claims.as_bytes()));
        let rotated = Keyring::new(new.clone(), vec![old]);
        assert_eq!(rotated.verify_jwt(&token).as_deref(), Some(claims.as_bytes()));
        assert_eq!(Keyring::new(new, Vec::new()).verify_jwt(&token), None);
    }

    #[test]
    fn a_changed_token_or_another_algorithm_is_refused() {
        let ring = Keyring::new(MasterKey::generate(&Rng::seeded(2)), Vec::new());
        let token = ring.sign_jwt(r#"{"sub":"1"}"#);
        let (signed, signature) = token.rsplit_once('.').unwrap();
        let none =
            format!("{}.{}.", BASE64_URL_SAFE_NO_PAD.encode(r#"{"alg":"none"}"#), BASE64_URL_SAFE_NO_PAD.encode("{}"));
        let other = format!("{HEADER}.{}.{signature}", BASE64_URL_SAFE_NO_PAD.encode(r#"{"sub":"2"}"#));
        for forged in [none.as_str(), other.as_str(), signed, "", "..", "a.b.c", &token[..token.len() - 1]] {
            assert_eq!(ring.verify_jwt(forged), None, "{forged}");
        }
    }
}
