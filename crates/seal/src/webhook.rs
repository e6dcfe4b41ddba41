//! Standard Webhooks (Svix) signatures: `v1,` and the base64 of an HMAC-SHA256 over
//! `id.timestamp.body`. Used to sign what we send and to verify what arrives.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use hmac::{Hmac, KeyInit as _, Mac as _};
use model::{Rng, Timestamp};
use sha2::Sha256;
use std::{fmt, time::Duration};
use zeroize::Zeroizing;

const PREFIX: &str = "whsec_";
const GENERATED_LEN: usize = 32;
const ALLOWED_LEN: std::ops::RangeInclusive<usize> = 24..=64;

/// The shared secret of a webhook endpoint. Wiped from memory when dropped, never shown by `Debug`.
#[derive(Clone)]
pub struct WebhookSecret(Zeroizing<Vec<u8>>);

/// Why a text is no webhook secret. Does not repeat the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a webhook secret is whsec_ and the base64 of 24 to 64 bytes")]
pub struct ParseSecretError;

/// The three headers of a signed message, as received.
#[derive(Clone, Copy, Debug)]
pub struct SignatureHeaders<'a> {
    /// `webhook-id` or `svix-id`.
    pub id: &'a str,
    /// `webhook-timestamp` or `svix-timestamp`: seconds since 1970.
    pub timestamp: &'a str,
    /// `webhook-signature` or `svix-signature`: one or more signatures, parted by spaces.
    pub signature: &'a str,
}

/// Why a message was not accepted as signed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SignatureError {
    /// The timestamp header is no number.
    #[error("timestamp of the message is malformed")]
    MalformedTimestamp,
    /// The message was signed too long ago, or too far in the future.
    #[error("timestamp of the message is outside the tolerance")]
    OutsideTolerance,
    /// None of the signatures is ours.
    #[error("no signature of the message matches")]
    NoMatch,
}

impl WebhookSecret {
    /// A fresh random secret of 32 bytes.
    #[must_use]
    pub fn generate(rng: &Rng) -> Self {
        Self(Zeroizing::new(rng.bytes::<GENERATED_LEN>().to_vec()))
    }

    /// Reads `whsec_` and base64; the prefix may be absent, as some senders omit it.
    ///
    /// # Errors
    /// When the text is no base64 or not of 24 to 64 bytes.
    pub fn parse(text: &str) -> Result<Self, ParseSecretError> {
        let encoded = text.strip_prefix(PREFIX).unwrap_or(text);
        let bytes = Zeroizing::new(STANDARD.decode(encoded).map_err(|_| ParseSecretError)?);
        if ALLOWED_LEN.contains(&bytes.len()) { Ok(Self(bytes)) } else { Err(ParseSecretError) }
    }

    /// The secret as its owner is shown it: `whsec_…`.
    #[must_use]
    pub fn reveal(&self) -> Zeroizing<String> {
        Zeroizing::new(format!("{PREFIX}{}", STANDARD.encode(self.0.as_slice())))
    }

    /// The signature header of a message: `v1,` and base64.
    #[must_use]
    pub fn sign(&self, message_id: &str, timestamp_seconds: i64, body: &[u8]) -> String {
        let tag = self.mac(message_id, &timestamp_seconds.to_string(), body).finalize().into_bytes();
        format!("v1,{}", STANDARD.encode(tag))
    }

    /// Accepts a message that carries at least one of our signatures and is no older or newer than
    /// `tolerance`. Signatures of other schemes are passed over.
    ///
    /// # Errors
    /// Says whether the timestamp or the signatures are at fault.
    pub fn verify(
        &self,
        headers: SignatureHeaders<'_>,
        body: &[u8],
        now: Timestamp,
        tolerance: Duration,
    ) -> Result<(), SignatureError> {
        let seconds: i64 = headers.timestamp.parse().map_err(|_| SignatureError::MalformedTimestamp)?;
        if seconds.abs_diff(now.as_seconds()) > tolerance.as_secs() {
            return Err(SignatureError::OutsideTolerance);
        }
        let mac = self.mac(headers.id, headers.timestamp, body);
        let signatures = headers.signature.split_ascii_whitespace().filter_map(|text| text.strip_prefix("v1,"));
        let matches =
            signatures.filter_map(|text| STANDARD.decode(text).ok()).any(|tag| mac.clone().verify_slice(&tag).is_ok());
        if matches { Ok(()) } else { Err(SignatureError::NoMatch) }
    }

    fn mac(&self, id: &str, timestamp: &str, body: &[u8]) -> Hmac<Sha256> {
        #[allow(clippy::expect_used)] // HMAC is defined for keys of any length
        let mut mac = Hmac::<Sha256>::new_from_slice(&self.0).expect("any key length is accepted");
        for part in [id.as_bytes(), b".", timestamp.as_bytes(), b".", body] {
            mac.update(part);
        }
        mac
    }
}

