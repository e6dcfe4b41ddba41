//! Bodies of `connection.created`, `connection.updated`, `connection.revoked` and `connection.data_erased`.

use super::{Rendered, body as envelope};
use model::{ConnectionId, ProviderName, Timestamp, UserId};
use serde::Serialize;
use store::{Connection, Emission, EndReason};

#[derive(Serialize)]
pub(super) struct ConnectionData<'a> {
    pub(super) user_id: UserId,
    pub(super) provider: &'a ProviderName,
    pub(super) connection_id: ConnectionId,
    #[serde(flatten)]
    pub(super) news: News,
}

/// What is told beside which connection it is.
#[derive(Serialize)]
#[serde(untagged)]
pub(super) enum News {
    Created { connected_at: Timestamp },
    Revoked { reason: &'static str, revoked_at: Timestamp },
    Updated { scope: Option<String>, granted: Vec<String>, withdrawn: Vec<String> },
    Erased { erased_at: Option<Timestamp> },
}

pub(super) fn body(emission: &Emission, link: &Connection) -> Rendered {
    let news = match emission.event_type.as_str() {
        "connection.revoked" => News::Revoked { reason: reason(link), revoked_at: link.updated_at },
        "connection.updated" => updated(emission, link.scope.clone()),
        "connection.data_erased" => News::Erased { erased_at: link.standing.erased_at },
        _ => News::Created { connected_at: link.created_at },
    };
    envelope(emission, ConnectionData { user_id: link.user_id, provider: &link.provider, connection_id: link.id, news })
}

/// Why it ended: of an account that is active again, why it had ended before.
fn reason(link: &Connection) -> &'static str {
    link.standing.end_reason.map_or("revoked", EndReason::as_str)
}

/// Which permissions changed, as the emission names them.
pub(super) fn updated(emission: &Emission, scope: Option<String>) -> News {
    let named = |prefix: &str| {
        let names = emission.changed.iter().filter_map(|change| change.strip_prefix(prefix));
        names.map(str::to_owned).collect()
    };
    News::Updated { scope, granted: named("granted:"), withdrawn: named("withdrawn:") }
}
