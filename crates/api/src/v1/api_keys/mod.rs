//! API keys. A key is shown once, when it is made; afterwards lists show a mask, by which the routes of a
//! key accept it as well as by its uuid.

pub(crate) mod create;
pub(crate) mod delete;
pub(crate) mod list;
pub(crate) mod rename;
pub(crate) mod rotate;

use crate::{
    State,
    error::{ApiError, Result},
};
use model::{ApiKeyId, DeveloperId, TeamId, Timestamp};
use serde::Serialize;
use store::ApiKey;
use utoipa::ToSchema;

/// An API key.
#[derive(Serialize, ToSchema)]
pub(crate) struct ApiKeyRead {
    /// The key itself when it is made or rotated; afterwards its mask.
    id: String,
    /// Its name.
    name: String,
    /// Who made it.
    #[schema(value_type = Option<uuid::Uuid>)]
    created_by: Option<DeveloperId>,
    /// When it was made.
    #[schema(value_type = String, format = DateTime)]
    created_at: Timestamp,
    /// Its lasting id.
    #[schema(value_type = uuid::Uuid)]
    key_id: ApiKeyId,
    /// When it was last used, to the minute.
    #[schema(value_type = Option<String>, format = DateTime)]
    last_used_at: Option<Timestamp>,
}

impl From<ApiKey> for ApiKeyRead {
    fn from(key: ApiKey) -> Self {
        Self {
            id: plain(&key.masked),
            name: key.name,
            created_by: key.created_by,
            created_at: key.created_at,
            key_id: key.id,
            last_used_at: key.last_used_at,
        }
    }
}

impl ApiKeyRead {
    fn shown(key: ApiKey, secret: String) -> Self {
        Self { id: secret, ..Self::from(key) }
    }
}

/// A mask in ASCII: those of older keys are kept with an ellipsis.
fn plain(mask: &str) -> String {
    mask.replace('\u{2026}', "...")
}

/// The team's key that a path names: by uuid, by mask or by the key itself.
async fn find(state: &State, team: TeamId, name: &str) -> Result<ApiKeyId> {
    let by_id = name.parse::<ApiKeyId>().ok();
    let (hash, mask) = (seal::hash_token(name), plain(name));
    let keys = state.store.list_api_keys(team).await?;
    let named = |key: &&ApiKey| by_id == Some(key.id) || plain(&key.masked) == mask || key.hash == hash;
    let mut found = keys.iter().filter(named).map(|key| key.id);
    match (found.next(), found.next()) {
        (Some(id), None) => Ok(id),
        (Some(_), Some(_)) => Err(ApiError::Conflict("Several API keys look like this: use the uuid".to_owned())),
        (None, _) => Err(ApiError::NotFound("API key not found".to_owned())),
    }
}

/// A key's name: given, not blank, not endless.
fn check_key_name(name: Option<String>) -> Result<String> {
    let name = name.unwrap_or_else(|| "Default".to_owned());
    if name.trim().is_empty() || name.chars().count() > 100 {
        return Err(ApiError::invalid("name", "String should have 1 to 100 characters"));
    }
    Ok(name)
}
