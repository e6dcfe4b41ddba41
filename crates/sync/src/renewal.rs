//! Access tokens, renewed before they end. A refresh token is good once, so only one renewal of a
//! connection runs at a time: a lock within the process, a claim in the store between processes. The new
//! tokens are on disk before anyone uses them.

use crate::{Sync, SyncError, lease, reach::Reach, sealing::Place};
use model::{ConnectionId, Timestamp, UserId};
use net::{
    Secret,
    oauth::{self, OAuthError, TokenAnswer},
};
use std::time::Duration;
use store::{Connection, ConnectionEnd, ConnectionStatus, EndReason};

/// Longer than the token endpoint may take.
const CLAIM: Duration = Duration::from_secs(60);
/// How often, and how many times, another process's renewal is looked at.
const LOOK: (Duration, u32) = (Duration::from_millis(500), 60);

impl Sync {
    /// A connection's access token, renewed when it is about to end, or when the provider refused
    /// `refused`, the one that was used last.
    pub(crate) async fn access_token(
        &self,
        user: UserId,
        id: ConnectionId,
        refused: Option<&Secret>,
    ) -> Result<Secret, SyncError> {
        if refused.is_none()
            && let Some(token) = self.usable_token(&self.active(user, id).await?, None)?
        {
            return Ok(token);
        }
        let _turn = self.renewals.turn(id).await;
        for _ in 0..LOOK.1 {
            let link = self.active(user, id).await?;
            if let Some(token) = self.usable_token(&link, refused)? {
                return Ok(token);
            }
            let until = lease::after_real(&self.clock, CLAIM);
            if self.store.claim_token_renewal(user, id, self.clock.now(), until).await? {
                return self.renew_claimed(user, id, refused).await;
            }
            tokio::time::sleep(LOOK.0).await;
        }
        Err(SyncError::Renewing)
    }

    async fn active(&self, user: UserId, id: ConnectionId) -> Result<Connection, SyncError> {
        let link = self.store.find_connection(user, id).await?.ok_or(SyncError::ConnectionNotFound)?;
        if link.status == ConnectionStatus::Active { Ok(link) } else { Err(SyncError::NotActive) }
    }

    /// The kept token, unless it was refused or ends within the manifest's margin.
    fn usable_token(&self, link: &Connection, refused: Option<&Secret>) -> Result<Option<Secret>, SyncError> {
        let Some(sealed) = &link.access_token else { return Ok(None) };
        let margin = self.reach(&link.provider)?.manifest().oauth.as_ref().map_or(0, |oauth| oauth.refresh_margin_s);
        let ends = link.token_expires_at.unwrap_or(Timestamp::MAX);
        if ends <= self.clock.now().plus_seconds(margin) {
            return Ok(None);
        }
        let token = Place::AccessToken(link.id).open(&self.keyring, sealed)?;
        Ok(Some(token).filter(|token| refused.is_none_or(|refused| refused.reveal() != token.reveal())))
    }

    /// Renews under the claim. What another process did before the claim was ours counts.
    async fn renew_claimed(
        &self,
        user: UserId,
        id: ConnectionId,
        refused: Option<&Secret>,
    ) -> Result<Secret, SyncError> {
        let link = self.active(user, id).await?;
        if let Some(token) = self.usable_token(&link, refused)? {
            self.store.end_token_renewal(user, id).await?;
            return Ok(token);
        }
        self.renew(&link).await
    }

    /// Renews the tokens of a connection that nobody used, however long its access token is good; nothing when
    /// someone else renewed them meanwhile.
    pub(crate) async fn renew_idle(&self, known: &Connection) -> Result<(), SyncError> {
        let (user, id) = (known.user_id, known.id);
        let _turn = self.renewals.turn(id).await;
        let until = lease::after_real(&self.clock, CLAIM);
        if !self.store.claim_token_renewal(user, id, self.clock.now(), until).await? {
            return Ok(());
        }
        let link = self.active(user, id).await?;
        if link.refresh_token != known.refresh_token {
            return Ok(self.store.end_token_renewal(user, id).await?);
        }
        self.renew(&link).await.map(|_| ())
    }

    /// Renews, under a claim, and writes down what became of it.
    #[tracing::instrument(level = "debug", skip_all, fields(provider = link.provider.as_str(), outcome))]
    async fn renew(&self, link: &Connection) -> Result<Secret, SyncError> {
        let (user, id) = (link.user_id, link.id);
        let reach = self.reach(&link.provider)?;
        let outcome = self.refresh(reach, link).await;
        let name = match &outcome {
            Ok(_) => "renewed",
            Err(SyncError::Ended | SyncError::Tokens(OAuthError::Revoked)) => "ended",
            Err(_) => "failed",
        };
        tracing::Span::current().record("outcome", name);
        let provider = link.provider.as_str().to_owned();
        metrics::counter!("wearhouse_token_renewals_total", "provider" => provider, "outcome" => name).increment(1);
        match outcome {
            Ok(tokens) => {
                let renewed = self.renewed(reach, id, &tokens);
                self.store.renew_tokens(user, id, renewed, self.clock.now()).await?;
                Ok(tokens.access_token)
            }
            Err(SyncError::Tokens(OAuthError::Revoked)) => {
                self.end(link, EndReason::RefreshFailed).await?;
                Err(SyncError::Ended)
            }
            Err(SyncError::Ended) => {
                self.end(link, EndReason::TokensEnded).await?;
                Err(SyncError::Ended)
            }
            Err(error) => {
                tracing::warn!(%error, connection = %id, "tokens were not renewed");
                self.store.end_token_renewal(user, id).await?;
                Err(error)
            }
        }
    }

    async fn refresh(&self, reach: &Reach, link: &Connection) -> Result<TokenAnswer, SyncError> {
        let sealed = link.refresh_token.as_ref().ok_or(SyncError::Ended)?;
        let refresh_token = Place::RefreshToken(link.id).open(&self.keyring, sealed)?;
        let app = self.store.find_provider_app(link.app_id).await?;
        let app = app.ok_or_else(|| SyncError::NotConfigured(link.provider.clone()))?;
        let secret = self.client_secret(&app)?;
        let (client, endpoint) = (&reach.token_client, &reach.token);
        Ok(oauth::refresh(client, endpoint, &app.client_id, Some(&secret), &refresh_token).await?)
    }

    /// Ends a connection, with all that follows from why.
    pub(crate) async fn end(&self, link: &Connection, end: impl Into<ConnectionEnd>) -> Result<bool, SyncError> {
        let end = end.into();
        let reason = end.reason.as_str();
        let has_ended = self.store.end_connection(link.user_id, link.id, end, self.clock.now()).await?;
        if has_ended {
            tracing::info!(connection = %link.id, provider = %link.provider, reason, "a connection ended");
        }
        Ok(has_ended)
    }
}
