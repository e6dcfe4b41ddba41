//! The way out to a provider's consent page.

use crate::{Sync, SyncError, lease, redirect, sealing::Place};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use model::{ProviderName, TeamId, UserId};
use net::{
    Url,
    oauth::{self, authorize_url},
};
use seal::{hash_token, pkce_challenge, pkce_verifier};
use std::time::Duration;
use store::OAuthState;

/// How long a person may take on the consent page.
const LIFE: Duration = Duration::from_secs(900);

/// Where to send a person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Authorization {
    /// The provider's consent page with everything it needs.
    pub url: Url,
    /// The state in it.
    pub state: String,
}

impl Sync {
    /// Begins to connect a user's account at a provider. `redirect_uri` is where the browser goes at the end.
    ///
    /// # Errors
    /// When provider, credentials, user or redirect address are not there or not allowed.
    pub async fn begin(
        &self,
        team: TeamId,
        user: UserId,
        provider: &ProviderName,
        redirect_uri: Option<String>,
    ) -> Result<Authorization, SyncError> {
        let reach = self.reach(provider)?;
        let oauth = reach.manifest().oauth.as_ref().ok_or_else(|| SyncError::NotSupported(provider.clone()))?;
        let (own, listed) = (&self.settings.public_url, &self.settings.redirect_allow_list);
        if redirect_uri.as_deref().is_some_and(|address| !redirect::is_allowed(address, own, listed)) {
            return Err(SyncError::RedirectRefused);
        }
        self.store.find_user(team, user).await?.ok_or(SyncError::UserNotFound)?;
        let app = self.store.find_app_for_team(team, provider).await?;
        let app = app.ok_or_else(|| SyncError::NotConfigured(provider.clone()))?;

        let state = URL_SAFE_NO_PAD.encode(self.rng.bytes::<32>());
        let state_hash = hash_token(&state);
        let verifier = oauth.pkce.then(|| pkce_verifier(&self.rng));
        let challenge = verifier.as_deref().map(pkce_challenge);
        let scopes = oauth.scopes.join(" ");
        let url = authorize_url(&oauth::Authorization {
            endpoint: &reach.authorize_url,
            client_id: &app.client_id,
            redirect_uri: &self.callback_url(provider),
            state: &state,
            scope: (!scopes.is_empty()).then_some(scopes.as_str()),
            pkce_challenge: challenge.as_deref(),
            extra: &[],
        });
        let now = self.clock.now();
        let kept = OAuthState {
            state_hash,
            user_id: user,
            team_id: team,
            app_id: app.id,
            provider: provider.clone(),
            redirect_uri,
            verifier: verifier.map(|verifier| Place::Verifier(state_hash).seal(&self.keyring, &self.rng, &verifier)),
            // A person takes real time, however fast the clock runs.
            expires_at: lease::after_real(&self.clock, LIFE),
        };
        self.store.create_oauth_state(kept, now).await?;
        Ok(Authorization { url, state })
    }

    /// Where a provider sends people back to.
    #[must_use]
    pub fn callback_url(&self, provider: &ProviderName) -> String {
        format!("{}/api/v1/oauth/{provider}/callback", self.settings.public_url.as_str().trim_end_matches('/'))
    }
}
