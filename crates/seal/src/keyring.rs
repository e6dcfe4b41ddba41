//! Sealing of secrets at rest: XChaCha20-Poly1305 under the primary key, bound to a context.
//!
//! A sealed value is `version (1) | key id (4) | nonce (24) | ciphertext and tag`. Rotation: the key
//! becomes `older`, values still open, and [`Keyring::needs_resealing`] finds those to write again.

use crate::key::{KEY_ID_LEN, MasterKey};
use chacha20poly1305::{
    KeyInit as _, XChaCha20Poly1305, XNonce,
    aead::{Aead as _, Payload},
};
use model::Rng;
use zeroize::Zeroizing;

const VERSION: u8 = 1;
const NONCE_LEN: usize = 24;
const HEADER_LEN: usize = 1 + KEY_ID_LEN;

/// The keys of an installation: one that seals, and older ones that can still open.
#[derive(Clone, Debug)]
pub struct Keyring {
    primary: MasterKey,
    older: Vec<MasterKey>,
}

/// Why sealed bytes did not open.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SealError {
    /// Too short, or of a version this build does not know.
    #[error("sealed value is malformed")]
    Malformed,
    /// No key of the ring has the id that the value names.
    #[error("sealed under a key that is not configured")]
    UnknownKey,
    /// Changed, cut, or sealed for another place.
    #[error("sealed value is damaged or belongs elsewhere")]
    Forged,
}

impl Keyring {
    /// Seals with `primary`; opens with it and with `older`.
    #[must_use]
    pub fn new(primary: MasterKey, older: Vec<MasterKey>) -> Self {
        Self { primary, older }
    }

    /// Seals `plain` for one place. `context` (table, row and column, say) is authenticated but not
    /// kept: the same bytes are needed to open, so a value copied to another row does not open there.
    #[must_use]
    pub fn seal(&self, rng: &Rng, context: &[u8], plain: &[u8]) -> Vec<u8> {
        let mut sealed = Vec::with_capacity(HEADER_LEN + NONCE_LEN + plain.len() + 16);
        sealed.push(VERSION);
        sealed.extend(self.primary.id());
        let nonce: [u8; NONCE_LEN] = rng.bytes();
        let aad = associated(&sealed, context);
        #[allow(clippy::expect_used)] // fails only for plaintexts of 256 GiB, which do not fit in memory
        let ciphertext = cipher(&self.primary)
            .encrypt(&XNonce::from(nonce), Payload { msg: plain, aad: &aad })
            .expect("plaintext is below the cipher's limit");
        sealed.extend(nonce);
        sealed.extend(ciphertext);
        sealed
    }

    /// Opens what [`Keyring::seal`] sealed for the same context.
    ///
    /// # Errors
    /// When the value is malformed, its key is not in the ring, or it fails authentication.
    pub fn open(&self, context: &[u8], sealed: &[u8]) -> Result<Zeroizing<Vec<u8>>, SealError> {
        let id = key_id(sealed)?;
        let (header, rest) = sealed.split_at_checked(HEADER_LEN).ok_or(SealError::Malformed)?;
        let (nonce, ciphertext) = rest.split_first_chunk::<NONCE_LEN>().ok_or(SealError::Malformed)?;
        let aad = associated(header, context);
        let mut outcome = Err(SealError::UnknownKey);
        // Ids are short: two keys may share one, so every key of that id is tried.
        for key in std::iter::once(&self.primary).chain(&self.older).filter(|key| key.id() == id) {
            match cipher(key).decrypt(&XNonce::from(*nonce), Payload { msg: ciphertext, aad: &aad }) {
                Ok(plain) => return Ok(Zeroizing::new(plain)),
                Err(_) => outcome = Err(SealError::Forged),
            }
        }
        outcome
    }

    pub(crate) fn primary(&self) -> &MasterKey {
        &self.primary
    }

    pub(crate) fn keys(&self) -> impl Iterator<Item = &MasterKey> {
        std::iter::once(&self.primary).chain(&self.older)
    }

    /// How values begin that are sealed under the primary key, in the present form.
    #[must_use]
    pub fn prefix(&self) -> Vec<u8> {
        prefix_of(&self.primary)
    }

    /// Whether values that begin like this are sealed under a key of the ring.
    #[must_use]
    pub fn knows(&self, prefix: &[u8]) -> bool {
        std::iter::once(&self.primary).chain(&self.older).any(|key| prefix_of(key) == prefix)
    }

