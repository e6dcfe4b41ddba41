//! Making people and data, and changing what people permit.

use super::state::PersonView;
use crate::{
    device::{self, Queued},
    generator::{Persona, Stay, Style},
    kind::{Kind, Permission},
    notify::{Notice, NoticeBody},
    state::{AddError, Shared},
    wellness::ApiError,
};
use axum::{
    Json,
    extract::{Path, State},
    http::StatusCode,
};
use model::LocalDate;
use serde::{Deserialize, Serialize};
use std::sync::Arc;

const MAX_DAYS: u32 = 800;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct NewPerson {
    name: String,
    persona: Option<String>,
    offset_seconds: Option<i32>,
    /// Where the person lives: a time zone or an offset.
    zone: Option<String>,
    /// Where the person goes, and when.
    #[serde(default)]
    itinerary: Vec<Stay>,
    /// Does the device record little?
    #[serde(default)]
    sparse: bool,
}

/// `POST /sandbox/users`: invents a person, or finds the one who has this name.
pub(super) async fn create(
    State(shared): State<Arc<Shared>>,
    Json(new): Json<NewPerson>,
) -> Result<(StatusCode, Json<PersonView>), ApiError> {
    let persona = match &new.persona {
        Some(text) => Some(Persona::find(text).ok_or_else(|| ApiError::bad_request("No such persona"))?),
        None => None,
    };
    if new.offset_seconds.is_some_and(|offset| offset.abs() > 86_400) {
        return Err(ApiError::bad_request("offset_seconds is within a day of UTC"));
    }
    let NewPerson { name, offset_seconds, zone, itinerary, sparse, .. } = new;
    let style = Style { offset_seconds, zone, itinerary, sparse };
    let mut state = shared.lock();
    let id = state.add_person(shared.config.seed, &name, persona, style).map_err(|error| match error {
        AddError::NameUnfit => ApiError::bad_request("A name has 1 to 60 characters"),
        AddError::TooMany => ApiError::new(StatusCode::CONFLICT, "There are too many people"),
        AddError::Travel(error) => ApiError::bad_request(error.to_string()),
    })?;
    let account = state.accounts.get(&id).ok_or_else(no_such_person)?;
    Ok((StatusCode::CREATED, Json(PersonView::of(account, shared.now()))))
}

fn no_such_person() -> ApiError {
    ApiError::not_found("No such person")
}

/// The id of the person that a path names by id, name or persona.
pub(super) fn find(shared: &Shared, text: &str) -> Result<String, ApiError> {
    shared.lock().find_person(text).ok_or_else(no_such_person)
}

/// What was queued for delivery; nothing is for a person who is not connected.
#[derive(Serialize)]
pub(super) struct Report {
    connected: bool,
    queued: Queued,
}

fn report(shared: &Shared, id: &str, queued: Queued) -> Json<Report> {
    let connected = shared.lock().accounts.get(id).is_some_and(|account| account.connected);
    Json(Report { connected, queued })
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct History {
    days: u32,
    until: Option<LocalDate>,
}

/// `POST /sandbox/users/{id}/generate`: uploads so many days up to a date.
pub(super) async fn generate(
    State(shared): State<Arc<Shared>>,
    Path(id): Path<String>,
    Json(history): Json<History>,
) -> Result<Json<Report>, ApiError> {
    if !(1..=MAX_DAYS).contains(&history.days) {
        return Err(ApiError::bad_request(format!("days is 1 to {MAX_DAYS}")));
    }
    let id = find(&shared, &id)?;
    let queued = device::upload_history(&shared, &id, history.days, history.until);
    Ok(report(&shared, &id, queued))
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct SyncWish {
    /// Whether a short workout shall have just ended.
    #[serde(default)]
    workout: bool,
}

/// `POST /sandbox/users/{id}/sync`: uploads what happened until now. A body is optional.
pub(super) async fn sync(
    State(shared): State<Arc<Shared>>,
    Path(id): Path<String>,
    wish: Option<Json<SyncWish>>,
) -> Result<Json<Report>, ApiError> {
    let id = find(&shared, &id)?;
    let workout = wish.is_some_and(|Json(wish)| wish.workout);
    let queued = device::sync_now(&shared, &id, workout);
    Ok(report(&shared, &id, queued))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Permissions {
    permissions: Vec<Permission>,
}

/// `PUT /sandbox/users/{id}/permissions`: the person changes their mind; the partner is told.
pub(super) async fn permissions(
    State(shared): State<Arc<Shared>>,
    Path(id): Path<String>,
    Json(wish): Json<Permissions>,
) -> Result<Json<PersonView>, ApiError> {
    let id = find(&shared, &id)?;
    let now = shared.now();
    let mut state = shared.lock();
    let account = state.accounts.get_mut(&id).ok_or_else(no_such_person)?;
    account.permissions = wish.permissions.into_iter().collect();
    let permissions = account.permissions.iter().copied().collect();
    let (view, connected) = (PersonView::of(account, now), account.connected);
    if connected {
        let body = NoticeBody::Permissions { permissions, changed: now.as_seconds() };
        state.outbox.queue(Kind::UserPermissionsChange, Notice { user_id: id, queued: now, body });
    }
    drop(state);
    shared.wake.notify_one();
    Ok(Json(view))
}

/// `POST /sandbox/users/{id}/deregister`: the person disconnects the partner from their side.
pub(super) async fn deregister(
    State(shared): State<Arc<Shared>>,
    Path(id): Path<String>,
) -> Result<StatusCode, ApiError> {
    device::deregister(&shared, &find(&shared, &id)?);
    Ok(StatusCode::NO_CONTENT)
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ResendWish {
    user: Option<String>,
    #[serde(rename = "type")]
    kind: Option<String>,
}

#[derive(Serialize)]
pub(super) struct Resent {
    queued: Queued,
}

/// `POST /sandbox/resend`: sends notices once more, for all or for one `user` and one `type`.
pub(super) async fn resend(
    State(shared): State<Arc<Shared>>,
    wish: Option<Json<ResendWish>>,
) -> Result<Json<Resent>, ApiError> {
    let Json(wish) = wish.unwrap_or_default();
    let user = wish.user.map(|text| find(&shared, &text)).transpose()?;
    let kind = match wish.kind {
        Some(key) => Some(Kind::find(&key).ok_or_else(|| ApiError::not_found("No such summary type"))?),
        None => None,
    };
    Ok(Json(Resent { queued: device::resend(&shared, user.as_deref(), kind) }))
}
