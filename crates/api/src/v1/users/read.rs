//! A user as the API shows them.

use model::{ProviderName, Timestamp, UserId};
use serde::Serialize;
use store::User;
use utoipa::ToSchema;

/// A person whose data is kept.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct UserRead {
    /// Their id.
    #[schema(value_type = uuid::Uuid)]
    pub(crate) id: UserId,
    /// When they were created.
    #[schema(value_type = String, format = DateTime)]
    created_at: Timestamp,
    /// First name.
    first_name: Option<String>,
    /// Last name.
    last_name: Option<String>,
    /// E-mail address, unique within the team.
    email: Option<String>,
    /// The team's own id of them, unique within the team.
    external_user_id: Option<String>,
    /// When data last arrived.
    #[schema(value_type = Option<String>, format = DateTime)]
    last_synced_at: Option<Timestamp>,
    /// From which provider.
    #[schema(value_type = Option<String>)]
    last_synced_provider: Option<ProviderName>,
    /// Whether any connection is active.
    has_active_connection: bool,
    /// IANA name of their time zone, if told. Not in the peer's contract.
    time_zone: Option<String>,
}

impl From<User> for UserRead {
    fn from(user: User) -> Self {
        Self {
            id: user.id,
            created_at: user.created_at,
            first_name: user.first_name,
            last_name: user.last_name,
            email: user.email,
            external_user_id: user.external_user_id,
            last_synced_at: user.last_synced_at,
            last_synced_provider: user.last_synced_provider,
            has_active_connection: user.has_active_connection,
            time_zone: user.time_zone,
        }
    }
}
