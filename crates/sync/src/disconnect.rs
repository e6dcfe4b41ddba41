//! Ending a connection at its team's wish.

use crate::{Sync, SyncError};
use model::{ProviderName, TeamId, UserId};
use store::{Connection, ConnectionEnd, ConnectionStatus, EndReason};

impl Sync {
    /// Ends a user's connection to a provider. The provider is told when no other user is connected to
    /// the same account; when it does not listen, the connection ends all the same. Data stays.
    ///
    /// # Errors
    /// [`SyncError::UserNotFound`] and [`SyncError::ConnectionNotFound`], or the store.
    pub async fn disconnect(&self, team: TeamId, user: UserId, provider: &ProviderName) -> Result<(), SyncError> {
        let link = self.link_of(team, user, provider).await?;
        self.part_from(&link).await;
        self.end(&link, EndReason::Disconnected).await?;
        Ok(())
    }

    /// As [`Sync::disconnect`], and has all that came through the connection erased, also where it had ended before.
    ///
    /// # Errors
    /// As [`Sync::disconnect`].
    pub async fn erase(&self, team: TeamId, user: UserId, provider: &ProviderName) -> Result<(), SyncError> {
        let link = self.link_of(team, user, provider).await?;
        self.part_from(&link).await;
        let end = ConnectionEnd { erase: true, ..EndReason::Disconnected.into() };
        if !self.end(&link, end).await? {
            self.store.request_erasure(user, link.id, self.clock.now()).await?;
        }
        Ok(())
    }

    async fn link_of(&self, team: TeamId, user: UserId, provider: &ProviderName) -> Result<Connection, SyncError> {
        self.store.find_user(team, user).await?.ok_or(SyncError::UserNotFound)?;
        let links = self.store.list_connections(user).await?;
        links.into_iter().find(|link| link.provider == *provider).ok_or(SyncError::ConnectionNotFound)
    }

    /// Says goodbye at the provider, if nobody else stays.
    async fn part_from(&self, link: &Connection) {
        match self.is_last_link(link).await {
            Ok(true) if link.status == ConnectionStatus::Active => {
                if let Err(reason) = self.say_goodbye(link).await {
                    let provider = &link.provider;
                    tracing::warn!(connection = %link.id, %provider, reason, "the provider was not told of a disconnection");
                }
            }
            Ok(_) => {}
            Err(error) => tracing::warn!(connection = %link.id, %error, "the provider was not told of a disconnection"),
        }
    }

    async fn is_last_link(&self, link: &Connection) -> Result<bool, SyncError> {
        let Some(account) = &link.provider_user_id else { return Ok(true) };
        let links = self.store.find_connections_by_account(link.app_id, account).await?;
        Ok(links.iter().all(|other| other.id == link.id))
    }

    async fn say_goodbye(&self, link: &Connection) -> Result<(), String> {
        let reach = self.reach(&link.provider).map_err(|error| error.to_string())?;
        let token = self.access_token(link.user_id, link.id, None).await.map_err(|error| error.to_string())?;
        self.deregister(reach, &token).await
    }
}
