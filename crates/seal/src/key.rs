//! A master key: 32 bytes from configuration or a key file, and the id that sealed bytes name it by.

use base64::{
    Engine as _,
    alphabet::{STANDARD, URL_SAFE},
    engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig, general_purpose},
};
use model::Rng;
use sha2::{Digest as _, Sha256};
use std::fmt;
use zeroize::Zeroizing;

/// How many bytes of a sealed value name its key.
pub(crate) const KEY_ID_LEN: usize = 4;

const LENIENT: GeneralPurposeConfig =
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent);

/// A key that seals secrets at rest. Wiped from memory when dropped, never shown by `Debug`.
#[derive(Clone)]
pub struct MasterKey {
    bytes: Zeroizing<[u8; 32]>,
    id: [u8; KEY_ID_LEN],
}

/// Why a text is no master key. Does not repeat the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a master key is 32 bytes as 64 hex digits or as base64")]
pub struct ParseKeyError;

impl MasterKey {
    /// A fresh random key.
    #[must_use]
    pub fn generate(rng: &Rng) -> Self {
        Self::from_bytes(Zeroizing::new(rng.bytes()))
    }

    /// Reads 32 bytes written as hex or base64 (either alphabet, padded or not); surrounding white
    /// space is ignored, as key files end in a line feed.
    ///
    /// # Errors
    /// When the text is neither, or is of another length.
    pub fn parse(text: &str) -> Result<Self, ParseKeyError> {
        let text = text.trim();
        let decoded = if text.len() == 64 {
            hex::decode(text).ok()
        } else {
            let engines = [GeneralPurpose::new(&STANDARD, LENIENT), GeneralPurpose::new(&URL_SAFE, LENIENT)];
            engines.iter().find_map(|engine| engine.decode(text).ok())
        };
        let decoded = Zeroizing::new(decoded.ok_or(ParseKeyError)?);
        let bytes = <[u8; 32]>::try_from(decoded.as_slice()).map_err(|_| ParseKeyError)?;
        Ok(Self::from_bytes(Zeroizing::new(bytes)))
    }

    fn from_bytes(bytes: Zeroizing<[u8; 32]>) -> Self {
        // The id is derived, so that a key file needs only the key. One-way: it tells nothing about the key.
        let digest = Sha256::new().chain_update(b"wearhouse master key id").chain_update(bytes.as_slice()).finalize();
        let mut id = [0u8; KEY_ID_LEN];
        id.iter_mut().zip(digest).for_each(|(to, from)| *to = from);
        Self { bytes, id }
    }

    /// The key as base64, for writing a key file.
    #[must_use]
    pub fn reveal(&self) -> Zeroizing<String> {
        Zeroizing::new(general_purpose::STANDARD.encode(self.bytes.as_slice()))
    }

    /// The key's id in hex: not secret, fit for logs and for `doctor`.
    #[must_use]
    pub fn id_text(&self) -> String {
        hex::encode(self.id)
    }

    pub(crate) fn id(&self) -> [u8; KEY_ID_LEN] {
        self.id
    }

    pub(crate) fn bytes(&self) -> &[u8; 32] {
        &self.bytes
    }
}

impl fmt::Debug for MasterKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MasterKey").field("id", &self.id_text()).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hex_and_both_base64_alphabets_give_the_same_key() {
        let bytes = [0xfbu8; 32];
        let texts = [
            hex::encode(bytes),
            hex::encode(bytes).to_uppercase(),
            general_purpose::STANDARD.encode(bytes),
            general_purpose::STANDARD_NO_PAD.encode(bytes),
            general_purpose::URL_SAFE.encode(bytes),
            format!("  {}\n", general_purpose::URL_SAFE_NO_PAD.encode(bytes)),
        ];
        for text in texts {
            assert_eq!(MasterKey::parse(&text).unwrap().bytes(), &bytes, "{text}");
        }
    }

    #[test]
    fn other_lengths_and_alphabets_are_refused() {
        for text in ["", "abc", &"z".repeat(64), &hex::encode([1u8; 31]), &general_purpose::STANDARD.encode([1u8; 33])]
        {
            assert_eq!(MasterKey::parse(text).unwrap_err(), ParseKeyError, "{text}");
        }
    }

    #[test]
    fn a_generated_key_is_read_back_from_its_printed_form_and_not_from_debug() {
        let key = MasterKey::generate(&Rng::seeded(1));
        let again = MasterKey::parse(&key.reveal()).unwrap();
        assert_eq!((again.bytes(), again.id()), (key.bytes(), key.id()));
        let debug = format!("{key:?}");
        assert!(!debug.contains(key.reveal().as_str()) && !debug.contains(&hex::encode(key.bytes())));
        assert!(!hex::encode(key.bytes()).contains(&key.id_text()));
    }
}
