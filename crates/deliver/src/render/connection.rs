//! Bodies of `connection.created` and `connection.revoked`.

use super::{Rendered, body as envelope};
use model::{ConnectionId, ProviderName, Timestamp, UserId};
use serde::Serialize;
use store::{Connection, ConnectionStatus, Emission};

#[derive(Serialize)]
pub(super) struct ConnectionData<'a> {
    pub(super) user_id: UserId,
    pub(super) provider: &'a ProviderName,
    pub(super) connection_id: ConnectionId,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) connected_at: Option<Timestamp>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) reason: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) revoked_at: Option<Timestamp>,
}

pub(super) fn body(emission: &Emission, link: &Connection) -> Rendered {
    let ended = emission.event_type == "connection.revoked";
    // A reconnected account is active again by the time an old end is told.
    let reason = if link.status == ConnectionStatus::Active { "revoked" } else { link.status.as_str() };
    envelope(
        emission,
        ConnectionData {
            user_id: link.user_id,
            provider: &link.provider,
            connection_id: link.id,
            connected_at: (!ended).then_some(link.created_at),
            reason: ended.then_some(reason),
            revoked_at: ended.then_some(link.updated_at),
        },
    )
}
