//! How phones come to send: applications, single-use codes, and the tokens by which a phone gets its next ones.

use crate::Result;
use async_trait::async_trait;
use model::{ApplicationId, DeveloperId, InvitationCodeId, TeamId, Timestamp, UserId};

/// An app of the team's own that may make tokens for its users' phones.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PhoneApp {
    /// Its id.
    pub id: ApplicationId,
    /// The team.
    pub team_id: TeamId,
    /// The name by which it identifies itself.
    pub app_id: String,
    /// Its name for people.
    pub name: String,
    /// SHA-256 of its secret.
    pub secret_hash: [u8; 32],
    /// Who created it.
    pub created_by: DeveloperId,
    /// When it was created.
    pub created_at: Timestamp,
}

/// A code that a person types into the app, once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InvitationCode {
    /// Its id.
    pub id: InvitationCodeId,
    /// SHA-256 of the code.
    pub code_hash: [u8; 32],
    /// The team.
    pub team_id: TeamId,
    /// Whose phone it lets send.
    pub user_id: UserId,
    /// Who created it.
    pub created_by: DeveloperId,
    /// When it was created.
    pub created_at: Timestamp,
    /// When it ends.
    pub expires_at: Timestamp,
}

/// A refresh token of a phone, by its hash.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PhoneToken {
    /// SHA-256 of the token.
    pub token_hash: [u8; 32],
    /// Tokens that descend from one another share a family and end together.
    pub family: [u8; 16],
    /// The team.
    pub team_id: TeamId,
    /// Whose phone.
    pub user_id: UserId,
    /// Who let it send: an application's name, `admin:` or `invite:` and a developer.
    pub app_id: String,
    /// When it was issued.
    pub created_at: Timestamp,
    /// When it ends.
    pub expires_at: Timestamp,
}

/// What using a phone's refresh token gave.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PhoneRefresh {
    /// It is good.
    Good(PhoneToken),
    /// Its successor had been used: somebody else has it, and its whole family is revoked now.
    Reused,
    /// Unknown, revoked or past its end.
    Unknown,
}

/// Applications, codes and phones' tokens.
#[async_trait]
pub trait Phones: Send + Sync {
    /// Keeps an application.
    async fn create_application(&self, application: PhoneApp) -> Result<()>;
    /// A team's applications, newest first.
    async fn list_applications(&self, team: TeamId) -> Result<Vec<PhoneApp>>;
    /// The application of this name.
    async fn find_application(&self, app_id: &str) -> Result<Option<PhoneApp>>;
    /// Replaces an application's secret.
    async fn rotate_application(&self, team: TeamId, app_id: &str, secret_hash: [u8; 32]) -> Result<PhoneApp>;
    /// Deletes an application; phones that it let send get no further tokens.
    async fn delete_application(&self, team: TeamId, app_id: &str) -> Result<()>;
    /// Keeps a code in place of those that the user had before.
    async fn put_invitation_code(&self, code: InvitationCode) -> Result<()>;
    /// Uses up the code with this hash, if it is good.
    async fn redeem_invitation_code(&self, code_hash: [u8; 32], now: Timestamp) -> Result<Option<InvitationCode>>;
    /// Keeps a phone's refresh token.
    async fn create_phone_token(&self, token: PhoneToken) -> Result<()>;
    /// Uses a phone's refresh token. A phone whose answer was lost comes again with the same one: that is good until
    /// what it was given is used.
    async fn use_phone_token(&self, token_hash: [u8; 32], now: Timestamp) -> Result<PhoneRefresh>;
    /// Revokes the family of a phone's refresh token; false when it is unknown.
    async fn revoke_phone_family(&self, token_hash: [u8; 32]) -> Result<bool>;
}
