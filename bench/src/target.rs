//! A server that is measured, as far as it can be reached.

use crate::{
    bodies::Template,
    http::{Address, Connection},
    installation::Installation,
    machine,
};
use anyhow::Context;
use serde_json::Value;
use std::sync::{Mutex, MutexGuard, PoisonError};

pub(crate) struct Target {
    /// `embedded`, `postgres` or `other`.
    pub(crate) name: &'static str,
    pub(crate) address: Address,
    pub(crate) key: String,
    /// Where pushes go; none where that is not known.
    pub(crate) door: Option<Door>,
    /// E-mail and password.
    pub(crate) developer: Option<(String, String)>,
    pub(crate) accounts: Accounts,
    /// The server's process, when it is ours.
    pub(crate) installation: Option<Mutex<Installation>>,
}

/// Where people with connected accounts come from.
pub(crate) enum Accounts {
    /// They are connected through a consent that the bench gives itself.
    Consent,
    /// They were connected before.
    Given(Vec<Person>),
}

#[derive(Clone)]
pub(crate) struct Person {
    /// The user's id.
    pub(crate) id: String,
    /// Their account at the provider; empty where nothing is pushed.
    pub(crate) account: String,
}

/// Where a provider's pushes go in.
pub(crate) struct Door {
    pub(crate) address: Address,
    pub(crate) path: String,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) account_width: usize,
}

impl Door {
    /// A body as a request to this door.
    pub(crate) fn post(&self, body: Template) -> Template {
        let own = self.headers.iter().map(|(name, value)| (name.as_str(), value.as_str()));
        let headers: Vec<(&str, &str)> = own.chain([("content-type", "application/json")]).collect();
        body.posted(&self.address, &self.path, &headers)
    }

    #[cfg(test)]
    pub(crate) fn for_tests() -> Self {
        let address = Address::parse("http://127.0.0.1:1").unwrap();
        Self { address, path: "/hook".to_owned(), headers: Vec::new(), account_width: 32 }
    }
}

impl Target {
    pub(crate) fn connection(&self) -> anyhow::Result<Connection> {
        Connection::open(&self.address)
    }

    /// A question with the API key.
    pub(crate) fn get(&self, path: &str) -> Vec<u8> {
        self.address.request("GET", path, &[("X-Open-Wearables-API-Key", &self.key)], &[])
    }

    /// A request with the API key and JSON.
    pub(crate) fn post(&self, path: &str, body: &Value) -> Vec<u8> {
        let headers = [("X-Open-Wearables-API-Key", self.key.as_str()), ("content-type", "application/json")];
        self.address.request("POST", path, &headers, body.to_string().as_bytes())
    }

    /// A request as a developer.
    pub(crate) fn as_developer(&self, token: &str, method: &str, path: &str, body: &Value) -> Vec<u8> {
        let bearer = format!("Bearer {token}");
        let headers = [("authorization", bearer.as_str()), ("content-type", "application/json")];
        let body = if body.is_null() { String::new() } else { body.to_string() };
        self.address.request(method, path, &headers, body.as_bytes())
    }

    /// Logs the developer in; nothing where none is known.
    pub(crate) fn developer_token(&self) -> anyhow::Result<Option<String>> {
        let Some((email, password)) = &self.developer else { return Ok(None) };
        let form = url::form_urlencoded::Serializer::new(String::new())
            .append_pair("username", email)
            .append_pair("password", password)
            .finish();
        let headers = [("content-type", "application/x-www-form-urlencoded")];
        let request = self.address.request("POST", "/api/v1/auth/login", &headers, form.as_bytes());
        let token = self.connection()?.expect(&request)?.json()?;
        Ok(Some(text(&token, "access_token")?.to_owned()))
    }

    /// The server as it is installed, when it is ours.
    pub(crate) fn installation(&self) -> Option<MutexGuard<'_, Installation>> {
        Some(self.installation.as_ref()?.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// The server's process, when it is ours.
    pub(crate) fn process(&self) -> Option<u32> {
        self.installation()?.process()
    }

    pub(crate) fn memory_mb(&self, field: &str) -> Option<f64> {
        machine::memory_mb(self.process()?, field)
    }
}

/// A text field of an answer.
pub(crate) fn text<'a>(answer: &'a Value, field: &str) -> anyhow::Result<&'a str> {
    answer.get(field).and_then(Value::as_str).with_context(|| format!("an answer has no `{field}`"))
}
