//! Provider apps, OAuth states and connections. How a connection stands and ends is in `standing`.

use crate::{ConnectionEnd, Result, Standing};
use async_trait::async_trait;
use model::{ConnectionId, ProviderAppId, ProviderName, TeamId, Timestamp, UserId};

/// The credentials a team, or the installation (`team_id` none), has at a provider.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProviderApp {
    /// Its id; also the first segment of its webhook path.
    pub id: ProviderAppId,
    /// Whose it is; none for the installation's default.
    pub team_id: Option<TeamId>,
    /// The provider.
    pub provider: ProviderName,
    /// OAuth client id.
    pub client_id: String,
    /// OAuth client secret, sealed.
    pub client_secret: Vec<u8>,
    /// SHA-256 of the secret segment of its webhook path.
    pub webhook_secret_hash: [u8; 32],
    /// When it was created.
    pub created_at: Timestamp,
}

/// An authorization under way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OAuthState {
    /// SHA-256 of the `state` parameter.
    pub state_hash: [u8; 32],
    /// Whose account is being connected.
    pub user_id: UserId,
    /// Their team.
    pub team_id: TeamId,
    /// Through which app.
    pub app_id: ProviderAppId,
    /// The provider.
    pub provider: ProviderName,
    /// Where the browser goes afterwards.
    pub redirect_uri: Option<String>,
    /// PKCE verifier, sealed.
    pub verifier: Option<Vec<u8>>,
    /// When it ends.
    pub expires_at: Timestamp,
}

/// How a connection is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ConnectionStatus {
    /// Usable.
    Active,
    /// Withdrawn at the provider or by us.
    Revoked,
    /// Its tokens ended and could not be renewed.
    Expired,
}

impl ConnectionStatus {
    /// The code on the wire and in the store.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Revoked => "revoked",
            Self::Expired => "expired",
        }
    }
}

/// A user's link to an account at a provider.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Connection {
    /// Its id.
    pub id: ConnectionId,
    /// Whose it is.
    pub user_id: UserId,
    /// Their team.
    pub team_id: TeamId,
    /// Through which app.
    pub app_id: ProviderAppId,
    /// The provider. One connection per user and provider.
    pub provider: ProviderName,
    /// The account's id at the provider.
    pub provider_user_id: Option<String>,
    /// The account's name at the provider.
    pub provider_username: Option<String>,
    /// Access token, sealed.
    pub access_token: Option<Vec<u8>>,
    /// Refresh token, sealed.
    pub refresh_token: Option<Vec<u8>>,
    /// When the access token ends.
    pub token_expires_at: Option<Timestamp>,
    /// Scopes or permissions granted, space-joined.
    pub scope: Option<String>,
    /// How it is.
    pub status: ConnectionStatus,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
    /// When data last arrived through it.
    pub last_synced_at: Option<Timestamp>,
    /// How it stands with its provider, beside its status.
    pub standing: Standing,
}

/// Tokens as renewed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RenewedTokens {
    /// Access token, sealed.
    pub access_token: Vec<u8>,
    /// Refresh token, sealed; none keeps the old one.
    pub refresh_token: Option<Vec<u8>>,
    /// When the access token ends.
    pub expires_at: Option<Timestamp>,
    /// When the refresh token ends; none keeps what is known.
    pub refresh_expires_at: Option<Timestamp>,
    /// When they are renewed again if nobody uses them until then.
    pub renew_at: Option<Timestamp>,
}

/// Provider apps and connections.
#[async_trait]
pub trait Connections: Send + Sync {
    /// Keeps an app, replacing the one with the same id.
    async fn put_provider_app(&self, app: ProviderApp) -> Result<()>;
    /// The app with this id.
    async fn find_provider_app(&self, id: ProviderAppId) -> Result<Option<ProviderApp>>;
    /// The team's own app at a provider, else the installation's.
    async fn find_app_for_team(&self, team: TeamId, provider: &ProviderName) -> Result<Option<ProviderApp>>;
    /// The installation's default app at a provider.
    async fn find_default_app(&self, provider: &ProviderName) -> Result<Option<ProviderApp>>;
    /// Keeps an authorization under way; sweeps ended ones.
    async fn create_oauth_state(&self, state: OAuthState, now: Timestamp) -> Result<()>;
    /// Takes an authorization: it can be taken once, before its end.
    async fn take_oauth_state(&self, state_hash: [u8; 32], now: Timestamp) -> Result<Option<OAuthState>>;
    /// Makes a connection, or renews the user's connection at that provider (its id stays), and adopts
    /// deliveries that had been waiting for this account. Emits `connection.created` when it is made.
    /// Returns the connection as kept.
    async fn connect(&self, connection: Connection) -> Result<Connection>;
    /// A user's connections.
    async fn list_connections(&self, user: UserId) -> Result<Vec<Connection>>;
    /// A user's connection.
    async fn find_connection(&self, user: UserId, id: ConnectionId) -> Result<Option<Connection>>;
    /// The active connections to an account, over all users and teams.
    async fn find_connections_by_account(&self, app: ProviderAppId, account: &str) -> Result<Vec<Connection>>;
    /// Claims the renewal of a connection's tokens until `until`; false when someone else is at it.
    async fn claim_token_renewal(
        &self,
        user: UserId,
        id: ConnectionId,
        now: Timestamp,
        until: Timestamp,
    ) -> Result<bool>;
    /// Keeps renewed tokens and ends the claim.
    async fn renew_tokens(&self, user: UserId, id: ConnectionId, tokens: RenewedTokens, now: Timestamp) -> Result<()>;
    /// Ends the claim; the tokens stay as they are.
    async fn end_token_renewal(&self, user: UserId, id: ConnectionId) -> Result<()>;
    /// The active connections whose tokens nobody used until the time to renew them, longest waiting first. Each
    /// is given out again at `next`, unless its tokens are renewed before.
    async fn claim_idle_renewals(&self, now: Timestamp, next: Timestamp, limit: u32) -> Result<Vec<Connection>>;
    /// Ends an active connection and forgets its tokens, tells so (`connection.revoked` and a sync event), ends
    /// the account's waiting jobs when it was the account's last one, and has its data erased where the reason,
    /// with the team's policy, asks for it. False when nothing was there to end.
    async fn end_connection(&self, user: UserId, id: ConnectionId, end: ConnectionEnd, now: Timestamp) -> Result<bool>;
    /// Keeps what permissions are given as of `changed_at`, unless newer ones are known, and tells what changed
    /// (`connection.updated`). False when nothing changed.
    async fn change_permissions(
        &self,
        user: UserId,
        id: ConnectionId,
        permissions: Vec<String>,
        changed_at: Timestamp,
        now: Timestamp,
    ) -> Result<bool>;
    /// Notes that the provider refused a part type for want of a permission. It holds until permissions change.
    async fn note_lacking(&self, user: UserId, id: ConnectionId, part_type: &str) -> Result<()>;
}
