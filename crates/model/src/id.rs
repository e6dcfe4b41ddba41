//! Typed ids: UUIDv7 for what people and time create, derived ids for what a provider's identity names.

use crate::{Clock, Rng};
use sha2::{Digest, Sha256};
use std::{fmt, str::FromStr};
use uuid::Uuid;

/// Text that is not a UUID.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a valid id")]
pub struct ParseIdError(pub String);

macro_rules! ids {
    ($($(#[$meta:meta])* $name:ident;)*) => {$(
        $(#[$meta])*
        #[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
        #[serde(transparent)]
        pub struct $name(Uuid);

        impl $name {
            /// A fresh id: time-ordered, so that rows created together lie together.
            #[must_use]
            pub fn generate(clock: &Clock, rng: &Rng) -> Self {
                let millis = u64::try_from(clock.now().as_micros() / 1000).unwrap_or(0);
                let random: [u8; 10] = rng.bytes();
                Self(uuid::Builder::from_unix_timestamp_millis(millis, &random).into_uuid())
            }

            /// The id with these 128 bits.
            #[must_use]
            pub fn from_uuid(uuid: Uuid) -> Self { Self(uuid) }

            /// The 128 bits.
            #[must_use]
            pub fn as_uuid(self) -> Uuid { self.0 }

            /// The 16 bytes, as stored.
            #[must_use]
            pub fn as_bytes(&self) -> &[u8; 16] { self.0.as_bytes() }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result { self.0.hyphenated().fmt(f) }
        }
        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!(stringify!($name), "({})"), self.0)
            }
        }
        impl FromStr for $name {
            type Err = ParseIdError;
            fn from_str(text: &str) -> Result<Self, Self::Err> {
                Uuid::parse_str(text).map(Self).map_err(|_| ParseIdError(text.to_owned()))
            }
        }
    )*};
}

ids! {
    /// A tenant. Owns users, keys, endpoints and policies.
    TeamId;
    /// A person who logs in to manage a team.
    DeveloperId;
    /// An API key.
    ApiKeyId;
    /// A person whose data is kept.
    UserId;
    /// A user's link to an account at a provider.
    ConnectionId;
    /// The credentials a team (or the installation) has at a provider.
    ProviderAppId;
    /// A workout, a night, a daily record.
    EventId;
    /// A health score.
    ScoreId;
    /// A file that comes piece by piece.
    UploadId;
    /// One run of synchronisation.
    RunId;
    /// A customer's webhook endpoint.
    EndpointId;
    /// One message to one endpoint.
    DeliveryId;
    /// An app of a team's own, for phones.
    ApplicationId;
    /// A code that lets a phone send.
    InvitationCodeId;
}

/// The id that an identity always has: the same parts give the same UUID (version 8, SHA-256), so a
/// replay or a re-delivery finds what the first receipt created, in any order.
#[must_use]
pub fn derived_id(parts: &[&[u8]]) -> Uuid {
    let mut hash = Sha256::new();
    for part in parts {
        hash.update((part.len() as u64).to_be_bytes());
        hash.update(part);
    }
    let digest = hash.finalize();
    let mut bytes = [0u8; 16];
    bytes.copy_from_slice(&digest[..16]);
    uuid::Builder::from_custom_bytes(bytes).into_uuid()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_identity_gives_the_same_id_and_lengths_matter() {
        assert_eq!(derived_id(&[b"a", b"bc"]), derived_id(&[b"a", b"bc"]));
        assert_ne!(derived_id(&[b"ab", b"c"]), derived_id(&[b"a", b"bc"]));
        assert_eq!(derived_id(&[b"a"]).get_version_num(), 8);
    }

    #[test]
    fn generated_ids_are_ordered_by_time_and_read_back() {
        let rng = Rng::seeded(1);
        let early = UserId::generate(&Clock::fixed(crate::Timestamp::from_seconds(1_000)), &rng);
        let late = UserId::generate(&Clock::fixed(crate::Timestamp::from_seconds(2_000)), &rng);
        assert!(early < late);
        assert_eq!(early.to_string().parse::<UserId>(), Ok(early));
        assert!("x".parse::<UserId>().is_err());
    }
}
