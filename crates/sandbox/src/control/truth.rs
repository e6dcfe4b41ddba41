//! `GET /sandbox/truth?user=&from=&to=`: what a partner with every permission must have in the end, for audits.

use super::users::find;
use crate::{device, kind::Kind, state::Shared, wellness::ApiError};
use axum::{
    Json,
    extract::{Query, State},
};
use model::LocalDate;
use serde::Deserialize;
use std::{collections::BTreeMap, sync::Arc};

/// Days that may be asked for at once.
const MAX_DAYS: i32 = 800;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Wish {
    user: String,
    from: LocalDate,
    to: LocalDate,
}

/// For each type the ids on the wire, and when each begins.
pub(super) async fn show(
    State(shared): State<Arc<Shared>>,
    Query(wish): Query<Wish>,
) -> Result<Json<BTreeMap<Kind, BTreeMap<String, i64>>>, ApiError> {
    if !(0..MAX_DAYS).contains(&(wish.to.as_days() - wish.from.as_days())) {
        return Err(ApiError::bad_request(format!("from and to are in order and span at most {MAX_DAYS} days")));
    }
    let id = find(&shared, &wish.user)?;
    let now = shared.now().as_seconds();
    let account = {
        let state = shared.lock();
        let account = state.accounts.get(&id).ok_or_else(|| ApiError::not_found("No such person"))?;
        account.subjectee()
    };
    let counted = tokio::task::spawn_blocking(move || device::truth(&account, (wish.from, wish.to), now));
    let truth = counted.await.map_err(|_| ApiError::bad_request("The range could not be counted"))?;
    Ok(Json(truth))
}
