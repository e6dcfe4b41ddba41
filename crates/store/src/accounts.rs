//! Teams, the developers who manage them, their sessions and API keys.

use crate::Result;
use async_trait::async_trait;
use model::{ApiKeyId, DeveloperId, TeamId, Timestamp};

/// A tenant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Team {
    /// Its id.
    pub id: TeamId,
    /// Its name.
    pub name: String,
    /// When it was created.
    pub created_at: Timestamp,
}

/// A person who manages a team.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Developer {
    /// Their id.
    pub id: DeveloperId,
    /// Their team.
    pub team_id: TeamId,
    /// Their e-mail address in lower case, unique in the installation.
    pub email: String,
    /// First name.
    pub first_name: Option<String>,
    /// Last name.
    pub last_name: Option<String>,
    /// `owner`, `admin`, `member` or `read_only`.
    pub role: String,
    /// Argon2id hash of the password.
    pub password_hash: String,
    /// When they were created.
    pub created_at: Timestamp,
    /// When they last changed.
    pub updated_at: Timestamp,
}

/// What a session's token is good for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SessionKind {
    /// Calling the API.
    Access,
    /// Getting the next pair of tokens, once.
    Refresh,
}

/// A token of a developer, by its hash.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Session {
    /// SHA-256 of the token.
    pub token_hash: [u8; 32],
    /// What it is good for.
    pub kind: SessionKind,
    /// Tokens that descend from one login share a family, revoked together when a refresh token is used twice.
    pub family: [u8; 16],
    /// Whose it is.
    pub developer_id: DeveloperId,
    /// Their team.
    pub team_id: TeamId,
    /// When it was issued.
    pub created_at: Timestamp,
    /// When it ends.
    pub expires_at: Timestamp,
}

/// An API key, by its hash.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ApiKey {
    /// Its id.
    pub id: ApiKeyId,
    /// The team it opens.
    pub team_id: TeamId,
    /// SHA-256 of the key.
    pub hash: [u8; 32],
    /// What lists show of it: prefix and last characters.
    pub masked: String,
    /// Its name.
    pub name: String,
    /// Who created it.
    pub created_by: Option<DeveloperId>,
    /// When it was created.
    pub created_at: Timestamp,
    /// When it was last used, to the minute.
    pub last_used_at: Option<Timestamp>,
    /// When it ends, if ever.
    pub expires_at: Option<Timestamp>,
}

/// What using a refresh token gave.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RefreshUse {
    /// It was good, and is used up now.
    Good(Session),
    /// It had been used before: its whole family is revoked now.
    Reused,
    /// Unknown, revoked or past its end.
    Unknown,
}

/// Teams, developers, sessions and keys.
#[async_trait]
pub trait Accounts: Send + Sync {
    /// Creates a team with its first developer. `Taken("email")` when the address has an account.
    async fn create_team(&self, team: Team, owner: Developer) -> Result<()>;
    /// Every team.
    async fn list_teams(&self) -> Result<Vec<Team>>;
    /// How many developers there are in the installation.
    async fn count_developers(&self) -> Result<u64>;
    /// The developer with this address (any case).
    async fn find_developer_by_email(&self, email: &str) -> Result<Option<Developer>>;
    /// The developer with this id.
    async fn find_developer(&self, id: DeveloperId) -> Result<Option<Developer>>;
    /// Replaces names, e-mail and password hash.
    async fn update_developer(&self, developer: Developer) -> Result<()>;
    /// Keeps new sessions.
    async fn create_sessions(&self, sessions: Vec<Session>) -> Result<()>;
    /// The access session with this hash that has not ended at `now`.
    async fn find_session(&self, token_hash: [u8; 32], now: Timestamp) -> Result<Option<Session>>;
    /// Uses up a refresh token.
    async fn use_refresh_token(&self, token_hash: [u8; 32], now: Timestamp) -> Result<RefreshUse>;
    /// Revokes the family of the refresh token with this hash; false when unknown.
    async fn revoke_session_family(&self, token_hash: [u8; 32]) -> Result<bool>;
    /// Revokes all sessions of a developer.
    async fn revoke_sessions(&self, developer: DeveloperId) -> Result<()>;
    /// Keeps a new key.
    async fn create_api_key(&self, key: ApiKey) -> Result<()>;
    /// The key with this hash that has not ended at `now`.
    async fn find_api_key(&self, hash: [u8; 32], now: Timestamp) -> Result<Option<ApiKey>>;
    /// A team's keys, newest first.
    async fn list_api_keys(&self, team: TeamId) -> Result<Vec<ApiKey>>;
    /// Renames a key.
    async fn rename_api_key(&self, team: TeamId, id: ApiKeyId, name: String) -> Result<ApiKey>;
    /// Replaces a key's hash and mask, keeping its name and id.
    async fn rotate_api_key(&self, team: TeamId, id: ApiKeyId, hash: [u8; 32], masked: String) -> Result<ApiKey>;
    /// Deletes a key and returns it.
    async fn delete_api_key(&self, team: TeamId, id: ApiKeyId) -> Result<ApiKey>;
    /// Notes that a key was used; cheap, kept to the minute.
    async fn touch_api_key(&self, id: ApiKeyId, now: Timestamp) -> Result<()>;
}
