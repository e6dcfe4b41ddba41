//! Phones have no account and no consent page: a user whose phone has sent is shown as connected to its provider, from
//! the sources that came.

use super::list::ConnectionRead;
use crate::{State, error::Result, v1::oauth::providers::icon_url};
use model::{ConnectionId, TeamId, Timestamp, UserId, derived_id};
use providers::{Manifest, Provider};
use store::{ConnectionStatus, RunQuery};

/// The connections that a user's phones make, as far as no other is there for their provider.
pub(super) async fn list(state: &State, team: TeamId, user: UserId) -> Result<Vec<ConnectionRead>> {
    let sources = state.store.list_sources(user).await?;
    let mut shown = Vec::new();
    for manifest in providers::all().map(Provider::manifest).filter(|manifest| manifest.capabilities.client_sdk) {
        let of_phone = sources.iter().filter(|stored| stored.source.provider == manifest.name);
        let Some(first) = of_phone.map(|stored| stored.created_at).min() else { continue };
        let query = RunQuery {
            user_id: Some(user),
            provider: Some(manifest.name.to_string()),
            source: Some("sdk".to_owned()),
            limit: 1,
            ..RunQuery::default()
        };
        let last = state.store.list_runs(team, query).await?.first().map(|run| run.latest.timestamp);
        shown.push(show(manifest, user, first, last));
    }
    Ok(shown)
}

fn show(manifest: &Manifest, user_id: UserId, created_at: Timestamp, last: Option<Timestamp>) -> ConnectionRead {
    let name = manifest.name.as_str();
    ConnectionRead {
        user_id,
        provider: manifest.name.clone(),
        provider_user_id: None,
        provider_username: None,
        scope: None,
        id: ConnectionId::from_uuid(derived_id(&[b"phone", user_id.as_bytes(), name.as_bytes()])),
        status: ConnectionStatus::Active.as_str(),
        last_synced_at: last,
        created_at,
        updated_at: last.unwrap_or(created_at),
        icon_url: Some(icon_url(manifest)),
        max_historical_days: manifest.capabilities.max_historical_days,
        rest_pull: false,
        webhook_stream: false,
        webhook_ping: false,
        webhook_callback: false,
        live_sync_mode: None,
        linked_user_ids: Vec::new(),
    }
}
