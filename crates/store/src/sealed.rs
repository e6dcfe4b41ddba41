//! Sealed values, wherever they lie: what is looked at and written again when the master key changes. The store knows
//! no keys; it tells values apart by their first bytes, which name the key.

use crate::{Lane, Result};
use async_trait::async_trait;
use model::{ConnectionId, DeliveryId, EndpointId, ProviderAppId, UserId};

/// Where a sealed value lies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SealedPlace {
    /// The client secret of a provider app.
    ClientSecret(ProviderAppId),
    /// The access token of a connection.
    AccessToken(UserId, ConnectionId),
    /// The refresh token of a connection.
    RefreshToken(UserId, ConnectionId),
    /// The signing secret of an endpoint.
    EndpointSecret(EndpointId),
    /// The body of a message that is not delivered yet.
    MessageBody(Lane, i64, DeliveryId),
}

/// A sealed value and its place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SealedValue {
    /// Where it lies.
    pub place: SealedPlace,
    /// Its bytes.
    pub sealed: Vec<u8>,
}

/// Sealed values of all teams. What lives for minutes only, as a login that was begun does, is not among them.
#[async_trait]
pub trait Sealed: Send + Sync {
    /// How many values begin with which bytes; so many bytes are looked at.
    async fn count_sealed(&self, prefix: usize) -> Result<Vec<(Vec<u8>, u64)>>;
    /// At most `limit` values that do not begin with `prefix`, in a fixed order of places, after one of them. Empty
    /// when there are no more.
    async fn list_sealed_otherwise(
        &self,
        prefix: &[u8],
        after: Option<SealedPlace>,
        limit: u32,
    ) -> Result<Vec<SealedValue>>;
    /// Puts other bytes in place of each value that is still as it was read; how many were.
    async fn replace_sealed(&self, values: Vec<(SealedValue, Vec<u8>)>) -> Result<u64>;
}