impl fmt::Debug for WebhookSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("WebhookSecret(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::Rng;
    use proptest::prelude::*;

    // The example that the Standard Webhooks libraries all test against.
    const SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
    const ID: &str = "msg_p5jXN8AQM9LWM0D4loKWxJek";
    const SECONDS: i64 = 1_614_265_330;
    const BODY: &[u8] = br#"{"test": 2432232314}"#;
    const SIGNATURE: &str = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=";
    const FIVE_MINUTES: Duration = Duration::from_mins(5);

    fn verify(id: &str, timestamp: &str, signature: &str, body: &[u8], now: i64) -> Result<(), SignatureError> {
        let headers = SignatureHeaders { id, timestamp, signature };
        WebhookSecret::parse(SECRET).unwrap().verify(headers, body, Timestamp::from_seconds(now), FIVE_MINUTES)
    }

    #[test]
    fn the_published_example_is_signed_and_verified() {
        assert_eq!(WebhookSecret::parse(SECRET).unwrap().sign(ID, SECONDS, BODY), SIGNATURE);
        assert_eq!(verify(ID, "1614265330", SIGNATURE, BODY, SECONDS), Ok(()));
    }

    #[test]
    fn one_matching_signature_among_several_is_enough() {
        let several = format!("v1,Zm9v v1a,{} v1,not-base64 {SIGNATURE}", &SIGNATURE[3..]);
        assert_eq!(verify(ID, "1614265330", &several, BODY, SECONDS), Ok(()));
        let other_scheme = format!("v1a,{}", &SIGNATURE[3..]);
        assert_eq!(verify(ID, "1614265330", &other_scheme, BODY, SECONDS), Err(SignatureError::NoMatch));
    }

    #[test]
    fn a_changed_id_time_body_or_signature_is_refused() {
        let no_match = Err(SignatureError::NoMatch);
        assert_eq!(verify("msg_other", "1614265330", SIGNATURE, BODY, SECONDS), no_match);
        assert_eq!(verify(ID, "1614265331", SIGNATURE, BODY, SECONDS), no_match);
        assert_eq!(verify(ID, "1614265330", SIGNATURE, b"{}", SECONDS), no_match);
        assert_eq!(verify(ID, "1614265330", "", BODY, SECONDS), no_match);
        assert_eq!(verify(ID, "1614265330", &SIGNATURE[..20], BODY, SECONDS), no_match);
        assert_eq!(verify(ID, "soon", SIGNATURE, BODY, SECONDS), Err(SignatureError::MalformedTimestamp));
    }

    #[test]
    fn messages_outside_the_tolerance_are_refused_both_ways() {
        let outside = Err(SignatureError::OutsideTolerance);
        assert_eq!(verify(ID, "1614265330", SIGNATURE, BODY, SECONDS + 300), Ok(()));
        assert_eq!(verify(ID, "1614265330", SIGNATURE, BODY, SECONDS + 301), outside);
        assert_eq!(verify(ID, "1614265330", SIGNATURE, BODY, SECONDS - 301), outside);
        assert_eq!(verify(ID, "-9223372036854775808", SIGNATURE, BODY, SECONDS), outside);
    }

    #[test]
    fn a_secret_is_of_24_to_64_bytes_and_shown_only_on_request() {
        assert!(WebhookSecret::parse(&format!("whsec_{}", STANDARD.encode([1; 23]))).is_err());
        assert!(WebhookSecret::parse(&format!("whsec_{}", STANDARD.encode([1; 24]))).is_ok());
        assert!(WebhookSecret::parse(&STANDARD.encode([1; 64])).is_ok());
        assert!(WebhookSecret::parse(&STANDARD.encode([1; 65])).is_err());
        assert!(WebhookSecret::parse("whsec_#").is_err());
        assert_eq!(format!("{:?}", WebhookSecret::parse(SECRET).unwrap()), "WebhookSecret(…)");
    }

    proptest! {
        #[test]
        fn what_is_signed_verifies_also_after_the_secret_was_written_down(id: String, body: Vec<u8>, seed: u64, seconds: i32) {
            let secret = WebhookSecret::generate(&Rng::seeded(seed));
            let read = WebhookSecret::parse(&secret.reveal()).unwrap();
            let signature = secret.sign(&id, seconds.into(), &body);
            let timestamp = seconds.to_string();
            let headers = SignatureHeaders { id: &id, timestamp: &timestamp, signature: &signature };
            let now = Timestamp::from_seconds(seconds.into());
            prop_assert_eq!(read.verify(headers, &body, now, FIVE_MINUTES), Ok(()));
        }
    }
}
