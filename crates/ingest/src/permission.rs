//! What a person permits: asked before a provider is called, and before what arrived is applied. A permission
//! that nobody told of counts as given.

use model::Timestamp;
use store::Connection;

/// Whether a provider may be asked for a type of part through this connection.
#[must_use]
pub fn permits(link: &Connection, part_type: &str) -> bool {
    link.standing.lacking.iter().all(|refused| refused != part_type) && grants(link, part_type)
}

/// Whether what arrived at an instant may be applied. What came before permissions changed was permitted then.
pub(crate) fn admits(link: &Connection, part_type: &str, received_at: Timestamp) -> bool {
    grants(link, part_type) || link.standing.permissions_at.is_some_and(|known| received_at < known)
}

/// Whether the permission that a type needs is given, as far as is known.
fn grants(link: &Connection, part_type: &str) -> bool {
    let (Some(scope), Some(_)) = (&link.scope, link.standing.permissions_at) else { return true };
    let manifest = providers::find(link.provider.as_str()).map(providers::Provider::manifest);
    let needed = manifest.and_then(|manifest| manifest.types.get(part_type)?.permission.as_ref());
    needed.is_none_or(|needed| scope.split_whitespace().any(|given| given == needed))
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::{ConnectionId, ProviderAppId, ProviderName, TeamId, UserId};
    use store::{ConnectionStatus, Standing};
    use uuid::Uuid;

    fn link(scope: Option<&str>, permissions_at: Option<i64>, lacking: &[&str]) -> Connection {
        let now = Timestamp::from_seconds(0);
        Connection {
            id: ConnectionId::from_uuid(Uuid::nil()),
            user_id: UserId::from_uuid(Uuid::nil()),
            team_id: TeamId::from_uuid(Uuid::nil()),
            app_id: ProviderAppId::from_uuid(Uuid::nil()),
            provider: ProviderName::from_static("garmin"),
            provider_user_id: None,
            provider_username: None,
            access_token: None,
            refresh_token: None,
            token_expires_at: None,
            scope: scope.map(str::to_owned),
            status: ConnectionStatus::Active,
            created_at: now,
            updated_at: now,
            last_synced_at: None,
            standing: Standing {
                permissions_at: permissions_at.map(Timestamp::from_seconds),
                lacking: lacking.iter().map(|name| (*name).to_owned()).collect(),
                ..Standing::default()
            },
        }
    }

    #[test]
    fn each_type_needs_its_own_permission_and_what_nobody_told_counts_as_given() {
        let health_only = link(Some("HEALTH_EXPORT"), Some(0), &[]);
        assert!(permits(&health_only, "dailies") && !permits(&health_only, "activities"));
        assert!(permits(&health_only, "deregistrations"), "it needs none");
        assert!(permits(&link(None, None, &[]), "activities"));
        assert!(permits(&link(Some("CONNECT_READ"), None, &[]), "activities"), "these are no permissions");
        let nothing = link(Some(""), Some(0), &[]);
        assert!(!permits(&nothing, "dailies") && !permits(&nothing, "activityFiles"));
    }

    #[test]
    fn a_type_that_was_refused_is_not_asked_for_and_others_are() {
        let link = link(Some("HEALTH_EXPORT"), Some(0), &["sleeps"]);
        assert!(!permits(&link, "sleeps") && permits(&link, "dailies"));
        assert!(admits(&link, "sleeps", Timestamp::from_seconds(9)), "what comes by itself is taken");
    }

    #[test]
    fn what_came_before_a_permission_was_withdrawn_is_applied() {
        let link = link(Some("HEALTH_EXPORT"), Some(100), &[]);
        assert!(admits(&link, "activities", Timestamp::from_seconds(99)));
        assert!(!admits(&link, "activities", Timestamp::from_seconds(100)));
    }
}
