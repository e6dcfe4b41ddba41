//! Tools for single users: what the service has of them (data viewer), history asked for in a partner's place,
//! and notifications once more.

use super::{
    users::find,
    wish::{Perhaps, Wished},
};
use crate::{
    device::Queued,
    history,
    kind::Kind,
    notify::{self, Resend},
    state::Shared,
    wellness::ApiError,
};
use axum::{
    Json,
    extract::{Query, State, rejection::QueryRejection},
    http::StatusCode,
};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use std::sync::Arc;

const MOST_SHOWN: usize = 500;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct View {
    user: String,
    #[serde(rename = "type")]
    kind: Kind,
    /// UTC seconds of recorded time, both included.
    from: Option<i64>,
    to: Option<i64>,
}

#[derive(Serialize)]
pub(super) struct Viewed {
    /// UTC seconds.
    uploaded: i64,
    summaries: Vec<Box<RawValue>>,
}

/// `GET /sandbox/data?user=&type=&from=&to=`: what was uploaded of one type, by recorded time, 500 at most.
pub(super) async fn view(
    State(shared): State<Arc<Shared>>,
    view: Result<Query<View>, QueryRejection>,
) -> Result<Json<Vec<Viewed>>, ApiError> {
    let Query(view) = view.map_err(|rejection| ApiError::bad_request(rejection.body_text()))?;
    let user_id = find(&shared, &view.user)?;
    let (person, mut items) = {
        let state = shared.lock();
        let account = state.accounts.get(&user_id).ok_or_else(|| ApiError::not_found("No such person"))?;
        let now = shared.now().as_seconds();
        (account.subjectee(), history::uploaded(account, &[view.kind], view.from, view.to, now))
    };
    items.sort_by_key(|(_, item)| item.subject.start(&person.person));
    items.truncate(MOST_SHOWN);
    let written = tokio::task::spawn_blocking(move || {
        let rendered = items.iter().map(|(kind, item)| {
            let summaries = item.subject.render(&person, *kind, false)?;
            Ok(Viewed { uploaded: item.uploaded, summaries })
        });
        rendered.collect::<serde_json::Result<Vec<Viewed>>>()
    });
    let failed = || ApiError::new(StatusCode::INTERNAL_SERVER_ERROR, "The summaries could not be written");
    Ok(Json(written.await.map_err(|_| failed())?.map_err(|_| failed())?))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct HistoryWish {
    user: String,
    #[serde(rename = "type")]
    kind: Kind,
    from: i64,
    to: i64,
}

/// `POST /sandbox/backfill`: asks for a user's history as a partner would, with the same answers.
pub(super) async fn backfill(
    State(shared): State<Arc<Shared>>,
    Wished(wish): Wished<HistoryWish>,
) -> Result<StatusCode, ApiError> {
    let user_id = find(&shared, &wish.user)?;
    history::ask(&shared, &user_id, wish.kind, wish.from, wish.to)?;
    Ok(StatusCode::ACCEPTED)
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ResendWish {
    user: Option<String>,
    #[serde(rename = "type")]
    kind: Option<Kind>,
    #[serde(default)]
    users: Vec<String>,
    #[serde(default)]
    types: Vec<Kind>,
    from: Option<i64>,
    to: Option<i64>,
}

#[derive(Serialize)]
pub(super) struct Resent {
    queued: Queued,
}

/// `POST /sandbox/resend`: sends notices once more, for all or for some users, types and recorded times.
pub(super) async fn resend(
    State(shared): State<Arc<Shared>>,
    Perhaps(wish): Perhaps<ResendWish>,
) -> Result<Json<Resent>, ApiError> {
    let named = wish.users.into_iter().chain(wish.user);
    let users = named.map(|text| find(&shared, &text)).collect::<Result<Vec<String>, ApiError>>()?;
    let kinds = wish.types.into_iter().chain(wish.kind).collect();
    let resend = Resend { users, kinds, from: wish.from, to: wish.to };
    Ok(Json(Resent { queued: notify::resend(&shared, &resend) }))
}
