//! The user that a path names, looked for within the caller's team only: another team's user is not
//! there, exactly like one that never was.

use crate::{
    State,
    access::{Caller, DeveloperCaller},
    error::{ApiError, Result},
    wire::PathParams,
};
use axum::{extract::FromRequestParts, http::request::Parts};
use model::{TeamId, UserId};
use store::User;

/// A user of the caller's team; 404 when there is none.
pub(crate) struct TeamUser {
    pub(crate) caller: Caller,
    pub(crate) user: User,
}

/// The same for what only developers may do.
pub(crate) struct DeveloperUser {
    pub(crate) caller: DeveloperCaller,
    pub(crate) user: User,
}

/// For reading data: a user who is not there has none.
pub(crate) struct MaybeUser {
    pub(crate) user: Option<User>,
}

impl FromRequestParts<State> for TeamUser {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &State) -> Result<Self> {
        let caller = Caller::from_request_parts(parts, state).await?;
        let (id, user) = find(parts, state, caller.team_id).await?;
        Ok(Self { caller, user: user.ok_or_else(|| not_found(id))? })
    }
}

impl FromRequestParts<State> for DeveloperUser {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &State) -> Result<Self> {
        let caller = DeveloperCaller::from_request_parts(parts, state).await?;
        let (id, user) = find(parts, state, caller.team_id).await?;
        Ok(Self { caller, user: user.ok_or_else(|| not_found(id))? })
    }
}

impl FromRequestParts<State> for MaybeUser {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &State) -> Result<Self> {
        let caller = Caller::from_request_parts(parts, state).await?;
        let (_, user) = find(parts, state, caller.team_id).await?;
        Ok(Self { user })
    }
}

async fn find(parts: &mut Parts, state: &State, team: TeamId) -> Result<(UserId, Option<User>)> {
    let id: UserId = PathParams::from_request_parts(parts, state).await?.id("user_id")?;
    Ok((id, state.store.find_user(team, id).await?))
}

pub(crate) fn not_found(id: UserId) -> ApiError {
    ApiError::NotFound(format!("User with ID: {id} not found."))
}
