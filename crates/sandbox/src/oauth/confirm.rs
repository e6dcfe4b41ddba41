//! `/oauth2Confirm`: a person of the sandbox is asked, and sent back with a code or a refusal.

use super::{page, pkce};
use crate::{
    generator::{Persona, Style},
    grants::Code,
    kind::Permission,
    state::{Shared, State as Memory},
};
use axum::{
    extract::{RawForm, RawQuery, State},
    http::StatusCode,
    response::{Html, IntoResponse, Redirect, Response},
};
use std::{collections::BTreeSet, sync::Arc};
use url::Url;

/// How long a code lives, as the person experiences time.
const CODE_SECONDS: f64 = 300.0;

/// What the partner asks for.
#[derive(Clone, Debug, Default)]
pub(super) struct Request {
    pub(super) client_id: String,
    pub(super) challenge: String,
    pub(super) redirect_uri: Option<String>,
    pub(super) state: Option<String>,
}

/// The parameters of a query or a form; names may repeat.
struct Parameters(Vec<(String, String)>);

impl Parameters {
    fn read(bytes: &[u8]) -> Self {
        Self(url::form_urlencoded::parse(bytes).into_owned().take(64).collect())
    }

    fn get(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(key, value)| key == name && !value.is_empty()).map(|(_, value)| value.as_str())
    }

    fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.0.iter().filter(move |(key, _)| key == name).map(|(_, value)| value.as_str())
    }
}

/// A request that cannot be answered with a redirect, because it does not say safely where to.
fn refuse(reason: &str) -> Response {
    (StatusCode::BAD_REQUEST, Html(page::error(reason))).into_response()
}

fn request_of(shared: &Shared, parameters: &Parameters) -> Result<(Request, Url), &'static str> {
    if parameters.get("response_type") != Some("code") {
        return Err("response_type must be code");
    }
    if parameters.get("client_id") != Some(&shared.config.client_id) {
        return Err("client_id is not known here");
    }
    if parameters.get("code_challenge_method") != Some("S256") {
        return Err("code_challenge_method must be S256");
    }
    let challenge = parameters.get("code_challenge").filter(|text| pkce::is_challenge(text));
    let challenge = challenge.ok_or("code_challenge must be the SHA-256 of the verifier in base64url")?.to_owned();
    let redirect_uri = parameters.get("redirect_uri").map(str::to_owned);
    let target = match &redirect_uri {
        Some(text) => Url::parse(text).ok().filter(|url| matches!(url.scheme(), "http" | "https")),
        None => shared.config.redirect_url.clone(),
    };
    let target = target.ok_or("redirect_uri is missing or not a web address")?;
    let state = parameters.get("state").map(str::to_owned);
    let client_id = shared.config.client_id.clone();
    Ok((Request { client_id, challenge, redirect_uri, state }, target))
}

/// `GET`: the page; with `sandbox_auto=1` the answer of `sandbox_user` at once.
pub(super) async fn show(State(shared): State<Arc<Shared>>, RawQuery(query): RawQuery) -> Response {
    let parameters = Parameters::read(query.unwrap_or_default().as_bytes());
    let (request, target) = match request_of(&shared, &parameters) {
        Ok(request) => request,
        Err(reason) => return refuse(reason),
    };
    if parameters.get("sandbox_auto") != Some("1") {
        let chosen = parameters.get("sandbox_user");
        let state = shared.lock();
        let known = chosen.and_then(|text| state.find_person(text));
        let choice = match (&known, chosen) {
            (Some(id), _) => page::Choice::Known(id),
            (None, Some(name)) => page::Choice::New(name),
            (None, None) => page::Choice::Open,
        };
        return Html(page::consent(&request, &target, &state.people(), &choice)).into_response();
    }
    let permissions = match parameters.get("sandbox_permissions") {
        Some(list) => list.split([' ', ',']).filter_map(Permission::find).collect(),
        None => Permission::ALL.into_iter().collect(),
    };
    let name = parameters.get("sandbox_user").unwrap_or("Mira");
    let person = person_named(&shared, &mut shared.lock(), name, None, None);
    answer(&shared, &request, target, person, permissions)
}

/// `POST`: what the person decided on the page.
pub(super) async fn decide(State(shared): State<Arc<Shared>>, RawForm(form): RawForm) -> Response {
    let parameters = Parameters::read(&form);
    let (request, target) = match request_of(&shared, &parameters) {
        Ok(request) => request,
        Err(reason) => return refuse(reason),
    };
    if parameters.get("decision") != Some("allow") {
        return redirect(target, &[("error", "access_denied")], request.state.as_deref());
    }
    let permissions = parameters.all("permission").filter_map(Permission::find).collect();
    let person = {
        let mut state = shared.lock();
        match parameters.get("person") {
            Some(id) if id != "new" => state.find_person(id).ok_or("that person does not exist"),
            _ => {
                let persona = parameters.get("persona").and_then(Persona::find);
                let offset = parameters.get("offset_hours").and_then(|text| text.parse::<f64>().ok());
                let offset = offset.filter(|hours| hours.abs() < 24.0).map(|hours| (hours * 3600.0) as i32);
                person_named(&shared, &mut state, parameters.get("name").unwrap_or_default(), persona, offset)
            }
        }
    };
    answer(&shared, &request, target, person, permissions)
}

fn person_named(
    shared: &Shared,
    state: &mut Memory,
    name: &str,
    persona: Option<Persona>,
    offset: Option<i32>,
) -> Result<String, &'static str> {
    match state.find_person(name) {
        Some(id) => Ok(id),
        None => state
            .add_person(shared.config.seed, name, persona, Style { offset_seconds: offset, ..Style::default() })
            .map_err(|_| "a new person needs a name of at most 60 characters"),
    }
}

fn answer(
    shared: &Shared,
    request: &Request,
    target: Url,
    person: Result<String, &'static str>,
    permissions: BTreeSet<Permission>,
) -> Response {
    let user_id = match person {
        Ok(id) => id,
        Err(reason) => return refuse(reason),
    };
    let now = shared.now();
    let mut state = shared.lock();
    if let Some(account) = state.accounts.get_mut(&user_id) {
        account.permissions = permissions;
    }
    // A clock that runs faster must not outrun the people and programs that exchange the code.
    let real_second = shared.config.clock.real_wait(std::time::Duration::from_secs(1)).as_secs_f64();
    let life = CODE_SECONDS / real_second.clamp(1e-6, 1.0);
    let code = Code {
        user_id,
        challenge: request.challenge.clone(),
        redirect_uri: request.redirect_uri.clone(),
        expires: now.plus_seconds(life as i64),
    };
    let code = state.grants.issue_code(&shared.config.rng, now, code);
    drop(state);
    redirect(target, &[("code", &code)], request.state.as_deref())
}

fn redirect(mut target: Url, pairs: &[(&str, &str)], state: Option<&str>) -> Response {
    target.query_pairs_mut().extend_pairs(pairs).extend_pairs(state.map(|state| ("state", state)));
    Redirect::to(target.as_str()).into_response()
}
