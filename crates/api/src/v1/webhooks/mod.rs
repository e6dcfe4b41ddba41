//! The team's webhook endpoints: where messages go, which, and how their delivery went.

pub(crate) mod attempts;
pub(crate) mod create;
pub(crate) mod delete;
pub(crate) mod event_types;
pub(crate) mod get;
pub(crate) mod list;
pub(crate) mod secret;
pub(crate) mod test_event;
pub(crate) mod update;

mod rules;

use crate::{
    State,
    error::{ApiError, Result},
    wire::PathParams,
};
use model::{EndpointId, TeamId, UserId};
use serde::Serialize;
use store::Endpoint;
use utoipa::ToSchema;

/// A webhook endpoint.
#[derive(Serialize, ToSchema)]
pub(crate) struct EndpointRead {
    /// Its id.
    #[schema(value_type = String)]
    id: EndpointId,
    /// Where messages go.
    url: String,
    /// What it is for.
    description: Option<String>,
    /// Only these event types; null: all.
    filter_types: Option<Vec<String>>,
    /// Only about this user; null: all.
    #[schema(value_type = Option<uuid::Uuid>)]
    user_id: Option<UserId>,
}

impl From<Endpoint> for EndpointRead {
    fn from(endpoint: Endpoint) -> Self {
        Self {
            id: endpoint.id,
            url: endpoint.url,
            description: endpoint.description,
            filter_types: Some(endpoint.filter_types).filter(|types| !types.is_empty()),
            user_id: endpoint.user_id,
        }
    }
}

/// The team's endpoint that a path names. An id that is none names no endpoint.
async fn find(state: &State, team: TeamId, path: &PathParams) -> Result<Endpoint> {
    let found = match path.text("endpoint_id").parse() {
        Ok(id) => state.store.find_endpoint(team, id).await?,
        Err(_) => None,
    };
    found.ok_or_else(|| ApiError::NotFound("Webhook endpoint not found".to_owned()))
}
