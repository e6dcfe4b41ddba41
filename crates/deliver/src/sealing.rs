//! What is sealed on the way out, and the place each is bound to: endpoint secrets and kept bodies.

use model::{DeliveryId, EndpointId, Rng};
use seal::{Keyring, SealError, WebhookSecret, Zeroizing};
use store::SealedPlace;

/// Seals an endpoint's signing secret, to be kept in its row.
#[must_use]
pub fn seal_secret(keyring: &Keyring, rng: &Rng, endpoint: EndpointId, secret: &WebhookSecret) -> Vec<u8> {
    keyring.seal(rng, &secret_place(endpoint), secret.reveal().as_bytes())
}

/// Opens an endpoint's signing secret. `None` when it does not open, or is no secret.
#[must_use]
pub fn open_secret(keyring: &Keyring, endpoint: EndpointId, sealed: &[u8]) -> Option<WebhookSecret> {
    let plain = keyring.open(&secret_place(endpoint), sealed).ok()?;
    WebhookSecret::parse(std::str::from_utf8(&plain).ok()?).ok()
}

pub(crate) fn seal_body(keyring: &Keyring, rng: &Rng, message: DeliveryId, body: &[u8]) -> Vec<u8> {
    keyring.seal(rng, &body_place(message), body)
}

pub(crate) fn open_body(
    keyring: &Keyring,
    message: DeliveryId,
    sealed: &[u8],
) -> Result<Zeroizing<Vec<u8>>, SealError> {
    keyring.open(&body_place(message), sealed)
}

/// The context that a sealed value of this room is bound to; none where it is another's.
#[must_use]
pub fn sealed_context(place: SealedPlace) -> Option<Vec<u8>> {
    match place {
        SealedPlace::EndpointSecret(id) => Some(secret_place(id)),
        SealedPlace::MessageBody(_, _, id) => Some(body_place(id)),
        _ => None,
    }
}

fn secret_place(endpoint: EndpointId) -> Vec<u8> {
    format!("endpoint|{endpoint}|secret").into_bytes()
}

fn body_place(message: DeliveryId) -> Vec<u8> {
    format!("message|{message}|body").into_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::{Clock, Timestamp};
    use seal::MasterKey;

    #[test]
    fn a_secret_opens_only_for_its_own_endpoint() {
        let (rng, clock) = (Rng::seeded(1), Clock::fixed(Timestamp::from_seconds(1)));
        let keyring = Keyring::new(MasterKey::generate(&rng), Vec::new());
        let secret = WebhookSecret::generate(&rng);
        let (mine, other) = (EndpointId::generate(&clock, &rng), EndpointId::generate(&clock, &rng));
        let sealed = seal_secret(&keyring, &rng, mine, &secret);
        assert_eq!(open_secret(&keyring, mine, &sealed).unwrap().reveal(), secret.reveal());
        assert!(open_secret(&keyring, other, &sealed).is_none());
    }
}
