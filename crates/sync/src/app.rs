//! The installation's own credentials at a provider, as configuration gives them.

use crate::{Sync, SyncError, sealing::Place};
use model::{ProviderAppId, ProviderName, derived_id};
use net::Secret;
use seal::hash_token;
use store::ProviderApp;

impl Sync {
    /// Keeps the installation's app at a provider as configured. Its id never changes, as it is part of
    /// the webhook path that was registered at the provider.
    ///
    /// # Errors
    /// An unknown provider, or the store.
    pub async fn ensure_default_app(
        &self,
        provider: &ProviderName,
        client_id: &str,
        client_secret: &str,
        webhook_secret: &str,
    ) -> Result<ProviderApp, SyncError> {
        self.reach(provider)?;
        let kept = self.store.find_default_app(provider).await?;
        let webhook_secret_hash = hash_token(webhook_secret);
        if let Some(kept) = &kept
            && kept.client_id == client_id
            && kept.webhook_secret_hash == webhook_secret_hash
            && self.client_secret(kept).is_ok_and(|secret| secret.reveal() == client_secret)
            && !self.keyring.needs_resealing(&kept.client_secret)
        {
            return Ok(kept.clone());
        }
        let first = || ProviderAppId::from_uuid(derived_id(&[b"default app", provider.as_str().as_bytes()]));
        let id = kept.as_ref().map_or_else(first, |kept| kept.id);
        let app = ProviderApp {
            id,
            team_id: None,
            provider: provider.clone(),
            client_id: client_id.to_owned(),
            client_secret: Place::ClientSecret(id).seal(&self.keyring, &self.rng, client_secret),
            webhook_secret_hash,
            created_at: kept.map_or_else(|| self.clock.now(), |kept| kept.created_at),
        };
        self.store.put_provider_app(app.clone()).await?;
        Ok(app)
    }

    pub(crate) fn client_secret(&self, app: &ProviderApp) -> Result<Secret, SyncError> {
        Ok(Place::ClientSecret(app.id).open(&self.keyring, &app.client_secret)?)
    }
}
