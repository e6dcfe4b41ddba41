//! Stand-in until the room exists.
#![allow(missing_docs, clippy::unused_async)]
use model::{ProviderName, TeamId, UserId};
pub struct Sync;
#[derive(Debug, thiserror::Error)]
pub enum SyncError {
    #[error("not there")]
    NotThere,
}
pub struct Authorization {
    pub url: url::Url,
    pub state: String,
}
pub struct Finished {
    pub user_id: UserId,
    pub provider: ProviderName,
    pub redirect_uri: Option<String>,
}
impl Sync {
    pub async fn begin(
        &self,
        _: TeamId,
        _: UserId,
        _: &ProviderName,
        _: Option<String>,
    ) -> Result<Authorization, SyncError> {
        Err(SyncError::NotThere)
    }
    pub async fn finish(
        &self,
        _: &ProviderName,
        _: Option<&str>,
        _: Option<&str>,
        _: Option<&str>,
    ) -> Result<Finished, SyncError> {
        Err(SyncError::NotThere)
    }
    pub async fn disconnect(&self, _: TeamId, _: UserId, _: &ProviderName) -> Result<(), SyncError> {
        Err(SyncError::NotThere)
    }
}