    /// Whether a sealed value should be opened and sealed again, because its key is no longer the
    /// primary one or its form is not the present one.
    #[must_use]
    pub fn needs_resealing(&self, sealed: &[u8]) -> bool {
        key_id(sealed) != Ok(self.primary.id())
    }
}

fn prefix_of(key: &MasterKey) -> Vec<u8> {
    [&[VERSION], key.id().as_slice()].concat()
}

fn cipher(key: &MasterKey) -> XChaCha20Poly1305 {
    XChaCha20Poly1305::new(key.bytes().into())
}

fn key_id(sealed: &[u8]) -> Result<[u8; KEY_ID_LEN], SealError> {
    match sealed.split_first() {
        Some((&VERSION, rest)) => rest.first_chunk().copied().ok_or(SealError::Malformed),
        _ => Err(SealError::Malformed),
    }
}

/// The header is authenticated too. Its length is fixed, so no two pairs of header and context join alike.
fn associated(header: &[u8], context: &[u8]) -> Vec<u8> {
    [header, context].concat()
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::Rng;
    use proptest::prelude::*;

    fn ring(seed: u64) -> Keyring {
        Keyring::new(MasterKey::generate(&Rng::seeded(seed)), Vec::new())
    }

    #[test]
    fn a_value_opens_only_in_the_place_it_was_sealed_for() {
        let ring = ring(1);
        let sealed = ring.seal(&Rng::seeded(2), b"connection|7|refresh_token", b"secret");
        assert_eq!(ring.open(b"connection|7|refresh_token", &sealed).unwrap().as_slice(), b"secret");
        assert_eq!(ring.open(b"connection|8|refresh_token", &sealed), Err(SealError::Forged));
        assert!(!sealed.windows(6).any(|window| window == b"secret"));
    }

    #[test]
    fn equal_secrets_look_different_when_sealed() {
        let (ring, rng) = (ring(1), Rng::seeded(2));
        assert_ne!(ring.seal(&rng, b"c", b"secret"), ring.seal(&rng, b"c", b"secret"));
    }

    #[test]
    fn after_rotation_old_values_open_and_ask_to_be_sealed_again() {
        let (old, rng) = (MasterKey::generate(&Rng::seeded(1)), Rng::seeded(9));
        let sealed = Keyring::new(old.clone(), Vec::new()).seal(&rng, b"c", b"secret");
        let rotated = Keyring::new(MasterKey::generate(&Rng::seeded(2)), vec![old]);
        assert_eq!(rotated.open(b"c", &sealed).unwrap().as_slice(), b"secret");
        assert!(rotated.needs_resealing(&sealed));
        assert!(!sealed.starts_with(&rotated.prefix()) && rotated.knows(&sealed[..5]));
        assert!(rotated.seal(&rng, b"c", b"secret").starts_with(&rotated.prefix()));
        assert!(!ring(3).knows(&sealed[..5]));
        assert!(!rotated.needs_resealing(&rotated.seal(&rng, b"c", b"secret")));
        assert_eq!(ring(3).open(b"c", &sealed), Err(SealError::UnknownKey));
    }

    #[test]
    fn debug_shows_ids_and_no_keys() {
        let key = MasterKey::generate(&Rng::seeded(1));
        let shown = format!("{:?}", Keyring::new(key.clone(), vec![key.clone()]));
        assert!(shown.contains(&key.id_text()) && !shown.contains(key.reveal().as_str()));
    }

    proptest! {
        #[test]
        fn any_bytes_come_back(plain: Vec<u8>, context: Vec<u8>, seed: u64) {
            let ring = ring(1);
            let sealed = ring.seal(&Rng::seeded(seed), &context, &plain);
            let opened = ring.open(&context, &sealed);
            prop_assert_eq!(opened.as_deref(), Ok(&plain));
        }

        #[test]
        fn any_flipped_bit_or_cut_is_refused(plain: Vec<u8>, at: prop::sample::Index, bit in 0..8u8) {
            let ring = ring(1);
            let sealed = ring.seal(&Rng::seeded(2), b"c", &plain);
            let at = at.index(sealed.len());
            prop_assert!(ring.open(b"c", &sealed[..at]).is_err());
            let mut flipped = sealed;
            flipped[at] ^= 1 << bit;
            prop_assert!(ring.open(b"c", &flipped).is_err());
        }

        #[test]
        fn outside_bytes_never_open(bytes: Vec<u8>) {
            prop_assert!(ring(1).open(b"c", &bytes).is_err());
        }
    }
}
