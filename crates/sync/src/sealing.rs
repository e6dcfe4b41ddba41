//! What is sealed for connections, and the place each secret is bound to: one copied to another row
//! or column does not open there.

use model::{ConnectionId, ProviderAppId, Rng};
use net::Secret;
use seal::{Keyring, SealError};
use store::SealedPlace;

/// The place of a sealed secret.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Place {
    AccessToken(ConnectionId),
    RefreshToken(ConnectionId),
    ClientSecret(ProviderAppId),
    Verifier([u8; 32]),
}

impl Place {
    fn context(self) -> String {
        match self {
            Self::AccessToken(id) => format!("connection|{id}|access_token"),
            Self::RefreshToken(id) => format!("connection|{id}|refresh_token"),
            Self::ClientSecret(id) => format!("provider_app|{id}|client_secret"),
            Self::Verifier(hash) => format!("oauth_state|{}|verifier", hex::encode(hash)),
        }
    }

    pub(crate) fn seal(self, keyring: &Keyring, rng: &Rng, plain: &str) -> Vec<u8> {
        keyring.seal(rng, self.context().as_bytes(), plain.as_bytes())
    }

    pub(crate) fn open(self, keyring: &Keyring, sealed: &[u8]) -> Result<Secret, SealError> {
        let plain = keyring.open(self.context().as_bytes(), sealed)?;
        std::str::from_utf8(&plain).map(Secret::new).map_err(|_| SealError::Malformed)
    }
}

/// The context that a sealed value of this room is bound to; none where it is another's.
#[must_use]
pub fn sealed_context(place: SealedPlace) -> Option<Vec<u8>> {
    let place = match place {
        SealedPlace::ClientSecret(id) => Place::ClientSecret(id),
        SealedPlace::AccessToken(_, id) => Place::AccessToken(id),
        SealedPlace::RefreshToken(_, id) => Place::RefreshToken(id),
        SealedPlace::EndpointSecret(_) | SealedPlace::MessageBody(..) => return None,
    };
    Some(place.context().into_bytes())
}

/// Seals the client secret of a provider app, to be kept in its row.
#[must_use]
pub fn seal_client_secret(keyring: &Keyring, rng: &Rng, app: ProviderAppId, secret: &str) -> Vec<u8> {
    Place::ClientSecret(app).seal(keyring, rng, secret)
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::{Clock, Timestamp};
    use seal::MasterKey;

    #[test]
    fn a_token_does_not_open_in_another_row_or_column() {
        let (rng, clock) = (Rng::seeded(1), Clock::fixed(Timestamp::from_seconds(1)));
        let keyring = Keyring::new(MasterKey::generate(&rng), Vec::new());
        let (one, other) = (ConnectionId::generate(&clock, &rng), ConnectionId::generate(&clock, &rng));
        let sealed = Place::AccessToken(one).seal(&keyring, &rng, "token");
        assert_eq!(Place::AccessToken(one).open(&keyring, &sealed).unwrap().reveal(), "token");
        assert!(Place::RefreshToken(one).open(&keyring, &sealed).is_err());
        assert!(Place::AccessToken(other).open(&keyring, &sealed).is_err());
    }
}
