//! Making people and data, and changing what people permit.

use super::{
    state::PersonView,
    wish::{Perhaps, Wished},
};
use crate::{
    device::{self, Queued},
    generator::{Persona, Stay, Style},
    kind::Permission,
    notify,
    oauth::{self, Tokens},
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
/// Nobody wore a device before.
const EARLIEST: &str = "2000-01-01";

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
    Wished(new): Wished<NewPerson>,
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
    let id = state.add_person(shared.config.seed, &name, persona, style).map_err(refused)?;
    let account = state.accounts.get(&id).ok_or_else(no_such_person)?;
    Ok((StatusCode::CREATED, Json(PersonView::of(account, shared.now()))))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Crowd {
    count: usize,
    /// In turns; all of them if none is named.
    #[serde(default)]
    personas: Vec<String>,
    /// The first part of the names.
    #[serde(default = "crowd_name")]
    name: String,
    /// Uploads so many days of each; without, a partner still finds them by asking for history.
    #[serde(default)]
    days: u32,
}

fn crowd_name() -> String {
    "Person".to_owned()
}

#[derive(Serialize)]
pub(super) struct Created {
    ids: Vec<String>,
}

/// `POST /sandbox/crowd`: invents many people of mixed personas.
pub(super) async fn crowd(
    State(shared): State<Arc<Shared>>,
    Wished(crowd): Wished<Crowd>,
) -> Result<(StatusCode, Json<Created>), ApiError> {
    if crowd.days > MAX_DAYS {
        return Err(ApiError::bad_request(format!("days is at most {MAX_DAYS}")));
    }
    let find = |text: &String| Persona::find(text).ok_or_else(|| ApiError::bad_request("No such persona"));
    let mut personas = crowd.personas.iter().map(find).collect::<Result<Vec<Persona>, ApiError>>()?;
    if personas.is_empty() {
        personas.extend(Persona::ALL);
    }
    let names = (1..=crowd.count).map(|number| format!("{} {number}", crowd.name));
    let people = names.zip(personas.into_iter().cycle());
    let ids = shared.lock().add_crowd(shared.config.seed, people).map_err(refused)?;
    if crowd.days > 0 {
        let (shared, ids) = (shared.clone(), ids.clone());
        let uploading = tokio::task::spawn_blocking(move || {
            ids.iter().for_each(|id| drop(device::upload_history(&shared, id, crowd.days, None)));
        });
        let failed = |_| ApiError::new(StatusCode::INTERNAL_SERVER_ERROR, "The upload failed");
        uploading.await.map_err(failed)?;
    }
    Ok((StatusCode::CREATED, Json(Created { ids })))
}

fn refused(error: AddError) -> ApiError {
    match error {
        AddError::NameUnfit => ApiError::bad_request("A name has 1 to 60 characters"),
        AddError::TooMany { room } => {
            let reason = format!("There is room for {room} more people; nobody was invented");
            ApiError::new(StatusCode::CONFLICT, reason)
        }
        AddError::Travel(error) => ApiError::bad_request(error.to_string()),
    }
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
    Wished(history): Wished<History>,
) -> Result<Json<Report>, ApiError> {
    if !(1..=MAX_DAYS).contains(&history.days) {
        return Err(ApiError::bad_request(format!("days is 1 to {MAX_DAYS}")));
    }
    let id = find(&shared, &id)?;
    if let Some(until) = history.until {
        let state = shared.lock();
        let today = state.accounts.get(&id).map(|account| account.person.local_date(shared.now().as_seconds()));
        if Some(until) > today || LocalDate::parse(EARLIEST).is_some_and(|earliest| until < earliest) {
            return Err(ApiError::bad_request(format!("until is a date from {EARLIEST} to today")));
        }
    }
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
    Perhaps(wish): Perhaps<SyncWish>,
) -> Result<Json<Report>, ApiError> {
    let id = find(&shared, &id)?;
    let queued = device::sync_now(&shared, &id, wish.workout);
    Ok(report(&shared, &id, queued))
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Consent {
    /// All of them if it is not given.
    permissions: Option<Vec<Permission>>,
}

/// `POST /sandbox/users/{id}/connect`: the person consents, and the tokens come at once, for trying things without
/// a partner. The answer is that of the token endpoint.
pub(super) async fn connect(
    State(shared): State<Arc<Shared>>,
    Path(id): Path<String>,
    Perhaps(consent): Perhaps<Consent>,
) -> Result<Json<Tokens>, ApiError> {
    let id = find(&shared, &id)?;
    if let Some(account) = shared.lock().accounts.get_mut(&id) {
        let permissions = consent.permissions.unwrap_or_else(|| Permission::ALL.to_vec());
        account.permissions = permissions.into_iter().collect();
    }
    Ok(Json(oauth::grant(&shared, id, None)))
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
    Wished(wish): Wished<Permissions>,
) -> Result<Json<PersonView>, ApiError> {
    let id = find(&shared, &id)?;
    let mut state = shared.lock();
    let account = state.accounts.get_mut(&id).ok_or_else(no_such_person)?;
    account.permissions = wish.permissions.into_iter().collect();
    let view = PersonView::of(account, shared.now());
    notify::permissions_changed(&shared, &mut state, &id);
    Ok(Json(view))
}

/// `POST /sandbox/users/{id}/deregister`: the person disconnects the partner from their side.
pub(super) async fn deregister(
    State(shared): State<Arc<Shared>>,
    Path(id): Path<String>,
) -> Result<StatusCode, ApiError> {
    let id = find(&shared, &id)?;
    notify::deregister(&shared, &mut shared.lock(), &id);
    Ok(StatusCode::NO_CONTENT)
}

/// `DELETE /sandbox/users/{id}`: the person is gone; a partner they were connected to is told that consent ended.
pub(super) async fn remove(State(shared): State<Arc<Shared>>, Path(id): Path<String>) -> Result<StatusCode, ApiError> {
    let id = find(&shared, &id)?;
    let mut state = shared.lock();
    if state.accounts.get(&id).is_some_and(|account| account.connected) {
        notify::deregister(&shared, &mut state, &id);
    }
    state.grants.withdraw(&id);
    state.accounts.remove(&id);
    Ok(StatusCode::NO_CONTENT)
}
