//! The way back from a provider's consent page: code for tokens, tokens for the account, then the connection.

use crate::{Sync, SyncError, reach::Reach, sealing::Place};
use model::{ConnectionId, ProviderName, UserId};
use net::{
    Secret,
    oauth::{self, TokenAnswer},
};
use seal::hash_token;
use store::{Connection, ConnectionStatus, OAuthState, ProviderApp, Standing};

/// How far a provider's clock may be from ours.
const CLOCKS_DIFFER_S: i64 = 60;

/// A connection is made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finished {
    /// Whose account it is.
    pub user_id: UserId,
    /// At which provider.
    pub provider: ProviderName,
    /// Where the browser goes, as asked at the beginning.
    pub redirect_uri: Option<String>,
}

/// No connection was made.
#[derive(Debug, thiserror::Error)]
#[error("{error}")]
pub struct Unfinished {
    /// Where the browser goes, as asked at the beginning; none when the beginning is not known.
    pub redirect_uri: Option<String>,
    /// Why.
    #[source]
    pub error: SyncError,
}

impl From<Unfinished> for SyncError {
    fn from(unfinished: Unfinished) -> Self {
        unfinished.error
    }
}

impl Sync {
    /// Finishes what [`Sync::begin`] began, with what the provider put into the callback address.
    ///
    /// # Errors
    /// [`Unfinished`] says why, and where the person wanted to go. Nothing is kept then.
    pub async fn finish(
        &self,
        provider: &ProviderName,
        code: Option<&str>,
        state: Option<&str>,
        error: Option<&str>,
    ) -> Result<Finished, Unfinished> {
        let begun = self.take_state(provider, state).await.map_err(|error| Unfinished { redirect_uri: None, error })?;
        let redirect_uri = begun.redirect_uri.clone();
        match self.connect(provider, &begun, code, error).await {
            Ok(connection) => {
                tracing::info!(connection = %connection.id, %provider, "an account was connected");
                Ok(Finished { user_id: begun.user_id, provider: provider.clone(), redirect_uri })
            }
            Err(error) => {
                tracing::warn!(%error, %provider, user = %begun.user_id, "an account was not connected");
                Err(Unfinished { redirect_uri, error })
            }
        }
    }

    async fn take_state(&self, provider: &ProviderName, state: Option<&str>) -> Result<OAuthState, SyncError> {
        let state_hash = hash_token(state.ok_or(SyncError::InvalidState)?);
        let begun = self.store.take_oauth_state(state_hash, self.clock.now()).await?;
        begun.filter(|begun| begun.provider == *provider).ok_or(SyncError::InvalidState)
    }

    async fn connect(
        &self,
        provider: &ProviderName,
        begun: &OAuthState,
        code: Option<&str>,
        error: Option<&str>,
    ) -> Result<Connection, SyncError> {
        if let Some(error) = error {
            return Err(SyncError::Denied(plain(error)));
        }
        let code = Secret::new(code.filter(|code| !code.is_empty()).ok_or(SyncError::NoCode)?);
        let reach = self.reach(provider)?;
        let app = self.store.find_provider_app(begun.app_id).await?;
        let app = app.ok_or_else(|| SyncError::NotConfigured(provider.clone()))?;
        let tokens = self.exchange(reach, &app, begun, &code).await?;
        let account = self.account_id(reach, &tokens.access_token).await?;
        // a change that comes about now may be newer than the answer, on another clock
        let asked_at = self.clock.now().plus_seconds(-CLOCKS_DIFFER_S);
        let permissions = self.permissions(reach, &tokens.access_token).await;
        let standing = Standing { permissions_at: permissions.as_ref().map(|_| asked_at), ..Standing::default() };
        let scope = permissions.map(|list| list.join(" ")).or_else(|| tokens.scope.clone());
        self.keep(reach, begun, &tokens, account, scope, standing).await
    }

    async fn exchange(
        &self,
        reach: &Reach,
        app: &ProviderApp,
        begun: &OAuthState,
        code: &Secret,
    ) -> Result<TokenAnswer, SyncError> {
        let secret = self.client_secret(app)?;
        let open = |sealed: &Vec<u8>| Place::Verifier(begun.state_hash).open(&self.keyring, sealed);
        let verifier = begun.verifier.as_ref().map(open).transpose()?;
        let callback = self.callback_url(&app.provider);
        let (client, id) = (&reach.token_client, app.client_id.as_str());
        let exchanged =
            oauth::exchange_code(client, &reach.token, id, Some(&secret), code, &callback, verifier.as_ref());
        Ok(exchanged.await?)
    }

    async fn keep(
        &self,
        reach: &Reach,
        begun: &OAuthState,
        tokens: &TokenAnswer,
        account: String,
        scope: Option<String>,
        standing: Standing,
    ) -> Result<Connection, SyncError> {
        let links = self.store.list_connections(begun.user_id).await?;
        let known = links.into_iter().find(|link| link.provider == begun.provider).map(|link| link.id);
        let id = known.unwrap_or_else(|| ConnectionId::generate(&self.clock, &self.rng));
        let (now, sealed) = (self.clock.now(), self.renewed(reach, id, tokens));
        let link = Connection {
            id,
            user_id: begun.user_id,
            team_id: begun.team_id,
            app_id: begun.app_id,
            provider: begun.provider.clone(),
            provider_user_id: Some(account),
            provider_username: None,
            access_token: Some(sealed.access_token),
            refresh_token: sealed.refresh_token,
            token_expires_at: sealed.expires_at,
            scope,
            status: ConnectionStatus::Active,
            created_at: now,
            updated_at: now,
            last_synced_at: None,
            standing: Standing { refresh_expires_at: sealed.refresh_expires_at, renew_at: sealed.renew_at, ..standing },
        };
        // what a connection before left to be erased goes first: it must not take what comes now
        self.intake.erase_waiting_of(begun.user_id).await?;
        let kept = self.store.connect(link).await?;
        if kept.id != id {
            // Connected twice at once: the row that was first keeps its id, so its tokens are sealed for it.
            self.store.renew_tokens(kept.user_id, kept.id, self.renewed(reach, kept.id, tokens), now).await?;
        }
        Ok(kept)
    }
}

/// Outside text, cut and reduced to what cannot hurt a log or a page.
fn plain(text: &str) -> String {
    text.chars().filter(|c| c.is_ascii_alphanumeric() || "_-. ".contains(*c)).take(64).collect()
}
