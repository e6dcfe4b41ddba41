//! The headers that let a receiver know us: Standard Webhooks, under its own names and under Svix's.

use model::{DeliveryId, Timestamp};
use net::{Error, Request};
use seal::WebhookSecret;

/// A message's id as receivers see it, the same in every attempt.
#[must_use]
pub fn message_id(id: DeliveryId) -> String {
    format!("msg_{}", id.as_uuid().simple())
}

/// Adds id, timestamp and signature of `body` to a request, in both families of names.
pub(crate) fn sign(
    mut request: Request,
    secret: &WebhookSecret,
    id: DeliveryId,
    at: Timestamp,
    body: &[u8],
) -> Result<Request, Error> {
    let (id, seconds) = (message_id(id), at.as_seconds());
    let signature = secret.sign(&id, seconds, body);
    let timestamp = seconds.to_string();
    for family in ["webhook", "svix"] {
        request = request
            .with_header(&format!("{family}-id"), &id)?
            .with_header(&format!("{family}-timestamp"), &timestamp)?
            .with_header(&format!("{family}-signature"), &signature)?;
    }
    Ok(request)
}
